//! What a query may do: a list, beyond which nothing is allowed.

use super::error::NotAllowed;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The functions that may be called. Each computes its value from its arguments, in time and memory that grow with them. Left
/// out are those that make large values of small arguments (`zeroblob`, `randomblob`), that reach outside
/// (`load_extension`, `readfile`, `writefile`, `edit`), and all that belong to full-text and spatial indexes.
pub(crate) const FUNCTIONS: &[&str] = &[
    // Aggregates.
    "avg",
    "count",
    "group_concat",
    "max",
    "median",
    "min",
    "percentile",
    "percentile_cont",
    "percentile_disc",
    "string_agg",
    "sum",
    "total",
    // Windows.
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
    // Numbers.
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "ceil",
    "ceiling",
    "cos",
    "cosh",
    "degrees",
    "exp",
    "floor",
    "ln",
    "log",
    "log10",
    "log2",
    "mod",
    "pi",
    "pow",
    "power",
    "radians",
    "random",
    "round",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
    // Text.
    "char",
    "concat",
    "concat_ws",
    "format",
    "glob",
    "hex",
    "instr",
    "length",
    "like",
    "lower",
    "ltrim",
    "octet_length",
    "printf",
    "quote",
    "replace",
    "rtrim",
    "soundex",
    "substr",
    "substring",
    "trim",
    "unhex",
    "unicode",
    "unistr",
    "unistr_quote",
    "upper",
    // Any values.
    "coalesce",
    "if",
    "ifnull",
    "iif",
    "likelihood",
    "likely",
    "nullif",
    "typeof",
    "unlikely",
    // Dates.
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "julianday",
    "strftime",
    "time",
    "timediff",
    "unixepoch",
    // JSON.
    "->",
    "->>",
    "json",
    "json_array",
    "json_array_insert",
    "json_array_length",
    "json_error_position",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_pretty",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
];

/// The functions that may stand in place of a table.
const TABLE_FUNCTIONS: &[&str] = &["json_each", "json_tree"];

/// Says of each thing that a statement does whether it is allowed, and keeps the first that is not.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    /// The dataset's tables, lower case.
    tables: BTreeSet<String>,
    /// What stands in place of tables without being one: virtual tables that SQLite has by itself, lower case.
    modules: BTreeSet<String>,
    refused: Arc<Mutex<Option<NotAllowed>>>,
}

impl Allowed {
    /// Reading such tables and nothing else.
    pub(crate) fn new<'n>(
        tables: impl IntoIterator<Item = &'n str>,
        modules: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            tables: tables.into_iter().map(str::to_ascii_lowercase).collect(),
            modules: modules.into_iter().map(|name| name.to_ascii_lowercase()).collect(),
            refused: Arc::default(),
        }
    }

    /// What was refused first.
    pub(crate) fn refused(&self) -> Option<NotAllowed> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The answer to SQLite.
    pub(crate) fn authorize(&self, asked: &AuthContext<'_>) -> Authorization {
        let refused = match asked.action {
            AuthAction::Select | AuthAction::Recursive => return Authorization::Allow,
            AuthAction::Read { table_name, column_name } => {
                let elsewhere = asked.database_name.is_some_and(|name| !name.eq_ignore_ascii_case("main"));
                if !elsewhere && self.may_read(table_name, column_name) {
                    return Authorization::Allow;
                }
                NotAllowed::Table { name: table_name.to_owned() }
            }
            AuthAction::Function { function_name } => {
                if FUNCTIONS.iter().any(|name| name.eq_ignore_ascii_case(function_name)) {
                    return Authorization::Allow;
                }
                NotAllowed::Function { name: function_name.to_owned() }
            }
            other => NotAllowed::Statement { action: name_of(&other).to_owned() },
        };
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(refused);
        Authorization::Deny
    }

    fn may_read(&self, table: &str, column: &str) -> bool {
        let table = table.to_ascii_lowercase();
        if self.tables.contains(&table) || TABLE_FUNCTIONS.contains(&table.as_str()) {
            return true;
        }
        // Where no column is read, as by `count(*)`, SQLite also asks for the names that a WITH gives. Those that are anything
        // of SQLite's or the file's own are not for them.
        column.is_empty()
            && !["sqlite_", "pragma_", "_seedbed"].iter().any(|start| table.starts_with(start))
            && !self.modules.contains(&table)
    }
}

/// What an action is, as a person would write it.
fn name_of(action: &AuthAction<'_>) -> &'static str {
    match action {
        AuthAction::Attach { .. } => "ATTACH or VACUUM",
        AuthAction::Detach { .. } => "DETACH",
        AuthAction::Pragma { .. } => "PRAGMA",
        // Those of a schema's own tables are what a change of the schema begins with.
        AuthAction::Insert { table_name } if !is_schema(table_name) => "INSERT",
        AuthAction::Update { table_name, .. } if !is_schema(table_name) => "UPDATE",
        AuthAction::Delete { table_name } if !is_schema(table_name) => "DELETE",
        AuthAction::Transaction { .. } => "a transaction",
        AuthAction::Savepoint { .. } => "SAVEPOINT",
        AuthAction::Analyze { .. } => "ANALYZE",
        AuthAction::Reindex { .. } => "REINDEX",
        AuthAction::AlterTable { .. } => "ALTER TABLE",
        _ => "a change of the schema",
    }
}

fn is_schema(table: &str) -> bool {
    table.starts_with("sqlite_")
}
