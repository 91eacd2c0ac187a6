//! What the statements of functions and triggers do to other tables.
//!
//! They are read when a body is defined, by the words alone, and get their meaning when the whole script has been applied,
//! because a body may name tables and functions that come later.

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

/// An INSERT of a body: into which table, and what of a trigger's new row it copies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    /// The table, as the body names it.
    pub table: Name,
    /// The columns that it lists; `None`: all of the table's.
    pub columns: Option<Vec<String>>,
    /// Its first row: at each place the column of a trigger's new row that stands there, if one does.
    pub values: Vec<Option<String>>,
    /// Whether nothing before it, and no condition of its own, can have it passed over.
    pub always: bool,
    /// Where it takes every row of a table.
    pub each_row: Option<EachRow>,
}

/// What an INSERT takes of every row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EachRow {
    /// The table.
    pub of: Name,
    /// At each place the column of it that stands there, if one does.
    pub values: Vec<Option<String>>,
    /// Whether nothing before the INSERT can have it passed over.
    pub always: bool,
}

/// `column = SESSION_USER`, and the tables that the statement reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserSought {
    /// The tables behind FROM, JOIN and UPDATE.
    pub tables: Vec<Name>,
    /// The column that is compared.
    pub column: String,
}

/// A function's body, and where it stands in the files, so that problems inside it have their place.
#[derive(Clone, Debug)]
pub(crate) struct RoutineBody {
    /// The statements.
    pub text: Rc<str>,
    /// The offset of the first byte over all files.
    pub base: usize,
    /// The literal that the text comes from, when it does not stand in a file as it is.
    pub fixed: Option<Span>,
}
