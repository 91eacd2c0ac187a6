//! Advancing sequences behind the rows that came with their numbers, as PostgreSQL has them.

use seedbed_schema_model::{ColumnIdx, Expr, Literal, Numbering, Schema, SqlType, TableId};
use seedbed_sql_semantics::{WrittenNumbers, semantics};
use seedbed_sql_values::{quote_identifier, quote_qualified, quote_text};

/// A column whose sequence is moved behind its rows.
///
/// ```
/// use seedbed_load_plan::SequenceAdvance;
/// use seedbed_schema_model::{Column, ColumnIdx, Dialect, Numbering, Schema, SqlType, Table};
/// let mut schema = Schema::new(Dialect::Postgres);
/// let mut film = Table::new(Some("public"), "film");
/// let mut id = Column::new("id", SqlType::INTEGER);
/// id.numbering = Some(Numbering::Identity { always: true, sequence: None });
/// film.columns.push(id);
/// let film = schema.push_table(film);
/// let advance = SequenceAdvance::of(&schema, film, ColumnIdx(0)).unwrap();
/// assert!(advance.statement.contains("pg_get_serial_sequence('\"public\".\"film\"', 'id')"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceAdvance {
    /// The column that the sequence numbers.
    pub column: ColumnIdx,
    /// The statement that moves the sequence past the greatest value of the column, never backwards. Without a
    /// terminating semicolon.
    ///
    /// Sequences take part in no transaction: run it last, when nothing can fail any more.
    pub statement: String,
}

impl SequenceAdvance {
    /// How a column's sequence is advanced; `None` when no sequence numbers the column.
    pub fn of(schema: &Schema, table: TableId, column: ColumnIdx) -> Option<Self> {
        let sequence = sequence_of(schema, table, column)?;
        let owner = quote_qualified(schema.dialect, &schema[table].name);
        let name = quote_identifier(schema.dialect, &schema[table][column].name);
        let statement = format!(
            "SELECT setval(q.s, q.m) FROM (SELECT {sequence} AS s, (SELECT max({name}) FROM {owner}) AS m) AS q \
             JOIN pg_catalog.pg_sequence AS p ON p.seqrelid = q.s \
             WHERE p.seqincrement > 0 AND q.m BETWEEN p.seqmin AND p.seqmax \
             AND q.m > coalesce(pg_sequence_last_value(q.s), p.seqstart - 1)"
        );
        Some(Self { column, statement })
    }
}

/// The sequences of some columns; none where the server's numbers follow the rows by themselves.
pub(crate) fn sequences(schema: &Schema, table: TableId, columns: &[ColumnIdx]) -> Vec<SequenceAdvance> {
    if semantics(schema.dialect).constraints.written_numbers == WrittenNumbers::Followed {
        return Vec::new();
    }
    columns.iter().filter_map(|c| SequenceAdvance::of(schema, table, *c)).collect()
}

/// An expression for the sequence as a `regclass`.
fn sequence_of(schema: &Schema, table: TableId, column: ColumnIdx) -> Option<String> {
    let owner = &schema[table];
    let column = owner.columns.get(column.position())?;
    let known = match &column.numbering {
        Some(Numbering::Serial { sequence: Some(id) } | Numbering::Identity { sequence: Some(id), .. }) => {
            schema.sequences.get(id.position()).map(|s| quote_qualified(schema.dialect, &s.name))
        }
        Some(Numbering::Serial { sequence: None } | Numbering::Identity { sequence: None, .. }) => None,
        _ => Some(default_sequence(schema, column)?),
    };
    let owned = format!(
        "pg_get_serial_sequence({}, {})",
        quote_text(schema.dialect, &quote_qualified(schema.dialect, &owner.name)),
        quote_text(schema.dialect, &column.name),
    );
    Some(match known {
        // A sequence that came with the column may have another name than the model thinks; the catalog knows.
        Some(named) => {
            format!("coalesce(to_regclass({}), {owned}::regclass)", quote_text(schema.dialect, &named))
        }
        None => format!("{owned}::regclass"),
    })
}

/// The sequence in an integer column's default of `nextval('name')`, as `regclass` reads it.
fn default_sequence(schema: &Schema, column: &seedbed_schema_model::Column) -> Option<String> {
    if !matches!(schema.base_type(&column.ty), SqlType::Integer { .. }) {
        return None;
    }
    let Expr::Function { name, args } = &column.default.as_ref()?.expr else { return None };
    let mut argument = args.first().filter(|_| name == "nextval")?;
    while let Expr::Cast { operand, .. } = argument {
        argument = operand;
    }
    match argument {
        Expr::Literal(Literal::Text(name)) => Some(name.clone()),
        _ => None,
    }
}
