//! Expressions of a body: over columns of the new row, variables, and rows of other tables that it names.
//!
//! `NEW.column`, variables and queries in brackets are names of our own when the rest is read as any expression.

use super::GuardReader;
use super::select::Source;
use super::statements::Variables;
use seedbed_schema_model::{Expr, Literal};
use seedbed_sql_syntax::{Cursor, Locals, Scope, SourceText, TokenKind, read_expr, tokens};

/// Text in which names of ours stand for what is known.
#[derive(Default)]
struct Rewritten {
    text: String,
    values: Vec<(String, Expr)>,
}

impl Rewritten {
    /// Puts a name of ours for a value.
    fn stand_in(&mut self, value: Expr) {
        let name = format!("seedbed_{}", self.values.len());
        self.text.push(' ');
        self.text.push_str(&name);
        self.text.push(' ');
        self.values.push((name, value));
    }
}

impl GuardReader<'_> {
    /// An expression of a body; bare names may be columns of `source`. `None` for what is not read.
    pub(super) fn read(
        &self,
        cursor: Cursor<'_>,
        variables: &Variables,
        source: Option<&Source>,
    ) -> Option<Expr> {
        let mut rewritten = Rewritten::default();
        self.rewrite(cursor, variables, source, &mut rewritten)?;
        let Rewritten { text, values } = rewritten;
        let locals = Locals { function: String::new(), arguments: values.len(), values };
        let source = SourceText::new(&text, self.catalog.dialect());
        let tokens = tokens(source);
        let expr = read_expr(self.catalog, Scope::Function(&locals), Cursor::new(source, &tokens)).ok()?;
        expr.opaque_part().is_none().then(|| super::refused::folded(expr))
    }

    fn rewrite(
        &self,
        mut cursor: Cursor<'_>,
        variables: &Variables,
        source: Option<&Source>,
        out: &mut Rewritten,
    ) -> Option<()> {
        let mut end = None;
        while let Some(token) = cursor.peek() {
            if end.is_some_and(|end| end < token.start) {
                out.text.push(' ');
            }
            let mut ahead = cursor;
            let exists = ahead.eat(&["EXISTS"]);
            if let Some(mut query) = ahead.parens()
                && query.eat(&["SELECT"])
            {
                let queried = self.query(query, variables)?;
                out.stand_in(if exists { queried.exists() } else { queried.value(self, variables)? });
                cursor = ahead;
            } else if let Some((value, behind)) = self.named(cursor, variables, source) {
                out.stand_in(value?);
                cursor = behind;
            } else {
                out.text.push_str(cursor.text_at(0));
                end = Some(token.end);
                cursor.skip(1);
                continue;
            }
            end = None;
        }
        Some(())
    }

    /// What a name at the cursor stands for, and what is behind it; `None` for any other token. The inner `None` is a value
    /// that is not known.
    fn named<'a>(
        &self,
        cursor: Cursor<'a>,
        variables: &Variables,
        source: Option<&Source>,
    ) -> Option<(Option<Expr>, Cursor<'a>)> {
        if !cursor.at_name() {
            return None;
        }
        let mut behind = cursor;
        let name = behind.name()?;
        if behind.kind_at(0) == Some(TokenKind::Open) {
            return None;
        }
        let value = match name.schema.as_deref() {
            Some(row) if row.eq_ignore_ascii_case("new") => {
                self.catalog.column(self.table, &name.name).and_then(|column| variables.of_new(column))
            }
            // There is no such row.
            Some(row) if row.eq_ignore_ascii_case("old") => Some(Expr::Literal(Literal::Null)),
            Some(row) => match source.filter(|source| source.is_called(row)) {
                Some(source) => source.column(self, &name.name),
                None => variables.field(row, &name.name),
            },
            None => {
                if let Some(column) = source.and_then(|source| source.column(self, &name.name)) {
                    return Some((Some(column), behind));
                }
                let lower = name.name.to_lowercase();
                match lower.as_str() {
                    "tg_op" => Some(Expr::text("INSERT")),
                    "found" if !variables.knows(&lower) => variables.found(),
                    _ if variables.knows(&lower) => variables.value(&lower),
                    // A keyword, or a name that nobody knows.
                    _ => return None,
                }
            }
        };
        Some((value, behind))
    }
}
