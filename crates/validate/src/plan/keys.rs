//! Primary keys, unique keys, references and exclusions.
//!
//! A key over whole columns shares its set with the references to it; a key that is partial, over
//! expressions, or under collations of its own has one to itself. What a partition repeats of its root is not asked
//! twice.

use super::{ConstraintPlanner, RangeFill, constraint, names, plain, term_columns};
use crate::constraint::{
    ApartRule, CheckedConstraint, CoveredRule, ReferenceRule, Rule, UniquePart, UniqueRule, UniqueTerm,
    columns_in_root,
};
use crate::key::form::KeyForm;
use crate::key::reader::ColumnPart;
use crate::report::ConstraintKind;
use seedbed_schema_model::{
    Column, ColumnIdx, Exclusion, Expr, ForeignKey, KeyPart, KeyTerm, MatchKind, Table, TableId, UniqueKey,
};
use seedbed_sql_semantics::{Context, FullMatch, RangeTerm, semantics};
use seedbed_sql_values::KeyPartRule;

impl<'s> ConstraintPlanner<'s> {
    /// The uniqueness of a primary key; its NOT NULL is the columns'.
    pub(super) fn primary_key(
        &mut self,
        owner: TableId,
        root: TableId,
        out: &mut Vec<CheckedConstraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let Some(key) = &table.primary_key else { return };
        let name =
            key.name.clone().unwrap_or_else(|| format!("PRIMARY KEY ({})", names(&key.columns, table)));
        let same = |k: &seedbed_schema_model::Key| {
            columns_in_root(&key.columns, table, top).as_ref() == Some(&k.columns)
        };
        if owner != root && top.primary_key.as_ref().is_some_and(same) {
            return;
        }
        let prefix = |i: usize| key.prefix_lengths.get(i).copied().flatten();
        let parts: Vec<KeyPart> = key
            .columns
            .iter()
            .enumerate()
            .map(|(i, c)| KeyPart { prefix_length: prefix(i), ..KeyPart::column(*c) })
            .collect();
        let rule = match self
            .shared(owner, root, &key.columns)
            .filter(|_| parts.iter().all(|p| p.prefix_length.is_none()))
        {
            Some(fill) => Rule::SharedUnique { fill },
            None => {
                let parts = key.columns.iter().enumerate().filter_map(|(i, c)| {
                    let column = table.columns.get(c.position())?;
                    let rule = KeyPartRule { prefix_length: prefix(i), ..KeyPartRule::of_column(column) };
                    Some(UniquePart { term: UniqueTerm::Column(crate::row::in_root(*c, table, top)?), rule })
                });
                Rule::Unique(UniqueRule {
                    parts: parts.collect(),
                    predicate: None,
                    reads: Vec::new(),
                    nulls_distinct: true,
                    set: self.new_set(KeyForm::Fingerprint, true),
                })
            }
        };
        let columns = columns_in_root(&key.columns, table, top).unwrap_or_default();
        out.push(constraint(name, ConstraintKind::PrimaryKey, owner, columns, rule));
    }

    /// The fill that already tells whether a key is new.
    fn shared(&self, owner: TableId, root: TableId, columns: &[ColumnIdx]) -> Option<usize> {
        let set = self.keys.get(&(owner, columns.to_vec()))?;
        self.plans[root].fills.iter().position(|fill| fill.set == *set)
    }

    /// A unique constraint or index, partial ones and those over expressions too.
    pub(super) fn unique(
        &mut self,
        unique: &'s UniqueKey,
        owner: TableId,
        root: TableId,
        out: &mut Vec<CheckedConstraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let columns: Vec<ColumnIdx> = unique.parts.iter().flat_map(|p| term_columns(&p.term)).collect();
        let columns = columns_in_root(&columns, table, top).unwrap_or_default();
        let inherited =
            |u: &UniqueKey| plain(unique).is_some_and(|own| columns_in_root(&own, table, top) == plain(u));
        if owner != root && top.uniques.iter().any(inherited) {
            return;
        }
        let name = unique.name.clone().unwrap_or_else(|| format!("UNIQUE ({})", top_names(&columns, top)));
        let shared = plain(unique).and_then(|columns| self.shared(owner, root, &columns));
        let rule = match shared {
            Some(fill) => Rule::SharedUnique { fill },
            None => {
                let parts = unique.parts.iter().filter_map(|part| unique_part(part, table, top)).collect();
                Rule::Unique(UniqueRule {
                    parts,
                    predicate: unique.predicate.as_ref(),
                    reads: reads(unique.predicate.as_ref(), table, top),
                    nulls_distinct: unique.nulls_distinct,
                    set: self.new_set(KeyForm::Fingerprint, true),
                })
            }
        };
        let mut made = constraint(name, ConstraintKind::Unique, owner, columns, rule);
        made.not_checked = self.unsupported(
            unique.predicate.iter().chain(unique.parts.iter().filter_map(|p| match &p.term {
                KeyTerm::Expr(expr) => Some(expr),
                KeyTerm::Column(_) => None,
            })),
            table,
        );
        out.push(made);
    }

    /// A reference whose parent table is in the schema. Not checked where the parent's columns are not known, or a
    /// trigger makes the parent's rows.
    pub(super) fn foreign_key(
        &mut self,
        key: &'s ForeignKey,
        owner: TableId,
        root: TableId,
        out: &mut Vec<CheckedConstraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let columns = columns_in_root(&key.columns, table, top).unwrap_or_default();
        let inherited = |k: &ForeignKey| {
            k.columns == columns && k.parent == key.parent && k.parent_columns == key.parent_columns
        };
        if owner != root && top.foreign_keys.iter().any(inherited) {
            return;
        }
        let parent = self.schema.tables.get(key.parent.position());
        let name = key.name.clone().unwrap_or_else(|| {
            let target = parent
                .map_or_else(String::new, |p| format!("{} ({})", p.name, names(&key.parent_columns, p)));
            format!("FOREIGN KEY ({}) REFERENCES {target}", names(&key.columns, table))
        });
        if key.of_period {
            return self.period_reference(key, owner, root, name, out);
        }
        let set = self.keys.get(&(key.parent, key.parent_columns.clone())).copied();
        let (Some(parent), Some(set)) = (parent, set) else {
            let mut made = constraint(name, ConstraintKind::ForeignKey, owner, columns, Rule::NotChecked);
            made.not_checked = Some("the referenced columns are not known".to_owned());
            out.push(made);
            return;
        };
        if self.schema.is_parent_made(owner, key) {
            let mut made = constraint(name, ConstraintKind::ForeignKey, owner, columns, Rule::NotChecked);
            made.not_checked = Some("a trigger of the table makes the rows referred to".to_owned());
            out.push(made);
            return;
        }
        let parents = key.parent_columns.iter().filter_map(|c| parent.columns.get(c.position()));
        let part = |(column, compared): (&ColumnIdx, &'s Column)| ColumnPart {
            column: *column,
            stored_by: Some(&top[*column]),
            rule: KeyPartRule::of_column(compared),
        };
        let rule = Rule::Reference(ReferenceRule {
            parts: columns.iter().zip(parents).map(part).collect(),
            set,
            references: self.new_references(set),
            match_full: key.match_kind == MatchKind::Full
                && semantics(self.schema.dialect).constraints.full_match == FullMatch::Enforced,
        });
        out.push(constraint(name, ConstraintKind::ForeignKey, owner, columns, rule));
    }

    /// A reference of a period, whose parents are looked up by all columns but that.
    fn period_reference(
        &mut self,
        key: &'s ForeignKey,
        owner: TableId,
        root: TableId,
        name: String,
        out: &mut Vec<CheckedConstraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let columns = columns_in_root(&key.columns, table, top).unwrap_or_default();
        let parent = self.schema.tables.get(key.parent.position());
        let parent_root = self.schema.partition_root(key.parent);
        let theirs = parent.and_then(|p| columns_in_root(&key.parent_columns, p, &self.schema[parent_root]));
        let mut made = constraint(name, ConstraintKind::ForeignKey, owner, columns.clone(), Rule::NotChecked);
        let (Some((period, equal)), Some(parent), Some(theirs)) = (columns.split_last(), parent, theirs)
        else {
            made.not_checked = Some("the referenced columns are not known".to_owned());
            out.push(made);
            return;
        };
        let compared: Vec<&'s Column> =
            key.parent_columns.iter().filter_map(|c| parent.columns.get(c.position())).collect();
        let (ranges, parents) = (self.new_ranges(), self.new_ranges());
        if let Some((period, equal)) = theirs.split_last() {
            let part = |(column, own): (&ColumnIdx, &&'s Column)| ColumnPart {
                column: *column,
                stored_by: None,
                rule: KeyPartRule::of_column(own),
            };
            let parts = equal.iter().zip(&compared).map(part).collect();
            self.plans[parent_root].range_fills.push(RangeFill { ranges: parents, parts, period: *period });
        }
        let part = |(column, theirs): (&ColumnIdx, &&'s Column)| ColumnPart {
            column: *column,
            stored_by: Some(&top[*column]),
            rule: KeyPartRule::of_column(theirs),
        };
        let parts = equal.iter().zip(&compared).map(part).collect();
        made.rule = Rule::Covered(CoveredRule { parts, period: *period, ranges, parents });
        out.push(made);
    }

    /// An exclusion by equality alone is a unique key; with one overlap it keeps ranges apart. Other operators are for the
    /// server.
    pub(super) fn exclusion(
        &mut self,
        exclusion: &'s Exclusion,
        owner: TableId,
        root: TableId,
        out: &mut Vec<CheckedConstraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let columns: Vec<ColumnIdx> = exclusion.elements.iter().flat_map(|e| term_columns(&e.term)).collect();
        let columns = columns_in_root(&columns, table, top).unwrap_or_default();
        let name =
            exclusion.name.clone().unwrap_or_else(|| format!("EXCLUDE ({})", top_names(&columns, top)));
        let mut made = constraint(name, ConstraintKind::Exclusion, owner, columns, Rule::NotChecked);
        let cx = Context::new(self.schema, Some(table));
        let (equal, others): (Vec<_>, Vec<_>) = exclusion.elements.iter().partition(|e| e.operator == "=");
        let overlap = match others.as_slice() {
            [] => None,
            [one] if one.operator == "&&" => RangeTerm::read(&one.term, &cx),
            _ => None,
        };
        if let (Some(element), None) = (others.first(), &overlap) {
            made.not_checked = Some(format!("operator `{}`", element.operator));
            out.push(made);
            return;
        }
        let parts = equal.into_iter().filter_map(|e| {
            let part = match &e.term {
                KeyTerm::Column(c) => UniquePart {
                    term: UniqueTerm::Column(crate::row::in_root(*c, table, top)?),
                    rule: KeyPartRule::of_column(table.columns.get(c.position())?),
                },
                KeyTerm::Expr(expr) => expression_part(expr, None),
            };
            Some(part)
        });
        let equal = UniqueRule {
            parts: parts.collect(),
            predicate: exclusion.predicate.as_ref(),
            reads: reads(exclusion.predicate.as_ref(), table, top),
            nulls_distinct: true,
            set: if overlap.is_some() { usize::MAX } else { self.new_set(KeyForm::Fingerprint, true) },
        };
        made.rule = match overlap {
            Some(term) => Rule::Apart(ApartRule { equal, term, ranges: self.new_ranges() }),
            None => Rule::Unique(equal),
        };
        out.push(made);
    }
}

/// The root's columns that a predicate reads.
fn reads(predicate: Option<&Expr>, table: &Table, top: &Table) -> Vec<ColumnIdx> {
    let columns = predicate.map(Expr::columns).unwrap_or_default();
    columns_in_root(&columns, table, top).unwrap_or_default()
}

/// A part of a unique key, under its own collation or else the column's; `None` where the root has no such column.
fn unique_part<'s>(part: &'s KeyPart, table: &'s Table, top: &Table) -> Option<UniquePart<'s>> {
    match &part.term {
        KeyTerm::Column(c) => {
            let column = table.columns.get(c.position())?;
            let own = KeyPartRule::of_column(column);
            let collation = part.collation.as_deref().or(own.collation);
            let rule = KeyPartRule { collation, prefix_length: part.prefix_length, ..own };
            Some(UniquePart { term: UniqueTerm::Column(crate::row::in_root(*c, table, top)?), rule })
        }
        KeyTerm::Expr(expr) => Some(expression_part(expr, part.collation.as_deref())),
    }
}

/// A part that is an expression, under the collation of the key or the one that is written in it.
fn expression_part<'s>(expr: &'s Expr, collation: Option<&'s str>) -> UniquePart<'s> {
    let written = match expr {
        Expr::Collate { collation, .. } => Some(collation.as_str()),
        _ => None,
    };
    UniquePart {
        term: UniqueTerm::Expr(expr),
        rule: KeyPartRule { column: None, collation: collation.or(written), prefix_length: None },
    }
}

/// The names of columns of the root, for what a nameless constraint is called.
fn top_names(columns: &[ColumnIdx], top: &Table) -> String {
    names(columns, top)
}
