//! Reading expressions by what the catalog knows: it is the [`Names`] that `seedbed-sql-syntax` asks.

use super::named::UserType;
use super::state::SystemCatalog;
use crate::problem::Problem;
use seedbed_schema_model::{ColumnIdx, Dialect, Expr, SqlType, TableId, Unreadable};
use seedbed_sql_syntax::{Cursor, Name, Names, Scope, read_expr};

impl Names for SystemCatalog {
    fn dialect(&self) -> Dialect {
        self.schema.dialect
    }

    fn column(&self, table: TableId, name: &str) -> Option<ColumnIdx> {
        Self::column(self, table, name)
    }

    fn user_type(&self, name: &Name) -> Option<SqlType> {
        Self::user_type(self, name).map(|ty| self.sql_type(ty))
    }

    fn defines_function(&self, name: &str) -> bool {
        self.function_names.contains(name)
    }
}

impl SystemCatalog {
    /// One of the schema's own types as columns have it.
    pub fn sql_type(&self, ty: UserType) -> SqlType {
        let range = |at: usize, multi| match self.range_types.get(at) {
            Some(range) => SqlType::Range { element: Box::new(range.element.clone()), multi },
            None => SqlType::Unknown { name: "range".to_owned() },
        };
        match ty {
            UserType::Enum(id) => SqlType::Enum(id),
            UserType::Domain(id) => SqlType::Domain(id),
            UserType::Composite(id) => SqlType::Composite(id),
            UserType::Range(at) => range(at, false),
            UserType::Multirange(at) => range(at, true),
        }
    }

    /// Reads an expression; one that cannot be read becomes [`Expr::Unreadable`] and a problem of its `owner`, the
    /// table or domain as messages name it.
    pub fn read_or_keep(&mut self, scope: Scope<'_>, cursor: Cursor<'_>, owner: &str) -> Expr {
        match read_expr(self, scope, cursor) {
            Ok(expr) => expr,
            Err(reason) => {
                let (owner, span) = (owner.to_owned(), cursor.span());
                let part = Unreadable { text: cursor.text().to_owned(), reason: reason.to_string() };
                self.problems.push(Problem::UnreadableExpression { owner, reason, span });
                Expr::Unreadable(part)
            }
        }
    }
}
