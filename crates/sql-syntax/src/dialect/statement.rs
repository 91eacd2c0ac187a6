//! What statements there are, beside those that all dialects share: the questions.

use seedbed_schema_model::TriggerLevel;

/// The statements of a script.
#[derive(Debug)]
pub struct StatementRules {
    /// Whether `CREATE TYPE` makes types, which then may type tables: `CREATE TABLE t OF type`.
    pub user_types: UserTypes,
    /// What `DO` does.
    pub do_statement: DoStatement,
    /// What `PREPARE` takes.
    pub prepared: Prepared,
    /// What `SELECT ... INTO a` fills.
    pub select_into: SelectInto,
    /// Whether functions can be created.
    pub stored_functions: StoredFunctions,
    /// What a trigger acts on that doesn't say it.
    pub trigger_level: TriggerLevel,
    /// What follows the clauses of a trigger.
    pub trigger_body: TriggerBody,
    /// The functions without brackets that name the session's user, as columns of names hold it.
    pub session_user: &'static [&'static str],
    /// The server's own table of the greatest numbers that it gave, `(name, seq)`, which scripts may write to.
    pub numbers_table: Option<&'static str>,
    /// How inserted values are taken.
    pub inserted: InsertedValues,
}

/// `CREATE TYPE`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserTypes {
    /// Types are built in.
    Absent,
    /// The schema has types of its own.
    Created,
}

/// `DO`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoStatement {
    /// No statement that changes a schema, if one at all.
    Expression,
    /// Runs the statements of the block in the string behind it.
    Block,
}

/// `PREPARE`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepared {
    /// A query, or a statement on rows.
    Query,
    /// Any statement, composed as text at run time.
    AnyText,
}

/// `SELECT ... INTO a`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectInto {
    /// A new table.
    Table,
    /// No table: variables, a file, or no such form.
    NoTable,
}

/// `CREATE FUNCTION`, `CREATE PROCEDURE`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredFunctions {
    /// The application alone brings functions.
    Absent,
    /// They are part of the schema.
    Kept,
}

/// What a trigger runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerBody {
    /// `EXECUTE FUNCTION f()`
    Function,
    /// `BEGIN ... END`
    Block,
    /// One statement, which may be a block.
    Statement,
}

/// The values that INSERT and its kin bring.
#[derive(Debug)]
pub struct InsertedValues {
    /// What a 0 does in a column that the server numbers.
    pub zero: ZeroNumber,
    /// When texts of a key are the same.
    pub text_keys: TextKeys,
}

/// 0 for a column that the server numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZeroNumber {
    /// It is stored.
    Stored,
    /// It takes the next number.
    NextNumber,
}

/// Texts of a key, in the collation that columns have if nobody says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKeys {
    /// The same if every character is.
    Exact,
    /// The same in either case.
    IgnoringCase,
}
