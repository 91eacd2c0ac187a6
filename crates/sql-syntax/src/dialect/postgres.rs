//! How PostgreSQL is written, from version 12 on.
//!
//! Sections are those of its manual, <https://www.postgresql.org/docs/current/>.

use super::description::Syntax;
use super::detect::FAMILY_CLAUSE;
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
use crate::expr::rewrite::postgres::rewrite;
use crate::expr::{ExpressionRules, HexStrings, RowCall, UnknownNames};
use crate::text::{
    Backslash, BareNames, Bodies, ClientCommands, CopyData, Dashes, DollarQuotes, Escapes,
    ExecutableComments, Hash, LONGEST_POSTGRES_NAME, LeadingDigits, NestedComments, TextAsName, TextRules,
    UnicodeQuotes,
};
use crate::type_name::{TypeRules, postgres as types};
use seedbed_schema_model::{LikeKind, TriggerLevel};
use sqlparser::dialect::PostgreSqlDialect;

pub(super) static SYNTAX: Syntax = Syntax {
    marks: &[
        ("set search_path", 8),
        ("set client_encoding", 8),
        ("set standard_conforming_strings", 8),
        ("pg_catalog", 8),
        ("create extension", 8),
        ("plpgsql", 8),
        ("alter table only", 8),
        ("create sequence", 4),
        ("create domain", 6),
        ("as enum", 6),
        ("nextval (", 4),
        ("serial", 5),
        ("bigserial", 5),
        ("smallserial", 5),
        ("timestamptz", 6),
        ("with time zone", 5),
        ("without time zone", 5),
        ("jsonb", 6),
        ("bytea", 6),
        ("citext", 5),
        ("inet", 4),
        ("tsvector", 5),
        ("tstzrange", 5),
        ("tsrange", 5),
        ("daterange", 5),
        ("int4range", 5),
        ("numrange", 5),
        ("character varying", 5),
        ("[]", 5),
        ("array [", 4),
        ("$$", 4),
        ("::", 5),
        ("comment on", 5),
        ("owner to", 4),
        ("double precision", 1),
        ("by default as identity", 4),
        ("always as identity", 3),
        ("using gin", 5),
        ("using gist", 5),
        ("exclude using", 8),
        ("using btree (", 2),
        ("partition of", 6),
        ("inherits (", 5),
        ("create materialized view", 3),
        ("create type", 2),
        ("returns trigger", 6),
        ("execute function", 5),
        ("execute procedure", 3),
        ("concurrently", 4),
        ("ilike", 4),
        ("at time zone", 3),
        ("~ '", 3),
        ("~* '", 4),
        ("default now (", 2),
        ("interval not null", 3),
        ("uuid primary key", 2),
        ("to_tsvector (", 5),
        ("date_trunc (", 3),
        ("with ( fillfactor", 5),
        ("gen_random_uuid (", 4),
        ("uuid_generate_v4 (", 5),
        ("boolean default", 1),
        ("cascade ;", 1),
        // CockroachDB.
        ("unique_rowid (", 8),
        ("crdb_internal", 8),
        (FAMILY_CLAUSE, 6),
        ("family (", 5),
        ("storing (", 5),
        ("with bucket_count", 5),
        ("string not null", 3),
        // Amazon Redshift.
        ("distkey", 10),
        ("sortkey", 10),
        ("sortkey (", 4),
        ("diststyle", 10),
        ("encode zstd", 8),
        ("encode lzo", 8),
        ("encode az64", 8),
        ("encode raw", 8),
    ],
    // 4.1, "Lexical Structure".
    text: TextRules {
        name_quotes: &[('"', '"')],
        text_quotes: &['\''],
        // With `standard_conforming_strings`, the default since 9.1.
        backslash: Backslash::Character,
        text_prefixes: &[
            ("x", Backslash::Character),
            ("b", Backslash::Character),
            ("n", Backslash::Character),
            ("e", Backslash::Escape),
        ],
        // 4.1.2.2, "String Constants with C-Style Escapes".
        escapes: Escapes {
            characters: &[('n', '\n'), ('t', '\t'), ('r', '\r'), ('b', '\u{8}'), ('f', '\u{c}')],
            kept: &[],
            code_points: &[('x', 2), ('u', 4), ('U', 8)],
        },
        unicode_quotes: UnicodeQuotes::Read,
        dollar_quotes: DollarQuotes::Read,
        dashes: Dashes::Comment,
        hash: Hash::Operator,
        // 4.1.5: they nest, as the standard wants it.
        nested_comments: NestedComments::Nest,
        executable_comments: ExecutableComments::Skipped,
        leading_digits: LeadingDigits::Number,
        // 4.1.1; of the letters only ASCII's, in encodings of several bytes.
        bare_names: BareNames::LowerCase,
        text_as_name: TextAsName::Refused,
        longest_name: Some(LONGEST_POSTGRES_NAME),
        // The page of psql, "Meta-Commands".
        client_commands: ClientCommands::Backslash,
        bodies: Bodies::AtomicAndRules,
        copy_data: CopyData::Follows,
    },
    types: TypeRules { column: types::read_type, cast_only: |_| None },
    expressions: ExpressionRules {
        grammar: &PostgreSqlDialect {},
        rewrite,
        quote: '"',
        // 4.1.2.5, "Bit-String Constants".
        hex_strings: HexStrings::Bits,
        ilike: LikeKind::ILike,
        // 4.2.13, "Row Constructors".
        row_call: RowCall::Constructor,
        unknown_names: UnknownNames::Refused,
    },
    names: NameRules {
        comparison: NameComparison::Exact,
        // `ChooseConstraintName` and `ChooseIndexName` of the server.
        constraints: ConstraintNames::TableAndColumn,
        indexes: IndexNames::OfSchema,
    },
    keys: KeyRules {
        prefixes: KeyPrefixes::Absent,
        primary_key: PrimaryKeyNulls::Refused,
        integer_key: IntegerKey::Ordinary,
    },
    tables: TableRules {
        options: TableOptions::Storage,
        like: LikeClause::AmongColumns,
        indexes: IndexDefinitions::Apart,
        named_parts: NamedParts::Constraints,
        query_columns: QueryColumns::Types,
        // 5.11, "Inheritance".
        inherited_checks: InheritedChecks::Merged,
        // 5.15, "Dependency Tracking".
        dropped_parent: DroppedParent::ReferencesGo,
        dropped_key_column: DroppedKeyColumn::KeysGo,
        relatives: Relatives::CockroachAndRedshift,
        columns: ColumnRules {
            attributes: ColumnAttributes::Storage,
            // 8.1.4, "Serial Types".
            serial: SerialColumns::Sequence,
            // The page of CREATE TABLE: "subqueries and cross-references to other columns are not allowed".
            default_scope: DefaultScope::Constants,
            json: JsonColumns::Typed,
        },
    },
    statements: StatementRules {
        user_types: UserTypes::Created,
        do_statement: DoStatement::Block,
        // The page of PREPARE: SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES.
        prepared: Prepared::Query,
        select_into: SelectInto::Table,
        stored_functions: StoredFunctions::Kept,
        // The page of CREATE TRIGGER: "FOR EACH STATEMENT is the default".
        trigger_level: TriggerLevel::Statement,
        trigger_body: TriggerBody::Function,
        // 9.27, "System Information Functions".
        session_user: &["SESSION_USER", "CURRENT_USER", "USER"],
        numbers_table: None,
        inserted: InsertedValues { zero: ZeroNumber::Stored, text_keys: TextKeys::Exact },
    },
};
