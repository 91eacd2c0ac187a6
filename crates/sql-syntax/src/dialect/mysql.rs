//! How MySQL 8 and MariaDB are written, in their default `sql_mode`.
//!
//! Sections are those of MySQL's manual, <https://dev.mysql.com/doc/refman/8.4/en/>.

use super::description::Syntax;
use super::detect::{HASH_COMMENT, INDEX_CLAUSE, KEY_CLAUSE};
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
use crate::expr::rewrite::mysql::rewrite;
use crate::expr::{ExpressionRules, HexStrings, MySqlGrammar, RowCall, UnknownNames};
use crate::text::{
    Backslash, BareNames, Bodies, ClientCommands, CopyData, Dashes, DollarQuotes, Escapes,
    ExecutableComments, Hash, LeadingDigits, NestedComments, TextAsName, TextRules, UnicodeQuotes,
};
use crate::type_name::{TypeRules, mysql as types};
use seedbed_schema_model::{LikeKind, TriggerLevel};

pub(super) static SYNTAX: Syntax = Syntax {
    marks: &[
        ("engine =", 10),
        ("auto_increment", 10),
        ("foreign_key_checks", 8),
        ("/*!", 8),
        ("set names", 5),
        ("character set", 3),
        ("charset", 4),
        ("unsigned", 3),
        ("zerofill", 5),
        ("tinytext", 4),
        ("mediumtext", 4),
        ("longtext", 4),
        ("mediumint", 4),
        ("tinyblob", 4),
        ("mediumblob", 4),
        ("longblob", 4),
        ("tinyint", 1),
        ("tinyint (", 3),
        ("int (", 3),
        ("enum (", 3),
        ("set ( '", 4),
        ("delimiter", 5),
        ("`", 3),
        // `KEY i (a)`, `UNIQUE KEY i (a)` and `INDEX i (a)` among the columns.
        (KEY_CLAUSE, 8),
        (INDEX_CLAUSE, 5),
        ("unique key", 4),
        ("on update current_timestamp", 8),
        ("on update now (", 8),
        ("comment '", 5),
        ("year not null", 3),
        ("year default", 3),
        ("year ( 4", 3),
        // Where a statement begins.
        ("; use", 2),
        (HASH_COMMENT, 4),
        ("varbinary", 2),
        ("blob", 1),
        ("double not null", 1),
        ("double default", 1),
        ("datetime", 1),
        ("datetime ( 6", 4),
        ("default uuid (", 2),
        ("curdate (", 4),
        ("insert ignore", 5),
        ("on duplicate key update", 8),
        ("values less than", 8),
        (") ( partition", 5),
        ("range columns (", 8),
        ("list columns (", 8),
        ("partition by key (", 5),
        ("linear hash (", 8),
        ("linear key (", 8),
        ("partitions", 2),
        ("subpartitions", 5),
        // MariaDB.
        ("period for", 6),
        ("with system versioning", 8),
        ("modify column", 6),
        ("change column", 6),
        ("drop foreign key", 6),
        ("drop primary key", 6),
        ("add key", 5),
        ("add index", 5),
        ("add unique key", 5),
        ("add unique index", 5),
        ("fulltext", 3),
        ("fulltext key", 4),
        ("spatial index", 5),
        ("spatial key", 5),
        ("rename table", 6),
        ("definer =", 8),
        ("sql security", 6),
        ("signal sqlstate", 8),
        ("unix_timestamp (", 5),
        ("to_days (", 5),
        ("straight_join", 5),
        ("modify", 4),
        ("null after", 5),
        ("int after", 4),
        (") after", 4),
        (") begin", 4),
        ("for each row begin", 3),
        ("for each row set", 6),
        ("lock tables", 5),
        // Without ANSI_QUOTES that is a string.
        ("create table \"", -6),
        ("create table if not exists \"", -6),
        // Its keys over text want a length.
        ("text primary key", -8),
        ("text not null primary key", -8),
        ("text unique", -8),
        ("text not null unique", -8),
        ("integer primary key autoincrement", -8),
        // As good as always with AUTO_INCREMENT.
        ("integer primary key", -2),
    ],
    text: TextRules {
        // Without ANSI_QUOTES, under which `"` quotes names.
        name_quotes: &[('`', '`')],
        text_quotes: &['\'', '"'],
        // 11.1.1, "String Literals", without NO_BACKSLASH_ESCAPES.
        backslash: Backslash::Escape,
        text_prefixes: &[("x", Backslash::Character), ("b", Backslash::Character), ("n", Backslash::Escape)],
        escapes: Escapes {
            characters: &[('n', '\n'), ('t', '\t'), ('r', '\r'), ('b', '\u{8}'), ('0', '\0')],
            // LIKE undoes these.
            kept: &['%', '_'],
            code_points: &[],
        },
        unicode_quotes: UnicodeQuotes::Absent,
        dollar_quotes: DollarQuotes::Absent,
        // 11.7, "Comments", and 1.7.2.4, "'--' as the Start of a Comment". The clients take dashes at a line's start
        // for a comment, whatever follows.
        dashes: Dashes::CommentBeforeBlank,
        hash: Hash::Comment,
        nested_comments: NestedComments::Text,
        executable_comments: ExecutableComments::Read,
        // 11.2, "Schema Object Names": "may begin with a digit but unless quoted may not consist solely of digits".
        leading_digits: LeadingDigits::Name,
        bare_names: BareNames::AsWritten,
        // 'a' and "a" as an alias, and where dumps of other tools quote so.
        text_as_name: TextAsName::Accepted,
        longest_name: None,
        // 6.5.1.2, "mysql Client Commands".
        client_commands: ClientCommands::Delimiter,
        bodies: Bodies::Blocks(&["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"]),
        copy_data: CopyData::Absent,
    },
    types: TypeRules { column: |_, cursor| types::read_type(cursor), cast_only: types::read_cast_type },
    expressions: ExpressionRules {
        grammar: &MySqlGrammar,
        rewrite,
        quote: '`',
        // 11.1.4, "Hexadecimal Literals".
        hex_strings: HexStrings::Bytes,
        ilike: LikeKind::ILike,
        row_call: RowCall::Function,
        unknown_names: UnknownNames::Refused,
    },
    names: NameRules {
        // 11.2.3, "Identifier Case Sensitivity": of columns and indexes never, of tables where files have none either.
        comparison: NameComparison::IgnoringCase,
        constraints: ConstraintNames::OfTable,
        indexes: IndexNames::OfTable,
    },
    keys: KeyRules {
        // 10.3.5, "Column Indexes".
        prefixes: KeyPrefixes::Characters,
        primary_key: PrimaryKeyNulls::Refused,
        integer_key: IntegerKey::Ordinary,
    },
    // 15.1.20, "CREATE TABLE Statement", and 15.1.9, "ALTER TABLE Statement".
    tables: TableRules {
        options: TableOptions::EngineAndCharset,
        like: LikeClause::WholeTable,
        indexes: IndexDefinitions::InTable,
        named_parts: NamedParts::ByKind,
        query_columns: QueryColumns::TypesAndDefaults,
        inherited_checks: InheritedChecks::NoParents,
        // With `foreign_key_checks = 0`, as scripts drop tables.
        dropped_parent: DroppedParent::ReferencesDangle,
        dropped_key_column: DroppedKeyColumn::KeysShrink,
        relatives: Relatives::Absent,
        columns: ColumnRules {
            attributes: ColumnAttributes::All,
            // 13.1.1: "SERIAL is an alias for BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE".
            serial: SerialColumns::AutoIncrement,
            // MariaDB; MySQL allows those of columns before it.
            default_scope: DefaultScope::Columns,
            // <https://mariadb.com/kb/en/json/>: JSON is an alias of it, and dumps show what it is.
            json: JsonColumns::CheckedLongtext,
        },
    },
    statements: StatementRules {
        user_types: UserTypes::Absent,
        // 15.2.3: it evaluates expressions.
        do_statement: DoStatement::Expression,
        // 15.5, "Prepared Statements": most of DDL too.
        prepared: Prepared::AnyText,
        // 15.2.13.1: variables or a file.
        select_into: SelectInto::NoTable,
        stored_functions: StoredFunctions::Kept,
        trigger_level: TriggerLevel::Row,
        trigger_body: TriggerBody::Statement,
        // CURRENT_USER has the host in it, which no column of names holds.
        session_user: &[],
        numbers_table: None,
        inserted: InsertedValues {
            // 5.6.9, "Using AUTO_INCREMENT", without NO_AUTO_VALUE_ON_ZERO.
            zero: ZeroNumber::NextNumber,
            text_keys: TextKeys::IgnoringCase,
        },
    },
};
