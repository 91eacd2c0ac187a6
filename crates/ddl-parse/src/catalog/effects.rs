//! What the statements of functions and triggers do to other tables.

use seedbed_schema_model::Span;
use seedbed_sql_syntax::Name;
use std::rc::Rc;

/// What a body of statements does to other tables, as far as its words tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// What it inserts, and into which tables.
    pub inserts: Vec<Insertion>,
    /// Tables it deletes from.
    pub deletes: Vec<Name>,
    /// Lower-case names that stand before brackets: functions, maybe.
    pub calls: Vec<String>,
    /// Where it looks for the session's user.
    pub seeks_user: Vec<UserSought>,
}

/// An INSERT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    pub table: Name,
    /// The columns that it lists.
    pub columns: Option<Vec<String>>,
    /// Its first row: at each place the column of a trigger's new row that stands there, if one does.
    pub values: Vec<Option<String>>,
    /// Whether nothing before it, and no condition of its own, can have it passed over.
    pub always: bool,
}

/// `column = SESSION_USER`, and the tables that the statement reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserSought {
    pub tables: Vec<Name>,
    pub column: String,
}

/// A function's body, and where it stands in the files.
#[derive(Clone, Debug)]
pub(crate) struct RoutineBody {
    pub text: Rc<str>,
    pub base: usize,
    pub fixed: Option<Span>,
}
