//! Realistic values, and the rules that guess from a column's name and type which of them it holds.
//!
//! [`StandardCatalog`] is all there is to see: a [`Catalog`](seedbed_datagen_core::Catalog) of named providers, such as
//! `person.email`, each a numbered list that a plan enters at ordinals of its choice.
//!
//! ```
//! use seedbed_datagen_core::Catalog;
//! use seedbed_providers::StandardCatalog;
//! let catalog = StandardCatalog::new();
//! assert_eq!(catalog.provider("person.full_name").unwrap().name(), "person.full_name");
//! assert!(catalog.provider("person.shoe_size").is_none());
//! ```
//!
//! [`StandardCatalog`] shows how a provider is bound to a column, and how a column's provider is guessed.
//!
//! - **Ordinals.** A value is a pure function of its ordinal. Lists of a fixed length take the ordinal as the index.
//! - **Entities.** The providers of one entity (`person`, `place`, `company`, `product`, `timeline`) read any 64-bit
//!   ordinal alike: in mixed radix, the most visible part lowest (`first = n % F`, `last = n / F % L`, the rest tells
//!   namesakes apart). Columns entered at the same ordinal show the same thing. A part asked for distinct values is
//!   either injective over all 64 bits (e-mail address, user name) or becomes a plain list with its own length.
//! - **Room.** A provider looks at the column's type, length and domain when it is bound, and takes the form that fits:
//!   a country's name, or its code in `char(2)`; a timestamp, or seconds since 1970 in a `bigint`. Text that is still
//!   too long is cut by the plan.
//! - **No strangers.** Domains, addresses and telephone numbers come from the blocks reserved for documentation.
//!
//! The crate draws no random numbers and reads no clock; "now" is 2026-01-01. A list of words, its order and the salt
//! of a choice are all part of what a seed means: whoever changes one changes the rows of every plan that shows the
//! list.
//!
//! Inside, `kinds` declares the providers, a file for each domain, over four forms of list: `list` (texts that stand in
//! a table), `composed` (texts put together for each cell), `quantity` and `computed` (numbers), `instant` (dates and
//! times). `infer` chooses a provider for a column, `references` finds foreign keys that no statement declares.

mod builtin;
mod catalog;
mod composed;
mod computed;
mod infer;
mod instant;
mod kinds;
mod list;
mod localized;
mod mix;
mod names;
mod places;
mod quantity;
mod references;
mod weighted;
mod words;

pub use catalog::{StandardCatalog, is_localized};
pub use localized::locale::known_locales;

#[cfg(test)]
mod tests;
