//! How SQLite 3 is written.
//!
//! Pages are those of <https://sqlite.org/>.

use super::description::Syntax;
use super::detect::BRACKETED_NAME;
use super::name::{
    ConstraintNames, IndexNames, IntegerKey, KeyPrefixes, KeyRules, NameComparison, NameRules,
    PrimaryKeyNulls,
};
use super::statement::{
    DoStatement, InsertedValues, Prepared, SelectInto, StatementRules, StoredFunctions, TextKeys,
    TriggerBody, UserTypes, ZeroNumber,
};
use super::table::{
    ColumnAttributes, ColumnRules, DefaultScope, DroppedKeyColumn, DroppedParent, IndexDefinitions,
    InheritedChecks, JsonColumns, LikeClause, NamedParts, QueryColumns, Relatives, SerialColumns,
    TableOptions, TableRules,
};
use crate::expr::rewrite::sqlite::rewrite;
use crate::expr::{ExpressionRules, HexStrings, RowCall, SqliteGrammar, UnknownNames};
use crate::text::{
    Backslash, BareNames, Bodies, ClientCommands, CopyData, Dashes, DollarQuotes, Escapes,
    ExecutableComments, Hash, LeadingDigits, NestedComments, TextAsName, TextRules, UnicodeQuotes,
};
use crate::type_name::{TypeRules, sqlite as types};
use seedbed_schema_model::{LikeKind, TriggerLevel};

pub(super) static SYNTAX: Syntax = Syntax {
    marks: &[
        ("pragma", 12),
        ("autoincrement", 10),
        ("without rowid", 12),
        ("sqlite_sequence", 10),
        ("sqlite_master", 8),
        ("sqlite_stat1", 10),
        ("create virtual table", 8),
        ("using fts5", 8),
        ("using fts4", 8),
        ("using fts3", 8),
        ("integer primary key", 5),
        ("text primary key", 3),
        ("text not null primary key", 3),
        ("on conflict", 1),
        ("on conflict replace", 6),
        ("on conflict ignore", 6),
        ("on conflict abort", 6),
        ("on conflict fail", 6),
        ("on conflict rollback", 6),
        ("insert or ignore", 6),
        ("insert or replace", 6),
        ("collate nocase", 8),
        ("datetime ( '", 6),
        ("date ( '", 3),
        ("strftime (", 6),
        ("raise ( abort", 8),
        ("raise ( fail", 8),
        ("raise ( ignore", 8),
        ("raise ( rollback", 8),
        ("for each row begin", 3),
        ("unixepoch (", 6),
        ("julianday (", 6),
        ("randomblob (", 8),
        ("typeof (", 4),
        (") strict", 6),
        ("`", 2),
        (BRACKETED_NAME, 5),
        ("blob", 2),
        ("longvarchar", 2),
        ("nvarchar", 2),
        // It has no such function.
        ("now (", -5),
        ("extract (", -5),
        // Nor these statements: a table is as it was made, and gets or loses columns at most.
        ("add constraint", -6),
        ("add foreign key", -6),
        ("add primary key", -6),
        ("add unique", -6),
        ("alter column", -6),
        ("create type", -6),
        ("create domain", -6),
        ("create function", -6),
        ("create procedure", -6),
        ("create or replace", -6),
        ("create schema", -6),
        ("glob '", 4),
        ("begin transaction ;", 2),
        ("datetime", 1),
        ("real", 1),
    ],
    text: TextRules {
        // lang_keywords.html: the standard's, MySQL's and SQL Server's.
        name_quotes: &[('"', '"'), ('`', '`'), ('[', ']')],
        text_quotes: &['\''],
        backslash: Backslash::Character,
        text_prefixes: &[
            ("x", Backslash::Character),
            ("b", Backslash::Character),
            ("n", Backslash::Character),
        ],
        escapes: Escapes { characters: &[], kept: &[], code_points: &[] },
        unicode_quotes: UnicodeQuotes::Absent,
        dollar_quotes: DollarQuotes::Absent,
        // lang_comment.html.
        dashes: Dashes::Comment,
        hash: Hash::Operator,
        nested_comments: NestedComments::Text,
        executable_comments: ExecutableComments::Skipped,
        leading_digits: LeadingDigits::Number,
        bare_names: BareNames::AsWritten,
        // lang_keywords.html: "if a keyword in single quotes is used in a context where an identifier is allowed".
        text_as_name: TextAsName::Accepted,
        longest_name: None,
        // cli.html, "Special commands to sqlite3 (dot-commands)".
        client_commands: ClientCommands::Dot,
        // c3ref/complete.html.
        bodies: Bodies::Blocks(&["TRIGGER"]),
        copy_data: CopyData::Absent,
    },
    types: TypeRules { column: |_, cursor| types::read_type(cursor), cast_only: |_| None },
    expressions: ExpressionRules {
        grammar: &SqliteGrammar,
        rewrite,
        quote: '"',
        // lang_expr.html, "Literal Values (Constants)".
        hex_strings: HexStrings::Bytes,
        // There is no ILIKE, and sqlparser knows no NOT GLOB.
        ilike: LikeKind::Glob,
        row_call: RowCall::Function,
        // quirks.html, "Double-quoted String Literals Are Accepted".
        unknown_names: UnknownNames::Text,
    },
    names: NameRules {
        comparison: NameComparison::IgnoringCase,
        constraints: ConstraintNames::Nameless,
        indexes: IndexNames::OfSchema,
    },
    // lang_createtable.html, "The PRIMARY KEY" and "ROWIDs and the INTEGER PRIMARY KEY".
    keys: KeyRules {
        prefixes: KeyPrefixes::Absent,
        primary_key: PrimaryKeyNulls::Allowed,
        integer_key: IntegerKey::Rowid,
    },
    tables: TableRules {
        options: TableOptions::Rowid,
        like: LikeClause::Absent,
        indexes: IndexDefinitions::Apart,
        named_parts: NamedParts::Constraints,
        query_columns: QueryColumns::Types,
        inherited_checks: InheritedChecks::NoParents,
        // foreignkeys.html, 5: a table can go while others refer to it.
        dropped_parent: DroppedParent::ReferencesDangle,
        dropped_key_column: DroppedKeyColumn::KeysGo,
        relatives: Relatives::Absent,
        columns: ColumnRules {
            attributes: ColumnAttributes::Storage,
            serial: SerialColumns::Absent,
            // Bare words there are strings.
            default_scope: DefaultScope::Constants,
            json: JsonColumns::Typed,
        },
    },
    statements: StatementRules {
        user_types: UserTypes::Absent,
        do_statement: DoStatement::Expression,
        prepared: Prepared::Query,
        select_into: SelectInto::NoTable,
        stored_functions: StoredFunctions::Absent,
        // lang_createtrigger.html: "at this time SQLite supports only FOR EACH ROW triggers".
        trigger_level: TriggerLevel::Row,
        trigger_body: TriggerBody::Block,
        session_user: &[],
        // autoinc.html, "The AUTOINCREMENT Keyword".
        numbers_table: Some("sqlite_sequence"),
        inserted: InsertedValues { zero: ZeroNumber::Stored, text_keys: TextKeys::Exact },
    },
};
