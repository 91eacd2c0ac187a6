//! The languages of locales: names, streets and the few words that values are made of.

use std::fmt;

/// A language, as its largest country has it.
pub(crate) struct Language {
    /// Its ISO 639 code of two letters.
    pub(crate) code: &'static str,
    /// Women's first names, between white space.
    pub(crate) women: &'static str,
    /// Men's first names. No name is in both.
    pub(crate) men: &'static str,
    /// Last names; `_` is a space within a name.
    pub(crate) last_names: &'static str,
    /// A last name's form for women, where there is another.
    pub(crate) of_women: Option<fn(&str) -> String>,
    /// Two titles of women and the doctor's, then as many of men.
    pub(crate) titles: [&'static str; 6],
    /// Whether `ä` is `ae` in addresses on the net.
    pub(crate) umlauts: bool,
    /// Kinds of streets, such as `Rue ~`: `~` stands for the name.
    pub(crate) street_kinds: &'static str,
    /// Names of streets, between bars.
    pub(crate) street_names: &'static str,
    /// What stands between a house number that comes first and its street; `None` for numbers that come last.
    pub(crate) number_first: Option<&'static str>,
    /// What stands between a street and a house number that comes last.
    pub(crate) number_last: &'static str,
    /// What a part of a house is called, each with a space after it.
    pub(crate) units: [&'static str; 4],
    /// Quarters and namesakes of cities, such as `~-Nord`; the first is the city itself.
    pub(crate) quarters: &'static [&'static str],
    /// The column of `data/country_names.txt` that has the countries in this language; `None` for English.
    pub(crate) countries: Option<usize>,
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language").field("code", &self.code).finish_non_exhaustive()
    }
}

/// A text of a language's folder.
macro_rules! data {
    ($language:literal, $file:literal) => {
        include_str!(concat!("../../data/", $language, "/", $file, ".txt"))
    };
}

/// The kinds of streets, which a file of streets has on its first line.
const fn first_line(text: &'static str) -> &'static str {
    split_line(text).0
}

/// The names of streets, which it has on the second.
const fn second_line(text: &'static str) -> &'static str {
    split_line(split_line(text).1).0
}

/// A text's first line, and what follows it.
const fn split_line(text: &'static str) -> (&'static str, &'static str) {
    let mut end = 0;
    while end < text.len() && text.as_bytes()[end] != b'\n' {
        end += 1;
    }
    let (line, rest) = text.split_at(end);
    (line, if rest.is_empty() { rest } else { rest.split_at(1).1 })
}

/// A language whose names and streets stand in its folder; numbers come last, behind a space.
macro_rules! language {
    ($code:literal, countries: $countries:literal) => {
        Language {
            code: $code,
            women: data!($code, "first_names_female"),
            men: data!($code, "first_names_male"),
            last_names: data!($code, "last_names"),
            street_kinds: first_line(data!($code, "streets")),
            street_names: second_line(data!($code, "streets")),
            countries: Some($countries),
            ..ENGLISH
        }
    };
}

const ENGLISH: Language = Language {
    code: "en",
    women: data!("en", "first_names_female"),
    men: data!("en", "first_names_male"),
    last_names: data!("en", "last_names"),
    of_women: None,
    titles: ["Ms.", "Mrs.", "Dr.", "Mr.", "Mr.", "Dr."],
    umlauts: false,
    street_kinds: "~ Street|~ Avenue|~ Road|~ Lane|~ Drive|~ Court|~ Place|~ Way",
    street_names: data!("en", "street_names"),
    number_first: None,
    number_last: " ",
    units: ["Apt ", "Suite ", "Unit ", "Floor "],
    quarters: &["~", "North ~", "South ~", "East ~", "West ~", "~ Heights", "~ Park", "~ Falls", "~ Hills"],
    countries: None,
};

/// English as the United States have it.
pub(crate) static EN: Language = Language { number_first: Some(" "), ..ENGLISH };

/// English as the United Kingdom has it.
pub(crate) static EN_GB: Language = Language {
    titles: ["Ms", "Mrs", "Dr", "Mr", "Mr", "Dr"],
    street_kinds: "~ Street|~ Road|~ Lane|~ Avenue|~ Close|~ Gardens|~ Terrace|~ Crescent",
    number_first: Some(" "),
    units: ["Flat ", "Unit ", "Floor ", "Suite "],
    quarters: &["~", "North ~", "South ~", "East ~", "West ~", "~ Park", "~ Green", "~ Hill", "Upper ~"],
    ..ENGLISH
};

/// German.
pub(crate) static DE: Language = Language {
    titles: ["Frau", "Frau", "Dr.", "Herr", "Herr", "Dr."],
    umlauts: true,
    units: ["Whg. ", "Etage ", "Haus ", "Aufgang "],
    quarters: &[
        "~",
        "~-Nord",
        "~-Süd",
        "~-Ost",
        "~-West",
        "~-Mitte",
        "~-Altstadt",
        "~-Neustadt",
        "Neu-~",
        "Alt-~",
    ],
    ..language!("de", countries: 1)
};

/// French.
pub(crate) static FR: Language = Language {
    titles: ["Mme", "Mlle", "Dr", "M.", "M.", "Dr"],
    number_first: Some(" "),
    units: ["Appt ", "Étage ", "Bât. ", "Porte "],
    quarters: &["~", "~-Nord", "~-Sud", "~-Est", "~-Ouest", "~-Centre", "~-Village", "~-Plage", "Vieux-~"],
    ..language!("fr", countries: 2)
};

/// Spanish.
pub(crate) static ES: Language = Language {
    titles: ["Sra.", "Srta.", "Dra.", "Sr.", "Sr.", "Dr."],
    number_last: ", ",
    units: ["Piso ", "Puerta ", "Local ", "Bloque "],
    quarters: &["~", "~ Norte", "~ Sur", "~ Este", "~ Oeste", "~ Centro", "~ Alto", "~ Bajo", "Nueva ~"],
    ..language!("es", countries: 3)
};

/// Italian.
pub(crate) static IT: Language = Language {
    titles: ["Sig.ra", "Sig.na", "Dott.ssa", "Sig.", "Sig.", "Dott."],
    units: ["Interno ", "Scala ", "Piano ", "Edificio "],
    quarters: &["~", "~ Nord", "~ Sud", "~ Est", "~ Ovest", "~ Centro", "~ Alta", "~ Bassa", "Nuova ~"],
    ..language!("it", countries: 4)
};

/// Portuguese.
pub(crate) static PT: Language = Language {
    titles: ["Sra.", "Dona", "Dra.", "Sr.", "Sr.", "Dr."],
    number_last: ", ",
    units: ["Apto ", "Andar ", "Bloco ", "Sala "],
    quarters: &["~", "~ Norte", "~ Sul", "~ Leste", "~ Oeste", "~ Centro", "~ Velho", "~ Novo", "Nova ~"],
    ..language!("pt", countries: 5)
};

/// Dutch.
pub(crate) static NL: Language = Language {
    titles: ["Mevr.", "Mevr.", "Dr.", "Dhr.", "Dhr.", "Dr."],
    units: ["App. ", "Etage ", "Unit ", "Blok "],
    quarters: &["~", "~-Noord", "~-Zuid", "~-Oost", "~-West", "~-Centrum", "Nieuw-~", "Oud-~"],
    ..language!("nl", countries: 6)
};

/// Polish.
pub(crate) static PL: Language = Language {
    of_women: Some(polish_of_women),
    titles: ["Pani", "Pani", "Dr", "Pan", "Pan", "Dr"],
    units: ["m. ", "lok. ", "piętro ", "klatka "],
    quarters: &["~", "~ Północ", "~ Południe", "~ Wschód", "~ Zachód", "~ Śródmieście", "Nowe ~", "Stare ~"],
    ..language!("pl", countries: 7)
};

/// Swedish.
pub(crate) static SV: Language = Language {
    titles: ["Fru", "Fröken", "Dr", "Herr", "Herr", "Dr"],
    units: ["lgh ", "vån ", "trappa ", "hus "],
    quarters: &["~", "Norra ~", "Södra ~", "Östra ~", "Västra ~", "Gamla ~", "Nya ~"],
    ..language!("sv", countries: 8)
};

/// Danish.
pub(crate) static DA: Language = Language {
    titles: ["Fru", "Frk.", "Dr.", "Hr.", "Hr.", "Dr."],
    units: ["lejl. ", "sal ", "dør ", "opgang "],
    quarters: &["~", "~ N", "~ S", "~ Ø", "~ V", "~ C", "~ NV", "~ SØ", "Gammel ~"],
    ..language!("da", countries: 9)
};

/// `Kowalska` of `Kowalski`: adjectives among last names agree with their bearer.
fn polish_of_women(name: &str) -> String {
    let adjective = ["ski", "cki", "dzki"].iter().any(|ending| name.ends_with(ending));
    match name.strip_suffix('i').filter(|_| adjective) {
        Some(stem) => format!("{stem}a"),
        None => name.to_owned(),
    }
}
