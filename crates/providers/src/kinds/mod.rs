//! The providers, a file for each domain. Adding one is a row in its domain's `KINDS`.

pub(crate) mod address;
pub(crate) mod code;
pub(crate) mod color;
pub(crate) mod company;
pub(crate) mod date;
pub(crate) mod file;
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

/// Every domain's providers.
pub(crate) static DOMAINS: &[&[Builtin]] = &[
    address::KINDS,
    code::KINDS,
    color::KINDS,
    company::KINDS,
    date::KINDS,
    file::KINDS,
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

/// The provider of a name.
pub(crate) fn named(name: &str) -> Option<&'static Builtin> {
    DOMAINS.iter().copied().flatten().find(|k| k.name == name)
}
