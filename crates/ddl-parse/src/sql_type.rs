//! Type names of every dialect into [`SqlType`]s.

use crate::catalog::Catalog;
use crate::dialect;
use crate::text::{Cursor, Kind, Name};
use seedbed_schema_model::{Dialect, SqlType};

/// A type as it stands in a column definition, with what MySQL writes between type and constraints.
#[derive(Clone, Debug)]
pub(crate) struct TypeName {
    pub ty: SqlType,
    /// As written.
    pub text: String,
    /// PostgreSQL `serial` and kin, MySQL `SERIAL`.
    pub serial: bool,
    pub charset: Option<String>,
    pub collation: Option<String>,
    /// The name, when nothing here defines it.
    pub unknown: Option<String>,
}

impl TypeName {
    pub(crate) fn plain(ty: SqlType) -> Self {
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
    pub(crate) fn length(&self) -> Option<u32> {
        self.numbers.first().and_then(|n| u32::try_from(*n).ok())
    }

    pub(crate) fn precision(&self) -> Option<u8> {
        self.numbers.first().and_then(|n| u8::try_from(*n).ok())
    }

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

/// Reads the type that stands here. `None` when no type does.
pub(crate) fn read(catalog: &Catalog, cursor: &mut Cursor<'_>) -> Option<TypeName> {
    let start = *cursor;
    let mut found = match cursor.dialect() {
        Dialect::Postgres => dialect::postgres::read_type(catalog, cursor),
        Dialect::MySql => dialect::mysql::read_type(cursor),
        _ => dialect::sqlite::read_type(cursor),
    }?;
    found.text = start.until(cursor).text().to_owned();
    Some(found)
}

/// A type that the schema defines, or an unknown one.
pub(crate) fn user_type(catalog: &Catalog, name: &Name) -> TypeName {
    match catalog.user_type(name) {
        Some(ty) => TypeName::plain(ty.sql_type()),
        None => {
            let shown = match &name.schema {
                Some(schema) => format!("{schema}.{}", name.name),
                None => name.name.clone(),
            };
            TypeName { unknown: Some(shown.clone()), ..TypeName::plain(SqlType::Unknown { name: shown }) }
        }
    }
}

/// Whether a word or quoted name stands here.
pub(crate) fn at_name(cursor: &Cursor<'_>) -> bool {
    matches!(cursor.kind_at(0), Some(Kind::Word | Kind::Quoted))
}
