//! The parts that the type names of all dialects are made of.
//!
//! Each dialect spells types in its own file under `type_name`, with these.

use crate::names::Names;
use crate::text::{Cursor, Name};
use seedbed_schema_model::SqlType;

/// A type as it stands in a column definition, with what MySQL writes between type and constraints.
#[derive(Clone, Debug)]
pub struct TypeName {
    /// What the words mean.
    pub ty: SqlType,
    /// As written.
    pub text: String,
    /// PostgreSQL `serial` and kin, MySQL `SERIAL`.
    pub serial: bool,
    /// MySQL `CHARACTER SET`.
    pub charset: Option<String>,
    /// MySQL `COLLATE`; `binary` for the attribute BINARY.
    pub collation: Option<String>,
    /// The name, when nothing here defines it.
    pub unknown: Option<String>,
}

impl TypeName {
    /// A type without anything beside it.
    pub fn plain(ty: SqlType) -> Self {
        Self { ty, text: String::new(), serial: false, charset: None, collation: None, unknown: None }
    }
}

/// The words of a type's name with the numbers in its brackets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spelling {
    /// Lower case, single spaces: `character varying`.
    pub words: String,
    /// `(10, 2)`.
    pub numbers: Vec<i64>,
}

impl Spelling {
    /// The first number, as a length in characters, bytes or bits.
    pub(crate) fn length(&self) -> Option<u32> {
        self.numbers.first().and_then(|n| u32::try_from(*n).ok())
    }

    /// The first number, as a precision.
    pub(crate) fn precision(&self) -> Option<u8> {
        self.numbers.first().and_then(|n| u8::try_from(*n).ok())
    }

    /// A `numeric` of these numbers.
    pub(crate) fn decimal(&self, unsigned: bool) -> SqlType {
        let precision = self.numbers.first().and_then(|n| u16::try_from(*n).ok());
        let scale = self.numbers.get(1).and_then(|n| i16::try_from(*n).ok());
        // `numeric(p)` is `numeric(p, 0)`.
        let scale = scale.or(precision.map(|_| 0));
        SqlType::Decimal { precision, scale, unsigned }
    }
}

/// Reads the numbers of `(10, 2)`, if brackets stand here.
pub(crate) fn numbers(cursor: &mut Cursor<'_>) -> Vec<i64> {
    let Some(inner) = cursor.parens() else { return Vec::new() };
    let parts = inner.split_commas();
    parts.into_iter().filter_map(|mut part| part.integer()).filter_map(|n| i64::try_from(n).ok()).collect()
}

/// A type that the schema defines, or an unknown one.
pub(crate) fn user_type(names: &dyn Names, name: &Name) -> TypeName {
    match names.user_type(name) {
        Some(ty) => TypeName::plain(ty),
        None => {
            let shown = match &name.schema {
                Some(schema) => format!("{schema}.{}", name.name),
                None => name.name.clone(),
            };
            TypeName { unknown: Some(shown.clone()), ..TypeName::plain(SqlType::Unknown { name: shown }) }
        }
    }
}
