//! How this crate's providers are declared: one static row each.
//!
//! A row is a name, an entity and a function that binds. That function sees the column only through a [`BindRequest`],
//! which answers what nearly all of them ask: how much text the column holds, whether its values are distinct, and how
//! to refuse. So a new kind of value needs no type of its own, and nothing here knows what the values are.

use crate::infer::subject::{self, TableSubject};
use crate::localized::ascii;
use crate::localized::locale::{self, Locale};
use seedbed_datagen_core::{BindError, Binding, Provider, Sampler};
use seedbed_schema_model::SqlType;
use std::sync::Arc;

/// What binding gives: the numbered list for one column, or why there is none.
pub(crate) type BindResult = Result<Arc<dyn Sampler>, BindError>;

/// A provider of this crate: its name, the entity it shows a part of, and how it binds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Builtin {
    /// `domain.kind`, such as `person.email`: the domain is the file under `kinds`, the whole is unique.
    pub(crate) name: &'static str,
    /// The entity of which the provider shows a part, such as `person`; `None` for kinds that stand alone. See
    /// [`EntityRole`](seedbed_datagen_core::EntityRole).
    pub(crate) entity: Option<&'static str>,
    /// Makes the list for a column. Called once for each column at plan time; every error surfaces here.
    pub(crate) bind: fn(&BindRequest<'_>) -> BindResult,
    /// Makes the list in a locale; `None` for values that are the same in all.
    pub(crate) localized: Option<BindIn>,
}

/// Makes a column's list in a locale.
pub(crate) type BindIn = fn(&BindRequest<'_>, &'static Locale) -> BindResult;

impl Builtin {
    /// A kind that stands alone: its columns are entered at ordinals of their own.
    pub(crate) const fn alone(name: &'static str, bind: fn(&BindRequest<'_>) -> BindResult) -> Self {
        Self { name, entity: None, bind, localized: None }
    }

    /// A part of an entity: where values may repeat, `bind` has to read any 64-bit ordinal as the entity's other parts
    /// do.
    pub(crate) const fn part(
        entity: &'static str,
        name: &'static str,
        bind: fn(&BindRequest<'_>) -> BindResult,
    ) -> Self {
        Self { name, entity: Some(entity), bind, localized: None }
    }

    /// The same kind, which makes another list where a locale is asked for.
    pub(crate) const fn localized(mut self, bind: BindIn) -> Self {
        self.localized = Some(bind);
        self
    }
}

impl Provider for Builtin {
    fn name(&self) -> &str {
        self.name
    }

    fn bind(&self, binding: &Binding<'_>) -> BindResult {
        let request = BindRequest { kind: self.name, binding };
        match (self.localized, binding.locale.and_then(locale::find)) {
            (Some(bind), Some(locale)) => ascii::kept_to(&request, bind(&request, locale)?),
            _ => (self.bind)(&request),
        }
    }

    fn is_localized(&self) -> bool {
        self.localized.is_some()
    }
}

/// A binding together with the name of the provider that is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BindRequest<'a> {
    /// The provider's name, which errors tell.
    pub(crate) kind: &'static str,
    /// The column, its table and its domain.
    pub(crate) binding: &'a Binding<'a>,
}

impl<'a> BindRequest<'a> {
    /// The column's type below all `CREATE DOMAIN`s.
    pub(crate) fn ty(&self) -> &'a SqlType {
        self.binding.base_type
    }

    /// Whether the cells are character strings, typed so or not typed at all.
    pub(crate) fn is_text(&self) -> bool {
        self.ty().is_text() || *self.ty() == SqlType::Any
    }

    /// Most characters of a cell, `u32::MAX` for no limit: the lesser of what the type declares and what CHECKs leave.
    /// A bare `char` holds one; of a text type limited in bytes every byte counts as a character.
    pub(crate) fn max_chars(&self) -> u32 {
        let declared = match self.ty() {
            SqlType::Char { length } => Some(length.unwrap_or(1)),
            SqlType::Varchar { length } => *length,
            SqlType::Text { max_bytes } => max_bytes.map(|b| u32::try_from(b).unwrap_or(u32::MAX)),
            _ => None,
        };
        let domain = self.binding.domain.text.max_chars;
        declared.unwrap_or(u32::MAX).min(domain.unwrap_or(u32::MAX))
    }

    /// Whether the column is declared to hold exactly `n` characters, as `char(3)` is: a hint that it holds codes.
    pub(crate) fn is_char_of(&self, n: u32) -> bool {
        matches!(self.ty(), SqlType::Char { .. }) && self.max_chars() == n
    }

    /// Whether the column's table is one of countries: its rows are not all the same one.
    pub(crate) fn is_of_countries(&self) -> bool {
        self.subject() == TableSubject::Country
    }

    /// What the rows of the column's table are.
    pub(crate) fn subject(&self) -> TableSubject {
        subject::of(self.binding.table)
    }

    /// Whether values must be distinct, alone or as part of a key. A list then either is injective or leaves it to the
    /// plan to tell equal texts apart.
    pub(crate) fn distinct(&self) -> bool {
        self.binding.distinct
    }

    /// The error for a column of another type. `wanted` completes "it makes ...": a noun in the plural, such as
    /// `numbers`.
    pub(crate) fn wrong_type(&self, wanted: &'static str) -> BindError {
        let declared = &self.binding.column.declared_type;
        BindError::WrongType {
            provider: self.kind.to_owned(),
            found: if declared.is_empty() { format!("{:?}", self.ty()) } else { declared.clone() },
            wanted,
        }
    }

    /// The error for a column whose domain rules out the whole list. `constraint` completes "no value satisfies ...".
    pub(crate) fn empty(&self, constraint: String) -> BindError {
        BindError::EmptyDomain { provider: self.kind.to_owned(), constraint }
    }
}
