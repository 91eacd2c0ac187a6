//! The schema model as [`CatalogTable`]s: what the parser understood, in the words in which a catalog tells it.

use crate::catalog_model_type::type_text;
use crate::catalog_table::{
    CatalogCheck, CatalogColumn, CatalogExpr, CatalogForeignKey, CatalogKey, CatalogTable, EXPRESSION,
    ValueSource, deferrability_words,
};
use seedbed_schema_model::{
    BoundDatum, Check, Column, ColumnIdx, Deferrability, Dialect, Exclusion, Expr, ForeignKey, Key, KeyPart,
    KeyTerm, Literal, MatchKind, Numbering, PartitionBound, PartitionOf, PartitionStrategy, Partitioning,
    ReferentialAction, Schema, SqlType, Table, UniqueKey, UnresolvedReference,
};

/// Every table of a schema.
pub(crate) fn tables(schema: &Schema) -> Vec<CatalogTable> {
    schema.tables.iter().map(|table| Reader { schema, table }.table()).collect()
}

/// Reads one table.
struct Reader<'a> {
    schema: &'a Schema,
    table: &'a Table,
}

impl Reader<'_> {
    fn table(&self) -> CatalogTable {
        let t = self.table;
        let resolved = t.foreign_keys.iter().map(|k| self.foreign_key(k));
        let unresolved = t.unresolved_references.iter().map(|k| self.unresolved(k));
        CatalogTable {
            name: t.name.to_string(),
            columns: t.columns.iter().map(|c| self.column(c)).collect(),
            primary_key: t.primary_key.as_ref().map(|k| self.primary_key(k)),
            uniques: t.uniques.iter().map(|k| self.unique(k)).collect(),
            foreign_keys: resolved.chain(unresolved).collect(),
            checks: t
                .checks
                .iter()
                .filter(|c| c.enforced && !self.is_json(&c.expr))
                .map(|c| self.check(c))
                .collect(),
            exclusions: t.exclusions.iter().map(|x| self.exclusion(x)).collect(),
            partitioning: t.partitioning.as_ref().map(|p| self.partitioning(p)),
            partition_of: t.partition_of.as_ref().map(|p| self.partition_of(p)),
            inherits: t.inherits.iter().map(|id| self.schema[*id].name.to_string()).collect(),
            options: [(t.options.without_rowid, "without rowid"), (t.options.strict, "strict")]
                .into_iter()
                .filter_map(|(on, word)| on.then_some(word))
                .collect(),
        }
    }

    fn column(&self, column: &Column) -> CatalogColumn {
        let (source, expr) = self.value_source(column);
        let rowid_alias = matches!(column.numbering, Some(Numbering::RowId | Numbering::AutoIncrement))
            && self.schema.dialect == Dialect::Sqlite;
        CatalogColumn {
            name: column.name.clone(),
            ty: type_text(self.schema, column),
            nullable: (!rowid_alias).then_some(column.nullable),
            collation: self.collation(column.collation.as_deref()),
            source,
            expr,
        }
    }

    fn value_source(&self, column: &Column) -> (ValueSource, Option<CatalogExpr>) {
        if let Some(generated) = &column.generated {
            let source = ValueSource::Generated { stored: generated.stored };
            return (source, Some(self.expr(&generated.expr, &generated.text)));
        }
        match &column.numbering {
            Some(Numbering::Serial { sequence }) => {
                let sequence = sequence.map(|id| self.schema[id].name.to_string());
                return (ValueSource::Serial(sequence), None);
            }
            Some(Numbering::Identity { always, .. }) => {
                return (ValueSource::Identity { always: *always }, None);
            }
            Some(Numbering::AutoIncrement | Numbering::RowId) => return (ValueSource::AutoIncrement, None),
            None => {}
        }
        match &column.default {
            Some(default) if !is_null(&default.expr) => {
                (ValueSource::Default, Some(self.expr(&default.expr, &default.text)))
            }
            _ => (ValueSource::Nothing, None),
        }
    }

    /// A collation that is not the usual one. MySQL's catalog names one for every text column, which says nothing.
    fn collation(&self, name: Option<&str>) -> Option<String> {
        let name = last_part(name?);
        match self.schema.dialect {
            Dialect::MySql => None,
            Dialect::Sqlite => Some(name.to_uppercase()).filter(|n| n != "BINARY"),
            _ => Some(name).filter(|n| n != "default"),
        }
    }

    fn primary_key(&self, key: &Key) -> CatalogKey {
        let part = |(i, column): (usize, &ColumnIdx)| {
            self.part(&KeyPart {
                prefix_length: key.prefix_lengths.get(i).copied().flatten(),
                ..KeyPart::column(*column)
            })
        };
        CatalogKey { parts: key.columns.iter().enumerate().map(part).collect(), ..CatalogKey::default() }
    }

    fn unique(&self, key: &UniqueKey) -> CatalogKey {
        let in_parts = key.parts.iter().filter_map(|p| match &p.term {
            KeyTerm::Expr(expr) => Some(expr),
            KeyTerm::Column(_) => None,
        });
        let all: Vec<&Expr> = in_parts.chain(&key.predicate).collect();
        CatalogKey {
            parts: key.parts.iter().map(|p| self.part(p)).collect(),
            expr: (!all.is_empty()).then(|| self.key_expr(key, &all)),
            partial: key.predicate.is_some(),
            nulls_not_distinct: !key.nulls_distinct,
            deferrability: self.deferrability(key.deferrability),
            copied: false,
        }
    }

    /// One description of all that a key reads: plain columns, expressions and predicate.
    fn key_expr(&self, key: &UniqueKey, exprs: &[&Expr]) -> CatalogExpr {
        let mut whole = self.expr(&Expr::Row(exprs.iter().map(|e| (*e).clone()).collect()), "");
        let plain = key.parts.iter().filter_map(|p| match &p.term {
            KeyTerm::Column(index) => Some(self.name(*index)),
            KeyTerm::Expr(_) => None,
        });
        whole.columns.get_or_insert_default().extend(plain);
        whole
    }

    fn part(&self, part: &KeyPart) -> String {
        let (mut text, own) = match &part.term {
            KeyTerm::Column(index) => (self.name(*index), self.table[*index].collation.as_deref()),
            KeyTerm::Expr(_) => (EXPRESSION.to_owned(), None),
        };
        if let Some(length) = part.prefix_length {
            text += &format!("({length})");
        }
        // `COLLATE BINARY` on a column of another collation is not the usual one, although it has no name here.
        let (named, own) = (self.collation(part.collation.as_deref()), self.collation(own));
        if part.collation.is_some() && named != own {
            text += &format!(" collate {}", named.as_deref().unwrap_or("BINARY"));
        }
        text
    }

    fn foreign_key(&self, key: &ForeignKey) -> CatalogForeignKey {
        let parent = &self.schema[key.parent];
        CatalogForeignKey {
            columns: self.names(&key.columns),
            parent: parent.name.to_string(),
            parent_columns: key.parent_columns.iter().map(|c| parent[*c].name.clone()).collect(),
            rules: self.rules(key),
            copied: false,
        }
    }

    fn rules(&self, key: &ForeignKey) -> String {
        let dialect = self.schema.dialect;
        let action = |event: &str, action: ReferentialAction| match action {
            ReferentialAction::NoAction => String::new(),
            // MySQL checks at once either way, and its catalog says RESTRICT when nothing was written.
            ReferentialAction::Restrict if dialect == Dialect::MySql => String::new(),
            ReferentialAction::Restrict => format!(" on {event} restrict"),
            ReferentialAction::Cascade => format!(" on {event} cascade"),
            ReferentialAction::SetNull => format!(" on {event} set null"),
            ReferentialAction::SetDefault => format!(" on {event} set default"),
        };
        let full = dialect == Dialect::Postgres && key.match_kind == MatchKind::Full;
        format!(
            "{}{}{}{}",
            if full { " match full" } else { "" },
            action("delete", key.on_delete),
            action("update", key.on_update),
            self.deferrability(key.deferrability),
        )
    }

    fn unresolved(&self, key: &UnresolvedReference) -> CatalogForeignKey {
        CatalogForeignKey {
            columns: self.names(&key.columns),
            parent: key.parent.to_string(),
            rules: NO_PARENT.to_owned(),
            ..CatalogForeignKey::default()
        }
    }

    /// Only PostgreSQL's catalog tells; the others have no deferrable keys, or do not list them.
    fn deferrability(&self, when: Deferrability) -> &'static str {
        if self.schema.dialect != Dialect::Postgres {
            return "";
        }
        deferrability_words(when.is_deferrable(), when == Deferrability::DeferrableDeferred)
    }

    fn check(&self, check: &Check) -> CatalogCheck {
        CatalogCheck { name: check.name.clone(), expr: self.expr(&check.expr, &check.text) }
    }

    /// Whether a CHECK only says what the type `json` says by itself: MariaDB keeps one of the two.
    fn is_json(&self, expr: &Expr) -> bool {
        let Expr::Function { name, args } = expr else { return false };
        let [Expr::Column(column)] = args.as_slice() else { return false };
        let is_json = matches!(self.table[*column].ty, SqlType::Json { .. });
        self.schema.dialect == Dialect::MySql && name == "json_valid" && is_json
    }

    fn exclusion(&self, exclusion: &Exclusion) -> String {
        let element = |e: &seedbed_schema_model::ExclusionElement| {
            format!("{} with {}", self.term(&e.term), e.operator)
        };
        let elements: Vec<String> = exclusion.elements.iter().map(element).collect();
        let predicate = if exclusion.predicate.is_some() { " where ..." } else { "" };
        format!("{} ({}){predicate}", exclusion.method, elements.join(", "))
    }

    fn partitioning(&self, partitioning: &Partitioning) -> String {
        let keys: Vec<String> = partitioning.keys.iter().map(|k| self.term(k)).collect();
        let strategy = match partitioning.strategy {
            PartitionStrategy::Range => "range",
            PartitionStrategy::List => "list",
            PartitionStrategy::Hash => "hash",
        };
        match self.schema.dialect {
            Dialect::MySql if partitioning.strategy != PartitionStrategy::Hash => {
                let names: Vec<&str> = partitioning.partitions.iter().map(|p| p.name.as_str()).collect();
                format!("{strategy} into {}", names.join(", "))
            }
            Dialect::MySql => strategy.to_owned(),
            _ => format!("{strategy} ({})", keys.join(", ")),
        }
    }

    fn partition_of(&self, partition: &PartitionOf) -> String {
        let bound = match &partition.bound {
            PartitionBound::Default => "DEFAULT".to_owned(),
            PartitionBound::Range { from, to } => format!("FROM ({}) TO ({})", data(from), data(to)),
            PartitionBound::List(items) => {
                let items = items.iter().map(|item| item.iter().map(constant).collect::<Vec<_>>().join(", "));
                format!("IN ({})", items.collect::<Vec<_>>().join(", "))
            }
            PartitionBound::Hash { modulus, remainder } => {
                format!("WITH (modulus {modulus}, remainder {remainder})")
            }
        };
        format!("{} {}", self.schema[partition.parent].name, normal_bound(&bound))
    }

    fn term(&self, term: &KeyTerm) -> String {
        match term {
            KeyTerm::Column(index) => self.name(*index),
            KeyTerm::Expr(_) => EXPRESSION.to_owned(),
        }
    }

    fn expr(&self, expr: &Expr, text: &str) -> CatalogExpr {
        let mut facts = CatalogExpr {
            columns: Some(expr.columns().into_iter().map(|c| self.name(c)).collect()),
            text: one_line(text),
            ..CatalogExpr::default()
        };
        expr.walk(&mut |part| match part {
            Expr::UserFunction { name, .. } => facts.user_function = Some(name.clone()),
            Expr::Unreadable(unread) => {
                facts.unread = Some(format!("{} ({})", one_line(&unread.text), unread.reason));
            }
            _ => {}
        });
        facts
    }

    fn names(&self, columns: &[ColumnIdx]) -> Vec<String> {
        columns.iter().map(|c| self.name(*c)).collect()
    }

    fn name(&self, column: ColumnIdx) -> String {
        self.table[column].name.clone()
    }
}

/// The rules of a reference whose parent does not exist.
pub(crate) const NO_PARENT: &str = " (no such parent)";

/// A partition's bound with the spellings of a constant brought together: quotes, time zones, and midnight of a bare
/// date.
pub(crate) fn normal_bound(bound: &str) -> String {
    let bound = bound.replace('\'', "");
    let datum = |part: &str| match part.parse::<jiff::Timestamp>() {
        Ok(time) => time.strftime("%F %T").to_string(),
        Err(_) => part.to_owned(),
    };
    let parts: Vec<String> = bound
        .split_inclusive(['(', ')', ','])
        .map(|part| {
            let (text, end) = part.split_at(part.trim_end_matches(['(', ')', ',']).len());
            let indent = &text[..text.len() - text.trim_start().len()];
            format!("{indent}{}{end}", datum(text.trim_start()))
        })
        .collect();
    parts.concat().replace(" 00:00:00", "")
}

/// Whether a default is NULL, cast or not, which is no default.
fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Null) => true,
        Expr::Cast { operand, .. } => is_null(operand),
        _ => false,
    }
}

fn data(data: &[BoundDatum]) -> String {
    let text = |d: &BoundDatum| match d {
        BoundDatum::MinValue => "MINVALUE".to_owned(),
        BoundDatum::MaxValue => "MAXVALUE".to_owned(),
        BoundDatum::Value(value) => constant(value),
    };
    data.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn constant(value: &Expr) -> String {
    match value {
        Expr::Literal(value) => literal(value),
        other => format!("{other:?}"),
    }
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Null => "NULL".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Text(value) | Literal::Bits(value) => value.clone(),
        other => format!("{other:?}"),
    }
}

/// A collation's name without its schema.
pub(crate) fn last_part(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).trim_matches('"').to_owned()
}

/// The beginning of a text, for a report of one line.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(160).collect()
}

mod tests {
    use super::normal_bound;

    #[test]
    fn bounds_are_compared_as_moments() {
        for (given, wanted) in [
            ("FROM ('2022-04-01 01:00:00+01') TO (MAXVALUE, 'a')", "FROM (2022-04-01) TO (MAXVALUE, a)"),
            (
                "FROM ('2022-04-01 00:00:00+00') TO ('2022-05-01 12:00:00')",
                "FROM (2022-04-01) TO (2022-05-01 12:00:00)",
            ),
            ("IN ('x', 1)", "IN (x, 1)"),
            ("DEFAULT", "DEFAULT"),
        ] {
            assert_eq!(normal_bound(given), wanted);
        }
    }
}
