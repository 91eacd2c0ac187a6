//! Questions in plain wording: counting, showing and summing up the rows of one table.
//!
//! | question | what it asks |
//! |---|---|
//! | `how many orders`, `count orders` | how many rows there are |
//! | `how many orders by status`, `orders per status` | the same for each value of a column |
//! | `show customers`, `list orders`, `first 10 orders` | rows |
//! | `average price of products`, `highest fee of appointments by status` | a number of a column |
//!
//! Each may end in `where` and a condition in SQL.

use super::cursor::{Cursor, Parsed, Reader};
use super::error::TextError;
use super::lexer;
use super::value::Within;
use crate::{ProposedQuery, SqlTable};
use seedbed_datagen_core::resolve_table;
use seedbed_schema_model::{ColumnIdx, Schema, TableId};

/// Ways to sum up a column: what they are called, the function, and what its result is called.
const SUMMARIES: &[(&[&str], &str)] = &[
    (&["average", "mean", "avg"], "avg"),
    (&["total", "sum"], "sum"),
    (&["lowest", "least", "smallest", "minimum", "min", "earliest", "cheapest"], "min"),
    (&["highest", "greatest", "largest", "maximum", "max", "latest"], "max"),
];

/// Words that a question may begin with and that say nothing.
const POLITE: &[&[&str]] = &[
    &["please"],
    &["what", "is", "the"],
    &["what", "are", "the"],
    &["which", "is", "the"],
    &["give", "me"],
    &["the"],
];

/// Reads a question about the rows of one table. `tables` says what SQL calls tables and columns; the condition is SQL already.
///
/// ```
/// use seedbed_edit::{SqlTable, parse_question};
/// use seedbed_schema_model::{Column, Dialect, Schema, SqlType, Table, TableId};
/// let mut schema = Schema::new(Dialect::Sqlite);
/// let mut orders = Table::new(None, "orders");
/// orders.columns = vec![Column::new("status", SqlType::TEXT)];
/// let table = schema.push_table(orders);
/// let columns = vec![("status".to_owned(), "TEXT".to_owned())];
/// let tables = [SqlTable { table, name: "orders".to_owned(), columns }];
///
/// let query = parse_question("How many orders by status where status <> 'new'?", &schema, &tables).unwrap();
/// let sql = "SELECT status, count(*) AS count FROM orders WHERE status <> 'new' GROUP BY status ORDER BY count DESC, status";
/// assert_eq!((query.sql.as_str(), query.sentence.as_str()), (sql, "Rows of `orders` by `status`."));
/// ```
///
/// # Errors
/// Why it is no such question.
pub fn parse_question(
    text: &str,
    schema: &Schema,
    tables: &[SqlTable],
) -> Result<ProposedQuery, Vec<TextError>> {
    let text = text.trim_end().trim_end_matches(['?', '.']);
    let (tokens, errors) = lexer::lex(text);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut reader = Reader { cursor: Cursor::new(text, &tokens), schema, errors: Vec::new() };
    let query = reader.question(tables);
    match (query, reader.errors.is_empty()) {
        (Ok(query), true) => Ok(query),
        (Ok(_), false) => Err(reader.errors),
        (Err(error), _) => {
            reader.errors.push(error);
            Err(reader.errors)
        }
    }
}

/// Rows that are shown when nobody says how many.
const SHOWN: u64 = 100;

impl Reader<'_> {
    fn question(&mut self, tables: &[SqlTable]) -> Parsed<ProposedQuery> {
        while POLITE.iter().any(|words| self.take(words)) {}
        if self.take(&["how", "many"]) || self.take_any(&["count"]) || self.take(&["number", "of"]) {
            self.take_any(&["the", "all"]);
            let table = self.table_id()?;
            self.take(&["are", "there"]);
            return self.counted_rows(table, tables);
        }
        if let Some((_, function)) = SUMMARIES.iter().find(|(words, _)| self.take_any(words)) {
            return self.summary(function, tables);
        }
        let is_first = self.take_any(&["first"]);
        let is_shown = is_first || self.take_any(&["show", "list", "see"]);
        if is_shown {
            self.take_any(&["me"]);
            self.take_any(&["all", "the"]);
            let most = self.count()?.unwrap_or(SHOWN);
            let table = self.table_id()?;
            let (name, condition) = (sql_name(table, tables, self)?, self.condition()?);
            return Ok(ProposedQuery {
                sql: format!("SELECT * FROM {name}{condition} LIMIT {most}"),
                sentence: format!("Rows of `{}`.", self.schema[table].name),
            });
        }
        let table = self.table_id().map_err(|_| self.no_question())?;
        if self.is_at(&["by"]) || self.is_at(&["per"]) {
            return self.counted_rows(table, tables);
        }
        Err(self.no_question())
    }

    fn no_question(&self) -> TextError {
        let begins = ["how", "count", "show", "list", "first", "average", "total", "lowest", "highest"];
        self.expected(
            "a question such as `how many orders`, `show orders`, `average price of products`",
            &begins,
        )
    }

    fn table_id(&mut self) -> Parsed<TableId> {
        let start = self.at;
        let name = self.table_in_words()?;
        resolve_table(self.schema, &name)
            .map_err(|error| TextError::Name { span: self.span_from(start), error })
    }

    /// The rest of a question for a number of rows.
    fn counted_rows(&mut self, table: TableId, tables: &[SqlTable]) -> Parsed<ProposedQuery> {
        let name = sql_name(table, tables, self)?;
        let of = self.schema[table].name.to_string();
        let Some(group) = self.group(table)? else {
            let condition = self.condition()?;
            return Ok(ProposedQuery {
                sql: format!("SELECT count(*) AS count FROM {name}{condition}"),
                sentence: format!("How many rows `{of}` has."),
            });
        };
        let (by, condition) = (sql_column(table, group, tables, self.schema), self.condition()?);
        Ok(ProposedQuery {
            sql: format!(
                "SELECT {by}, count(*) AS count FROM {name}{condition} GROUP BY {by} ORDER BY count DESC, {by}"
            ),
            sentence: format!("Rows of `{of}` by `{}`.", self.schema[table][group].name),
        })
    }

    /// The rest of a question for a number of a column.
    fn summary(&mut self, function: &str, tables: &[SqlTable]) -> Parsed<ProposedQuery> {
        self.take_any(&["of"]);
        let start = self.at;
        // The table stands behind the column, and says which columns there are.
        let words = (1..=super::wording::MOST_WORDS).find(|count| {
            let (of, at) = (self.word_at(*count).to_ascii_lowercase(), self.word_at(*count + 1));
            (of == "of" || of == "in") && !at.is_empty()
        });
        let (table, column) = match words {
            Some(count) => {
                self.at += count + 1;
                self.take_any(&["the", "all"]);
                let table = self.table_id()?;
                let end = std::mem::replace(&mut self.at, start);
                let column = self.column_in_words(table)?;
                self.at = end;
                (table, column)
            }
            None => {
                let column = self.column()?;
                let place = column.places.first().map(|(table, _)| *table);
                (place.ok_or_else(|| self.no_question())?, column)
            }
        };
        let Some((_, column)) = column.places.into_iter().find(|(of, _)| *of == table) else {
            return Err(self.no_question());
        };
        let (name, of) = (sql_name(table, tables, self)?, sql_column(table, column, tables, self.schema));
        let group = self.group(table)?;
        let condition = self.condition()?;
        let told = format!("{function} of `{}.{}`", self.schema[table].name, self.schema[table][column].name);
        Ok(match group {
            None => ProposedQuery {
                sql: format!("SELECT {function}({of}) AS {function} FROM {name}{condition}"),
                sentence: format!("The {told}."),
            },
            Some(group) => {
                let by = sql_column(table, group, tables, self.schema);
                ProposedQuery {
                    sql: format!(
                        "SELECT {by}, {function}({of}) AS {function} FROM {name}{condition} GROUP BY {by} ORDER BY {by}"
                    ),
                    sentence: format!("The {told} by `{}`.", self.schema[table][group].name),
                }
            }
        })
    }

    /// `by status`, `per status`, `for each status`.
    fn group(&mut self, table: TableId) -> Parsed<Option<ColumnIdx>> {
        if !(self.take_any(&["by", "per"]) || self.take(&["for", "each"])) {
            return Ok(None);
        }
        let column = self.column_in_words(table)?;
        Ok(column.places.first().map(|(_, column)| *column))
    }

    /// The condition at the end, with what SQL begins it with.
    fn condition(&mut self) -> Parsed<String> {
        if self.take(&["where"]) {
            let sql = self.sql(Within::Edit)?;
            return Ok(format!(" WHERE {sql}"));
        }
        match self.is_done() {
            true => Ok(String::new()),
            false => Err(self.expected("`where` and a condition, or the end", &["where", "by", "per"])),
        }
    }
}

/// What SQL calls a table.
fn sql_name<'t>(table: TableId, tables: &'t [SqlTable], reader: &Reader<'_>) -> Parsed<&'t str> {
    let known = tables.iter().find(|known| known.table == table);
    known.map(|known| known.name.as_str()).ok_or_else(|| reader.expected("a table that has rows", &[]))
}

/// What SQL calls a column.
fn sql_column(table: TableId, column: ColumnIdx, tables: &[SqlTable], schema: &Schema) -> String {
    let name = &schema[table][column].name;
    let quoted = format!("\"{}\"", name.replace('"', "\"\""));
    let known = tables.iter().find(|known| known.table == table);
    let is_it = |(sql, _): &&(String, String)| sql == name || *sql == quoted;
    known.and_then(|known| known.columns.iter().find(is_it)).map_or(quoted, |(sql, _)| sql.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Column, Dialect, SqlType, Table};

    fn shop() -> (Schema, Vec<SqlTable>) {
        let mut schema = Schema::new(Dialect::Postgres);
        let mut tables = Vec::new();
        for (name, columns) in [("products", ["price", "category"]), ("orders", ["status", "group"])] {
            let mut table = Table::new(Some("public"), name);
            table.columns = columns.iter().map(|c| Column::new(c, SqlType::TEXT)).collect();
            let columns = columns.iter().map(|c| {
                let sql = if *c == "group" { "\"group\"".to_owned() } else { (*c).to_owned() };
                (sql, "TEXT".to_owned())
            });
            let columns = columns.collect();
            tables.push(SqlTable { table: schema.push_table(table), name: name.to_owned(), columns });
        }
        (schema, tables)
    }

    #[test]
    fn simple_questions_are_queries() {
        let (schema, tables) = shop();
        for (question, sql) in [
            ("How many orders are there?", "SELECT count(*) AS count FROM orders"),
            ("count products where price > 5", "SELECT count(*) AS count FROM products WHERE price > 5"),
            (
                "orders per group",
                "SELECT \"group\", count(*) AS count FROM orders GROUP BY \"group\" ORDER BY count DESC, \"group\"",
            ),
            ("show me all products", "SELECT * FROM products LIMIT 100"),
            ("first 7 orders where status = 'a?b'", "SELECT * FROM orders WHERE status = 'a?b' LIMIT 7"),
            ("What is the average price of products", "SELECT avg(price) AS avg FROM products"),
            (
                "highest price of the products by category",
                "SELECT category, max(price) AS max FROM products GROUP BY category ORDER BY category",
            ),
        ] {
            let query = parse_question(question, &schema, &tables);
            assert_eq!(query.map(|q| q.sql), Ok(sql.to_owned()), "{question}");
        }
    }

    #[test]
    fn other_questions_are_refused_with_a_reason() {
        let (schema, tables) = shop();
        for question in [
            "Why?",
            "",
            "how many",
            "how many ordes",
            "average colour of products",
            "orders",
            "show orders sorted",
            "count 'x",
        ] {
            let errors = parse_question(question, &schema, &tables).expect_err(question);
            assert!(!errors.is_empty() && !errors[0].to_string().is_empty(), "{question}");
        }
    }
}
