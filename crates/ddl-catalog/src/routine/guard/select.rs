//! Queries of a body that look at one row of another table, named by a key of it.

use super::GuardReader;
use super::statements::Variables;
use crate::effects::meant;
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, Literal, LookUp, TableId};
use seedbed_sql_syntax::{Cursor, TokenKind};

/// The row that a query looks at.
pub(super) struct Source {
    table: TableId,
    /// The names by which it is called.
    names: Vec<String>,
    /// Columns of the new row and the key's, which they are equal to.
    key: Vec<(ColumnIdx, ColumnIdx)>,
}

/// A query: which row it looks at, what else it asks of it, and what it takes from it.
pub(super) struct Query<'a> {
    source: Source,
    /// The key's first column, as a look-up: NULL where there is no row.
    there: Expr,
    /// What else has to be true of the row.
    condition: Option<Expr>,
    pub(super) items: Vec<Cursor<'a>>,
    /// The variables behind INTO.
    pub(super) into: Vec<String>,
}

impl Source {
    /// Whether the row is called so.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// A column of the row.
    pub(super) fn column(&self, reader: &GuardReader<'_>, name: &str) -> Option<Expr> {
        let column = reader.catalog.column(self.table, name)?;
        (!self.key.is_empty()).then(|| self.look_up(reader, column))
    }

    fn look_up(&self, reader: &GuardReader<'_>, column: ColumnIdx) -> Expr {
        let (columns, parent_columns) = self.key.iter().copied().unzip();
        reader.look_up(LookUp { columns, parent: self.table, parent_columns, column })
    }
}

impl Query<'_> {
    /// Whether the row is there.
    pub(super) fn exists(&self) -> Expr {
        let there = Expr::IsNull { operand: Box::new(self.there.clone()), negated: true };
        match &self.condition {
            // True of no row that isn't there.
            Some(condition) => {
                Expr::IsTruth { operand: Box::new(condition.clone()), truth: Some(true), negated: false }
            }
            None => there,
        }
    }

    /// The value of a query of one item.
    pub(super) fn value(&self, reader: &GuardReader<'_>, variables: &Variables) -> Option<Expr> {
        match self.items.as_slice() {
            [item] => self.item(reader, *item, variables),
            _ => None,
        }
    }

    /// The columns that the query takes into one variable for a whole row: all of the table's, or those that are named.
    pub(super) fn columns(
        &self,
        reader: &GuardReader<'_>,
        variables: &Variables,
    ) -> Vec<(String, Option<Expr>)> {
        let of_item = |item: &Cursor<'_>| {
            let mut name = *item;
            let mut last = None;
            while let Some(part) = name.ident() {
                last = Some(part);
                if !name.eat_kind(TokenKind::Dot) {
                    break;
                }
            }
            match last.filter(|_| name.is_empty()) {
                Some(name) => vec![(name.to_lowercase(), self.item(reader, *item, variables))],
                None if name.at_op("*") => self.all_columns(reader),
                None => Vec::new(),
            }
        };
        self.items.iter().flat_map(of_item).collect()
    }

    fn all_columns(&self, reader: &GuardReader<'_>) -> Vec<(String, Option<Expr>)> {
        let table = &reader.catalog.schema[self.source.table];
        let value = |column| self.of_row(self.source.look_up(reader, column));
        table.columns_indexed().map(|(column, c)| (c.name.to_lowercase(), Some(value(column)))).collect()
    }

    /// A value of the row; NULL where there is none that is as it is asked for.
    fn of_row(&self, value: Expr) -> Expr {
        match self.condition {
            Some(_) => Expr::Case { operand: None, branches: vec![(self.exists(), value)], otherwise: None },
            None => value,
        }
    }

    /// The value of an item; NULL where there is no row, but for a count.
    pub(super) fn item(
        &self,
        reader: &GuardReader<'_>,
        item: Cursor<'_>,
        variables: &Variables,
    ) -> Option<Expr> {
        let case = |value: Expr, otherwise: Option<Expr>| Expr::Case {
            operand: None,
            branches: vec![(self.exists(), value)],
            otherwise: otherwise.map(Box::new),
        };
        if item.is_word(0, "COUNT") && item.kind_at(1) == Some(TokenKind::Open) {
            return Some(case(Expr::integer(1), Some(Expr::integer(0))));
        }
        // An aggregate of one row, or of none.
        if item.at_any(&["SUM", "MIN", "MAX", "AVG", "DISTINCT"]) {
            return None;
        }
        let value = reader.read(item, variables, Some(&self.source))?;
        let takes_a_column = matches!(value, Expr::Parameter(_));
        Some(if takes_a_column && self.condition.is_none() { value } else { case(value, None) })
    }
}

impl GuardReader<'_> {
    /// What stands behind SELECT: `items [INTO variables] FROM table [alias] WHERE key = NEW.column AND ...`.
    pub(super) fn query<'a>(&self, mut cursor: Cursor<'a>, variables: &Variables) -> Option<Query<'a>> {
        cursor.eat_any(&["ALL"]);
        let mut items = cursor.take_until(|c| c.at_any(&["FROM", "INTO"]));
        let mut into = into_list(&mut cursor)?;
        // PL/pgSQL lets INTO come first.
        if items.is_empty() {
            items = cursor.take_until(|c| c.at_any(&["FROM"]));
        }
        cursor.eat(&["FROM"]).then_some(())?;
        let name = cursor.name()?;
        let table = meant(self.catalog, Some(self.table), &name).filter(|table| *table != self.table)?;
        let mut names = vec![name.name];
        cursor.eat(&["AS"]);
        if !cursor.at_any(&["WHERE", "INTO", "LIMIT", "FOR", "JOIN", "INNER", "LEFT", "CROSS", "NATURAL"])
            && cursor.at_name()
        {
            names = vec![cursor.ident()?];
        }
        cursor.eat(&["WHERE"]).then_some(())?;
        let end =
            ["INTO", "LIMIT", "FOR", "GROUP", "ORDER", "UNION", "HAVING", "WINDOW", "EXCEPT", "INTERSECT"];
        let wanted = cursor.take_until(|c| c.at_any(&end));
        into.extend(into_list(&mut cursor)?);
        if cursor.eat(&["LIMIT"]) {
            cursor.skip(1);
        }
        if cursor.eat(&["FOR"]) {
            cursor.take_until(|_| false);
        }
        cursor.is_empty().then_some(())?;
        self.found(Source { table, names, key: Vec::new() }, wanted, items.split_commas(), into, variables)
    }

    /// The query with its condition read.
    fn found<'a>(
        &self,
        mut source: Source,
        wanted: Cursor<'_>,
        items: Vec<Cursor<'a>>,
        into: Vec<String>,
        variables: &Variables,
    ) -> Option<Query<'a>> {
        let mut others = Vec::new();
        for part in conjuncts(wanted) {
            match self.key_part(&source, part, variables) {
                Some(pair) => source.key.push(pair),
                None => others.push(part),
            }
        }
        // The same key is the same look-up, however it is written.
        source.key.sort_unstable_by_key(|(_, theirs)| *theirs);
        let theirs: Vec<ColumnIdx> = source.key.iter().map(|(_, theirs)| *theirs).collect();
        self.catalog.schema[source.table].is_unique_within(&theirs).then_some(())?;
        let mut condition: Option<Expr> = None;
        for part in others {
            let part = self.read(part, variables, Some(&source))?;
            condition = Some(match condition {
                Some(before) => Expr::binary(BinaryOp::And, before, part),
                None => part,
            });
        }
        let condition = condition.filter(|c| *c != Expr::Literal(Literal::Boolean(true)));
        let there = source.look_up(self, theirs[0]);
        Some(Query { source, there, condition, items, into })
    }

    /// `key = NEW.column`, either way round: the two columns.
    fn key_part(
        &self,
        source: &Source,
        mut part: Cursor<'_>,
        variables: &Variables,
    ) -> Option<(ColumnIdx, ColumnIdx)> {
        let left = part.take_until(|c| c.at_op("="));
        while part.eat_op("=") {}
        let theirs = |mut side: Cursor<'_>| {
            let name = side.name().filter(|_| side.is_empty())?;
            let fits = name.schema.as_deref().is_none_or(|row| source.is_called(row));
            self.catalog.column(source.table, &name.name).filter(|_| fits)
        };
        let own = |side: Cursor<'_>| match self.read(side, variables, None)? {
            Expr::Column(column) => Some(column),
            _ => None,
        };
        let pair = |a: Cursor<'_>, b: Cursor<'_>| Some((own(b)?, theirs(a)?));
        pair(left, part).or_else(|| pair(part, left))
    }
}

/// `INTO [STRICT] a, b`, if it is there; `None` when it can't be read.
fn into_list(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    if !cursor.eat(&["INTO"]) {
        return Some(Vec::new());
    }
    cursor.eat(&["STRICT"]);
    let mut names = Vec::new();
    loop {
        // A user variable of MySQL's is nothing that is followed.
        names.push(cursor.ident()?.to_lowercase());
        if !cursor.eat_kind(TokenKind::Comma) {
            return Some(names);
        }
    }
}

/// The parts of a condition between ANDs, but for that of BETWEEN. One with an OR is a part.
fn conjuncts(condition: Cursor<'_>) -> Vec<Cursor<'_>> {
    let (mut walk, mut start) = (condition, condition);
    let mut between = false;
    let mut parts = Vec::new();
    while !walk.is_empty() {
        if walk.is_word(0, "OR") {
            return vec![condition];
        }
        if walk.is_word(0, "AND") && !between {
            parts.push(start.until(&walk));
            walk.skip(1);
            start = walk;
            continue;
        }
        // The AND behind BETWEEN is its own.
        between = walk.is_word(0, "BETWEEN") || (between && !walk.is_word(0, "AND"));
        walk.skip_group();
    }
    parts.push(start);
    parts
}
