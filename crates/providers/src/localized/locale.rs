//! The locales, a row each.

use super::language::{self, Language};
use super::people::People;
use super::phones::Phones;
use super::streets::Streets;
use crate::places::{Atlas, COUNTRIES, Country, PLACES, cities};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

/// A language in a country, and what is made of it when it is first asked for.
pub(crate) struct Locale {
    /// Its tag, such as `de-DE`.
    pub(crate) tag: &'static str,
    /// The language.
    pub(crate) language: &'static Language,
    /// The currency's name in the language.
    pub(crate) currency_name: &'static str,
    /// How a postcode `P`, a city `C` and a region's code `R` stand in an address.
    pub(crate) city_line: &'static str,
    /// Telephone numbers; `None` for those of no locale.
    pub(crate) phones: Option<Phones>,
    /// The cities of the country, of a country of several languages those where this one is spoken.
    places: &'static str,
    /// What the country writes otherwise than the language's lists, and how.
    spelling: &'static [(&'static str, &'static str)],
    made: Made,
}

/// What is made once.
struct Made {
    people: OnceLock<People>,
    streets: OnceLock<Streets>,
    home: OnceLock<Atlas>,
    world: OnceLock<Atlas>,
}

impl Made {
    const fn new() -> Self {
        Self {
            people: OnceLock::new(),
            streets: OnceLock::new(),
            home: OnceLock::new(),
            world: OnceLock::new(),
        }
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locale").field("tag", &self.tag).finish_non_exhaustive()
    }
}

/// The cities of a locale.
macro_rules! places {
    ($tag:literal) => {
        include_str!(concat!("../../data/places/", $tag, ".txt"))
    };
}

/// A row of [`LOCALES`]. Where numbers that must differ are not told apart, they are the usual ones.
macro_rules! locale {
    ($tag:literal, $language:ident, $currency:literal, $line:literal, $phones:expr $(, spelling: $($from:literal => $to:literal),*)?) => {
        Locale {
            tag: $tag,
            language: &language::$language,
            currency_name: $currency,
            city_line: $line,
            phones: $phones,
            places: places!($tag),
            spelling: &[$($(($from, $to)),*)?],
            made: Made::new(),
        }
    };
}

/// Numbers that serve both where they may repeat and where they must differ.
const fn phones(trunk: &'static str, numbers: &'static [&'static str]) -> Option<Phones> {
    Some(Phones { trunk, usual: numbers, distinct: numbers })
}

/// All locales, sorted by tag. The first of a language with its main country is found by [`MAIN`].
static LOCALES: [Locale; 17] = [
    locale!("da-DK", DA, "Dansk krone", "P C", phones("", &["10 ## ## ##", "11 ## ## ##", "12 ## ## ##"])),
    locale!("de-AT", DE, "Euro", "P C", phones("0", &["1 0## ## ##", "316 0## ## ##", "662 0## ## ##"])),
    locale!("de-CH", DE, "Schweizer Franken", "P C",
        phones("0", &["44 0## ## ##", "31 0## ## ##", "61 0## ## ##", "41 0## ## ##"]),
        spelling: "ß" => "ss"),
    locale!(
        "de-DE",
        DE,
        "Euro",
        "P C",
        Some(Phones {
            trunk: "0",
            usual: &["30 23125 ###", "69 90009 ###", "40 66969 ###", "221 4710 ###", "89 99998 ###"],
            distinct: &["30 0#######", "69 0#######", "40 0#######", "221 0#######", "89 0#######"],
        })
    ),
    locale!(
        "en-GB",
        EN_GB,
        "Pound Sterling",
        "C P",
        Some(Phones {
            trunk: "0",
            usual: &[
                "20 7946 0###",
                "113 496 0###",
                "114 496 0###",
                "115 496 0###",
                "116 496 0###",
                "117 496 0###",
                "118 496 0###",
                "121 496 0###",
                "131 496 0###",
                "141 496 0###",
                "151 496 0###",
                "161 496 0###",
                "191 498 0###",
                "28 9649 6###",
                "29 2018 0###",
                "1632 960###",
                "7700 900###",
            ],
            distinct: &["20 0### ####", "23 0### ####", "24 0### ####", "28 0### ####", "29 0### ####"],
        })
    ),
    locale!("en-US", EN, "US Dollar", "C, R P", None),
    locale!(
        "es-ES",
        ES,
        "Euro",
        "P C",
        phones("", &["990 ## ## ##", "991 ## ## ##", "992 ## ## ##", "993 ## ## ##"])
    ),
    locale!(
        "es-MX",
        ES,
        "Peso mexicano",
        "P C",
        phones("", &["55 0### ####", "33 0### ####", "81 0### ####", "56 0### ####"])
    ),
    locale!("fr-BE", FR, "Euro", "P C", phones("0", &["2 0## ## ##", "4 0## ## ##"])),
    locale!(
        "fr-CH",
        FR,
        "Franc suisse",
        "P C",
        phones("0", &["22 0## ## ##", "21 0## ## ##", "26 0## ## ##", "32 0## ## ##"])
    ),
    locale!(
        "fr-FR",
        FR,
        "Euro",
        "P C",
        Some(Phones {
            trunk: "0",
            usual: &[
                "1 99 00 ## ##",
                "2 61 91 ## ##",
                "3 53 01 ## ##",
                "4 65 71 ## ##",
                "5 36 49 ## ##",
                "6 39 98 ## ##"
            ],
            distinct: &["1 0# ## ## ##", "2 0# ## ## ##", "3 0# ## ## ##", "4 0# ## ## ##", "5 0# ## ## ##"],
        })
    ),
    locale!(
        "it-IT",
        IT,
        "Euro",
        "P C",
        phones("", &["300 #######", "301 #######", "302 #######", "304 #######"])
    ),
    locale!(
        "nl-NL",
        NL,
        "Euro",
        "P C",
        phones("0", &["20 0## ## ##", "10 0## ## ##", "70 0## ## ##", "30 0## ## ##", "40 0## ## ##"])
    ),
    locale!(
        "pl-PL",
        PL,
        "Złoty",
        "P C",
        phones("", &["22 0## ## ##", "12 0## ## ##", "71 0## ## ##", "61 0## ## ##", "58 0## ## ##"])
    ),
    locale!("pt-BR", PT, "Real brasileiro", "C - R, P",
        phones("", &["11 1###-####", "21 1###-####", "31 1###-####", "41 1###-####", "51 1###-####"]),
        spelling: "Antóni" => "Antôni", "Sónia" => "Sônia", "Polónia" => "Polônia", "Arménia" => "Armênia",
        "Roménia" => "Romênia", "Quénia" => "Quênia", "Estónia" => "Estônia", "Letónia" => "Letônia",
        "Eslovénia" => "Eslovênia", "Vietname" => "Vietnã", "Chéquia" => "Tchéquia"),
    locale!("pt-PT", PT, "Euro", "P C", phones("", &["980 ### ###", "981 ### ###", "982 ### ###"])),
    locale!(
        "sv-SE",
        SV,
        "Svensk krona",
        "P C",
        phones("0", &["8-0## ### ##", "31-0## ### ##", "40-0## ### ##"])
    ),
];

/// The country that a language means when none is named.
const MAIN: [(&str, &str); 10] = [
    ("da", "da-DK"),
    ("de", "de-DE"),
    ("en", "en-US"),
    ("es", "es-ES"),
    ("fr", "fr-FR"),
    ("it", "it-IT"),
    ("nl", "nl-NL"),
    ("pl", "pl-PL"),
    ("pt", "pt-PT"),
    ("sv", "sv-SE"),
];

/// The tags of all locales, sorted: what [`Spec::locale`](seedbed_datagen_core::Spec::locale) may be, beside a language
/// alone.
///
/// ```
/// assert!(seedbed_providers::known_locales().contains(&"de-AT"));
/// ```
pub fn known_locales() -> &'static [&'static str] {
    static TAGS: LazyLock<Vec<&'static str>> = LazyLock::new(|| LOCALES.iter().map(|l| l.tag).collect());
    &TAGS
}

/// The locale of a tag such as `de-AT`, `de_at` or `de`: neither case nor `_` for `-` matters, and a language alone means
/// its main country.
pub(crate) fn find(tag: &str) -> Option<&'static Locale> {
    let tag = tag.trim().replace('_', "-");
    let main = MAIN.iter().find(|(language, _)| language.eq_ignore_ascii_case(&tag)).map(|(_, tag)| *tag);
    let tag = main.unwrap_or(&tag);
    LOCALES.iter().find(|locale| locale.tag.eq_ignore_ascii_case(tag))
}

impl Locale {
    /// The names of its people.
    pub(crate) fn people(&'static self) -> &'static People {
        self.made.people.get_or_init(|| People::new(self.language, |word| self.spelled(word)))
    }

    /// The names of its streets.
    pub(crate) fn streets(&'static self) -> &'static Streets {
        self.made.streets.get_or_init(|| Streets::new(self.language, |word| self.spelled(word)))
    }

    /// Its cities, in its country alone.
    pub(crate) fn home(&'static self) -> &'static Atlas {
        self.made.home.get_or_init(|| Atlas {
            cities: Cow::Owned(cities(self.places, |zone| Some((0, zone)))),
            countries: Cow::Owned(vec![self.country()]),
        })
    }

    /// The cities that are used without a locale, their countries in its language.
    pub(crate) fn world(&'static self) -> &'static Atlas {
        self.made.world.get_or_init(|| {
            let countries = COUNTRIES.iter().map(|country| self.named(*country)).collect();
            Atlas { cities: Cow::Borrowed(PLACES.as_slice()), countries: Cow::Owned(countries) }
        })
    }

    /// Its country, in its language.
    pub(crate) fn country(&self) -> Country {
        let code = &self.tag[self.tag.len() - 2..];
        let country = COUNTRIES.iter().find(|country| country.alpha2 == code);
        self.named(country.copied().unwrap_or(COUNTRIES[0]))
    }

    /// The country with its name in the language, where that is known.
    fn named(&self, country: Country) -> Country {
        let names = self
            .language
            .countries
            .and_then(|column| COUNTRY_NAMES.get(country.alpha2)?.get(column).copied());
        let name = names.map(|name| {
            let respelled = self.spelling.iter().find(|(from, _)| *from == name);
            respelled.map_or(name, |(_, to)| to)
        });
        Country { name: name.unwrap_or(country.name), ..country }
    }

    /// A word as the country spells it.
    fn spelled(&self, word: &str) -> String {
        self.spelling.iter().fold(word.to_owned(), |word, (from, to)| word.replace(from, to))
    }
}

/// The names of countries in the languages of locales, by the countries' codes.
static COUNTRY_NAMES: LazyLock<BTreeMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    crate::words::rows(include_str!("../../data/country_names.txt")).map(|row| (row[0], row)).collect()
});
