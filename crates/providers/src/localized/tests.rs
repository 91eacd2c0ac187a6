//! What holds of every locale.

use super::ascii::handle;
use super::locale::{Locale, find, known_locales};
use crate::kinds::DOMAINS;
use crate::names::Names;
use crate::{StandardCatalog, is_localized};
use seedbed_datagen_core::{Binding, Cardinality, Catalog, ColumnBuffer, Sampler, TextBuffer, ValueDomain};
use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table};
use seedbed_sql_values::{Value, fold};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A provider's list for a text column of a table.
fn list(name: &str, locale: Option<&str>, distinct: bool, table: &str, column: Column) -> Arc<dyn Sampler> {
    let schema = Schema::new(Dialect::Postgres);
    let mut table = Table::new(None, table);
    table.columns.push(column);
    let domain = ValueDomain::default();
    let binding = Binding {
        schema: &schema,
        table: &table,
        column: &table.columns[0],
        base_type: &table.columns[0].ty,
        domain: &domain,
        distinct,
        locale,
    };
    let provider = StandardCatalog::new().provider(name).expect("a provider's name");
    provider.bind(&binding).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn text(name: &str, locale: Option<&str>, distinct: bool) -> Arc<dyn Sampler> {
    list(name, locale, distinct, "thing", Column::new("it", SqlType::TEXT))
}

fn cells(list: &dyn Sampler, ordinals: &[u64]) -> Vec<String> {
    let mut out = ColumnBuffer::Text(TextBuffer::default());
    list.write(ordinals, &mut out);
    let text = |value| if let Value::Text(text) = value { text } else { panic!("{value:?}") };
    (0..out.len()).map(|i| text(out.value(i))).collect()
}

fn texts(name: &str, locale: &str, ordinals: &[u64]) -> Vec<String> {
    cells(&*text(name, Some(locale), false), ordinals)
}

/// A text without case and accents.
fn key(text: &str) -> String {
    fold(text, None, Dialect::MySql, &SqlType::TEXT).to_string()
}

/// Ordinals from all over the range.
fn spread(count: u64) -> Vec<u64> {
    (0..count).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect()
}

fn all() -> impl Iterator<Item = &'static Locale> {
    known_locales().iter().filter_map(|tag| find(tag))
}

#[test]
fn tags_are_read_as_people_write_them() {
    assert!(known_locales().is_sorted());
    assert_eq!(all().count(), 17);
    for locale in all() {
        let tag = locale.tag;
        for written in [tag.to_uppercase(), tag.to_lowercase().replace('-', "_")] {
            assert_eq!(find(&written).map(|l| l.tag), Some(tag), "{written}");
        }
    }
    let main = |language| find(language).map(|l| l.tag);
    assert_eq!((main("de"), main("EN"), main("pt")), (Some("de-DE"), Some("en-US"), Some("pt-PT")));
    for none in ["", "xx", "de-", "de-FR", "deutsch", "e", "日本語"] {
        assert!(find(none).is_none(), "{none}");
    }
    for locale in all() {
        assert!(find(locale.language.code).is_some_and(|l| l.language.code == locale.language.code));
    }
}

#[test]
fn names_are_enough_and_each_stands_once() {
    for locale in all() {
        let people = locale.people();
        let (first, last) = (people.all_first_names(), people.all_last_forms());
        assert!(people.female_names() >= 60, "{}", locale.tag);
        assert!(people.first_names() - people.female_names() >= 60, "{}", locale.tag);
        assert!(people.last_names() >= 80, "{}", locale.tag);
        let mut known = BTreeSet::new();
        for name in &first {
            let plain = handle(name, locale.language.umlauts);
            assert!(!plain.is_empty() && known.insert(plain), "{}: {name} twice", locale.tag);
        }
        let folded: BTreeSet<String> = first.iter().map(|name| key(name)).collect();
        assert_eq!(folded.len(), first.len(), "{}", locale.tag);
        // A form for women is the men's or no other name's.
        let (mut plain, mut folded) = (BTreeSet::new(), BTreeSet::new());
        for (form, name) in last.iter().enumerate() {
            let same = form >= people.last_names() && last[form - people.last_names()] == *name;
            assert!(
                same || plain.insert(handle(name, locale.language.umlauts)),
                "{}: {name} twice",
                locale.tag
            );
            assert!(same || folded.insert(key(name)), "{}: {name} twice", locale.tag);
        }
    }
}

#[test]
fn people_of_all_locales_agree_with_their_addresses() {
    let ordinals = spread(400);
    for locale in all() {
        let of = |name| texts(name, locale.tag, &ordinals);
        let (first, last, full) = (of("person.first_name"), of("person.last_name"), of("person.full_name"));
        let (email, user, gender) = (of("internet.email"), of("person.username"), of("person.gender"));
        let people = locale.people();
        let women: BTreeSet<&str> =
            people.all_first_names()[..people.female_names()].iter().copied().collect();
        for i in 0..ordinals.len() {
            assert_eq!(full[i], format!("{} {}", first[i], last[i]));
            let last = handle(&last[i], locale.language.umlauts);
            assert!(email[i].is_ascii() && email[i].contains(&last), "{} of {}", email[i], full[i]);
            assert!(user[i].is_ascii() && user[i].contains(&last), "{} of {}", user[i], full[i]);
            assert_eq!(gender[i] == "female", women.contains(first[i].as_str()), "{}", full[i]);
        }
    }
}

#[test]
fn distinct_values_are_distinct_in_all_locales() {
    for locale in all() {
        for kind in DOMAINS.iter().copied().flatten().filter(|kind| kind.localized.is_some()) {
            for length in [None, Some(40), Some(20)] {
                let column = Column::new("it", SqlType::Varchar { length });
                let list = list(kind.name, Some(locale.tag), true, "thing", column);
                if !list.is_injective() {
                    continue;
                }
                let last = match list.cardinality() {
                    Cardinality::Exact(len) => len - 1,
                    Cardinality::Huge => u64::MAX,
                };
                let between = spread(1_000).into_iter().map(|o| crate::mix::below(o, last));
                let ends = (0..1_000.min(last)).flat_map(|i| [i, last - i]);
                let ordinals: BTreeSet<u64> = between.chain(ends).collect();
                let ordinals: Vec<u64> = ordinals.into_iter().collect();
                let distinct: BTreeSet<String> =
                    cells(&*list, &ordinals).iter().map(|cell| key(cell)).collect();
                assert_eq!(distinct.len(), ordinals.len(), "{} in {}", kind.name, locale.tag);
            }
        }
    }
}

#[test]
fn texts_have_as_many_characters_as_their_lists_say() {
    for locale in all() {
        for kind in DOMAINS.iter().copied().flatten().filter(|kind| kind.localized.is_some()) {
            for (length, distinct) in [(None, false), (None, true), (Some(12), false), (Some(6), false)] {
                let column = Column::new("it", SqlType::Varchar { length });
                let list = list(kind.name, Some(locale.tag), distinct, "thing", column);
                let Some(chars) = list.chars() else { continue };
                let len = match list.cardinality() {
                    Cardinality::Exact(len) => len,
                    Cardinality::Huge => u64::MAX,
                };
                let ordinals: Vec<u64> = spread(500).into_iter().map(|o| crate::mix::below(o, len)).collect();
                for cell in cells(&*list, &ordinals) {
                    let count = cell.chars().count() as u32;
                    assert!(chars.contains(&count), "{} in {}: {cell} not {chars:?}", kind.name, locale.tag);
                }
            }
        }
    }
}

#[test]
fn places_lie_in_the_country_of_the_locale() {
    let ordinals = spread(500);
    for locale in all() {
        let of = |name| texts(name, locale.tag, &ordinals);
        let (city, region, postcode) = (of("address.city"), of("address.region"), of("address.postcode"));
        let home = locale.home();
        assert!(home.cities.len() >= 15, "{}", locale.tag);
        let (country, code) = (locale.country().name, &locale.tag[3..]);
        assert!(of("address.country").iter().all(|c| c == country), "{}", locale.tag);
        assert!(of("address.country_code").iter().all(|c| c == code), "{}", locale.tag);
        for i in 0..ordinals.len() {
            let known = home.cities.iter().find(|c| c.city == city[i]).expect("a city of the locale");
            assert_eq!(region[i], known.region, "{}", city[i]);
            let fits = |form: &str| {
                form.len() == postcode[i].len()
                    && form.chars().zip(postcode[i].chars()).all(|(form, c)| match form {
                        '#' => c.is_ascii_digit(),
                        '?' => c.is_ascii_uppercase(),
                        literal => c == literal,
                    })
            };
            assert!(known.postcode.split(',').any(fits), "{} in {}", postcode[i], city[i]);
        }
        for city in home.cities.iter() {
            assert!((-9_000..=9_000).contains(&city.latitude), "{}", city.city);
            assert!((-18_000..=18_000).contains(&city.longitude), "{}", city.city);
            assert!(city.timezone.contains('/') && !city.region_code.is_empty(), "{}", city.city);
        }
    }
}

#[test]
fn values_are_those_of_the_language() {
    let in_locale = |name, tag: &str, count| -> BTreeSet<String> {
        texts(name, tag, &(0..count).collect::<Vec<u64>>()).into_iter().collect()
    };
    let has = |name, tag, value: &str| {
        assert!(in_locale(name, tag, 20_000).contains(value), "{name} in {tag} has no {value}");
    };
    has("person.last_name", "de-DE", "Müller");
    has("person.first_name", "pl-PL", "Łukasz");
    has("person.full_name", "pl-PL", "Anna Kowalska");
    has("person.full_name", "pl-PL", "Piotr Kowalski");
    has("person.last_name", "nl-NL", "van Dijk");
    has("address.city", "de-CH", "Zürich");
    has("address.city", "fr-CH", "Genève");
    has("address.street", "de-DE", "Hauptstraße 12");
    has("address.street", "de-CH", "Hauptstrasse 12");
    has("address.street", "fr-FR", "12 Rue de la Paix");
    has("address.street", "es-MX", "Calle Mayor, 12");
    has("address.country", "da-DK", "Danmark");
    has("money.currency_code", "pl-PL", "PLN");
    has("money.currency_name", "de-CH", "Schweizer Franken");
    let countries = cells(
        &*list("address.country", Some("de-DE"), false, "countries", Column::new("name", SqlType::TEXT)),
        &(0..400).collect::<Vec<u64>>(),
    );
    assert!(countries.iter().any(|c| c == "Deutschland") && countries.iter().any(|c| c == "Frankreich"));
}

#[test]
fn telephone_numbers_have_the_code_of_their_country() {
    for locale in all() {
        let code = format!("+{}", locale.country().calling_code);
        for number in texts("phone.number", locale.tag, &(0..200).collect::<Vec<u64>>()) {
            assert!(number.starts_with(&code), "{number} in {}", locale.tag);
        }
        for patterns in locale.phones.iter().flat_map(|p| [p.usual, p.distinct]) {
            let open: BTreeSet<usize> = patterns.iter().map(|p| p.matches('#').count()).collect();
            assert_eq!(open.len(), 1, "{}", locale.tag);
            assert!(super::phones::numbers(patterns) >= 5_000, "{}", locale.tag);
        }
    }
}

#[test]
fn countries_without_a_locale_have_names_in_all_languages() {
    for locale in all().filter(|l| l.language.countries.is_some()) {
        for city in crate::places::PLACES.iter() {
            let (world, usual) = (locale.world(), &crate::places::WORLD);
            assert!(!world.country(city).name.is_empty());
            assert_eq!(world.country(city).alpha2, usual.country(city).alpha2);
        }
    }
}

#[test]
fn columns_of_other_character_sets_get_ascii() {
    let latin = |charset: &str| {
        let column = Column { charset: Some(charset.to_owned()), ..Column::new("name", SqlType::TEXT) };
        let list = list("person.full_name", Some("pl-PL"), true, "thing", column);
        cells(&*list, &(0..2_000).collect::<Vec<u64>>())
    };
    assert!(latin("latin1").iter().all(|name| name.is_ascii()));
    assert!(latin("utf8mb4").iter().any(|name| !name.is_ascii()));
}

#[test]
fn what_is_not_localized_is_the_same_everywhere() {
    let ordinals: Vec<u64> = (0..50).collect();
    assert!(
        is_localized("internet.email") && !is_localized("token.hex") && !is_localized("person.shoe_size")
    );
    for kind in ["person.job_title", "company.name", "text.sentence"] {
        assert!(!is_localized(kind), "{kind}");
        let (without, with) = (text(kind, None, false), text(kind, Some("sv-SE"), false));
        assert_eq!(cells(&*without, &ordinals), cells(&*with, &ordinals), "{kind}");
    }
}
