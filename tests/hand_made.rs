//! Two tables in a cycle, with awkward cells, and batches of them made by hand: for sinks, without a plan.

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use seedbed_datagen_core::{Batch, Sink, SinkError};
use seedbed_schema_model::{
    Column, ColumnIdx, Dialect, ForeignKey, Key, Numbering, Schema, Span, SqlType, Table, TableId,
};
use std::sync::Arc;

/// Authors have a favourite book, which may be missing; books have an author, always.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) schema: Arc<Schema>,
    pub(crate) ddl: &'static str,
}

const POSTGRES: &str = "CREATE TABLE author (id serial PRIMARY KEY, name text, favourite int, avatar bytea,
    price numeric(6, 2) NOT NULL, alive boolean NOT NULL, born date NOT NULL, seen timestamptz NOT NULL);
CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL REFERENCES author);
ALTER TABLE author ADD CONSTRAINT author_favourite FOREIGN KEY (favourite) REFERENCES book;";
const SQLITE: &str =
    "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT, favourite INT REFERENCES book, avatar BLOB,
    price NUMERIC(6, 2) NOT NULL, alive BOOLEAN NOT NULL, born DATE NOT NULL, seen DATETIME NOT NULL);
CREATE TABLE book (id INT PRIMARY KEY, author INT NOT NULL REFERENCES author);";
const MYSQL: &str =
    "CREATE TABLE author (id int PRIMARY KEY AUTO_INCREMENT, name text, favourite int, avatar blob,
    price decimal(6, 2) NOT NULL, alive tinyint(1) NOT NULL, born date NOT NULL, seen timestamp NOT NULL);
CREATE TABLE book (id int PRIMARY KEY, author int NOT NULL, FOREIGN KEY (author) REFERENCES author (id));
ALTER TABLE author ADD CONSTRAINT author_favourite FOREIGN KEY (favourite) REFERENCES book (id);";

impl Shelf {
    /// Rows in each table.
    pub(crate) const ROWS: u64 = 4;
    /// The second author's name: everything that a file format could trip over.
    pub(crate) const ODD_NAME: &str = "O'Neil, \"Ünal\"\\N\n\\. e\rnd";

    /// The shelf in a dialect.
    pub(crate) fn new(dialect: Dialect) -> Self {
        let mut schema = Schema::new(dialect);
        let of = dialect.has_schemas().then_some("public");
        let mut author = Table::new(of, "author");
        let numbering = match dialect {
            Dialect::Postgres => Numbering::Serial { sequence: None },
            Dialect::Sqlite => Numbering::RowId,
            _ => Numbering::AutoIncrement,
        };
        let id = Column { numbering: Some(numbering), ..Column::new("id", SqlType::INTEGER).not_null() };
        author.columns = vec![
            id,
            Column::new("name", SqlType::TEXT),
            Column::new("favourite", SqlType::INTEGER),
            Column::new("avatar", SqlType::Blob { max_bytes: None }),
            Column::new("price", SqlType::Decimal { precision: Some(6), scale: Some(2), unsigned: false })
                .not_null(),
            Column::new("alive", SqlType::Boolean).not_null(),
            Column::new("born", SqlType::Date).not_null(),
            Column::new("seen", SqlType::Timestamp { precision: None, zoned: true }).not_null(),
        ];
        author.primary_key = Some(key());
        author.foreign_keys = vec![reference(2, TableId(1))];
        let mut book = Table::new(of, "book");
        book.columns = vec![
            Column::new("id", SqlType::INTEGER).not_null(),
            Column::new("author", SqlType::INTEGER).not_null(),
        ];
        book.primary_key = Some(key());
        book.foreign_keys = vec![reference(1, TableId(0))];
        schema.push_table(author);
        schema.push_table(book);
        let ddl = match dialect {
            Dialect::Postgres => POSTGRES,
            Dialect::Sqlite => SQLITE,
            _ => MYSQL,
        };
        Self { schema: Arc::new(schema), ddl }
    }

    /// All rows of one of the tables.
    pub(crate) fn batch(&self, table: TableId) -> Batch {
        let names = self.schema[table].columns.iter().map(|c| c.name.clone());
        let arrays = if table == TableId(0) { authors() } else { books() };
        let columns = (0..arrays.len()).map(|i| ColumnIdx(i as u16)).collect();
        let named = names.zip(arrays).map(|(name, array)| (name, array, true)).collect::<Vec<_>>();
        let rows = RecordBatch::try_from_iter_with_nullable(named).expect("columns of one length");
        Batch { table, first_row: 0, columns, rows }
    }
}

/// Drives a sink over the shelf's tables in this order.
pub(crate) fn sink_rows(shelf: &Shelf, order: &[TableId], mut sink: impl Sink) -> Result<(), SinkError> {
    for table in order {
        let mut open = sink.open(&shelf.schema, *table)?;
        open.write(&shelf.batch(*table))?;
        open.close()?;
    }
    sink.finish()
}

fn authors() -> Vec<ArrayRef> {
    let price = Decimal128Array::from(vec![1050, 1, 99_999, 200])
        .with_precision_and_scale(38, 2)
        .expect("two digits");
    vec![
        Arc::new(Int64Array::from(vec![1, 2, 3, 4])),
        Arc::new(StringArray::from(vec![Some("Ann"), Some(Shelf::ODD_NAME), Some(""), None])),
        Arc::new(Int64Array::from(vec![Some(3), Some(2), None, Some(1)])),
        Arc::new(BinaryArray::from(vec![Some(&b"\x00\xff\x22"[..]), Some(b""), None, Some(b",\n")])),
        Arc::new(price),
        Arc::new(BooleanArray::from(vec![true, false, true, false])),
        Arc::new(Date32Array::from(vec![0, 1, 19_782, -1])),
        Arc::new(
            TimestampMicrosecondArray::from(vec![1_000_000, 2_500_000, 86_400_000_000, 3_000_000])
                .with_timezone("UTC"),
        ),
    ]
}

fn books() -> Vec<ArrayRef> {
    vec![Arc::new(Int64Array::from(vec![1, 2, 3, 4])), Arc::new(Int64Array::from(vec![4, 3, 2, 1]))]
}

fn key() -> Key {
    Key { name: None, columns: vec![ColumnIdx(0)], prefix_lengths: Vec::new(), span: Span::default() }
}

fn reference(column: u16, parent: TableId) -> ForeignKey {
    ForeignKey::new(&[ColumnIdx(column)], parent, &[ColumnIdx(0)])
}
