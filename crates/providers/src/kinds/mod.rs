//! The providers, a file for each domain. Adding one is a row in its domain's `KINDS`.
//!
//! Each file begins with what its providers make and ends with the functions that write their values. Examples there
//! show the form; which words and digits an ordinal takes is up to the lists. A provider that stands in `KINDS` is
//! tried by the crate's tests against every family of types: it must be pure, fit numbers to their type, and not repeat
//! where it says that it doesn't. That columns get it by their names takes a rule in `infer`.

pub(crate) mod address;
pub(crate) mod code;
pub(crate) mod color;
pub(crate) mod company;
pub(crate) mod date;
pub(crate) mod file;
pub(crate) mod flag;
pub(crate) mod internet;
pub(crate) mod json;
pub(crate) mod locale;
pub(crate) mod money;
pub(crate) mod network;
pub(crate) mod number;
pub(crate) mod person;
pub(crate) mod phone;
pub(crate) mod product;
pub(crate) mod status;
pub(crate) mod text;
pub(crate) mod token;
pub(crate) mod version;

use crate::builtin::Builtin;

/// Every domain's providers, by the domain's name.
pub(crate) static DOMAINS: &[&[Builtin]] = &[
    address::KINDS,
    code::KINDS,
    color::KINDS,
    company::KINDS,
    date::KINDS,
    file::KINDS,
    flag::KINDS,
    internet::KINDS,
    json::KINDS,
    locale::KINDS,
    money::KINDS,
    network::KINDS,
    number::KINDS,
    person::KINDS,
    phone::KINDS,
    product::KINDS,
    status::KINDS,
    text::KINDS,
    token::KINDS,
    version::KINDS,
];

/// The provider of a name such as `person.email`, case and all; `None` if there is none. Looks through all of them.
pub(crate) fn named(name: &str) -> Option<&'static Builtin> {
    DOMAINS.iter().copied().flatten().find(|k| k.name == name)
}
