//! Values in the language of a country.
//!
//! A [`Locale`](locale::Locale) is a row of a table: a language, whose names, streets and words `language` lists, and a
//! country, whose cities stand in `data/places` and whose telephone numbers in the row itself. What is made of these for
//! the cells of a column is made when a provider is first bound in the locale, and kept. `kinds` says, with each
//! provider, how it is bound in a locale; those that say nothing make the same values in all.

pub(crate) mod ascii;
pub(crate) mod language;
pub(crate) mod locale;
pub(crate) mod people;
pub(crate) mod phone;
pub(crate) mod phones;
pub(crate) mod streets;

#[cfg(test)]
mod tests;
