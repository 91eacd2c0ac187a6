//! What lists and laws leave over, as groups of conditions to redraw for.

use super::builder::TableBuilder;
use super::facts::Remaining;
use crate::key::Key;
use crate::list::Choice;
use crate::program::{Cell, CellLaw};
use crate::residue::{Residue, ResidueGroup};
use crate::units::{empty_buffer, push_value};
use crate::{Cardinality, arrow_type};
use seedbed_schema_model::{ColumnIdx, Expr, Span};
use seedbed_sql_semantics::{Value, evaluate, supported};
use std::collections::BTreeMap;
use std::sync::Arc;

impl TableBuilder<'_> {
    /// Groups the remaining conditions by the columns that may be redrawn, and names what can't be evaluated.
    pub(super) fn residue(&mut self) -> Residue {
        let redrawable: Vec<ColumnIdx> =
            (0..self.cells.len()).map(|i| ColumnIdx(i as u16)).filter(|c| self.is_redrawable(*c)).collect();
        let mut groups: Vec<ResidueGroup> = Vec::new();
        for Remaining { expr, title, span } in std::mem::take(&mut self.remaining) {
            if !self.is_readable(&expr, &title, span) {
                continue;
            }
            let columns = expr.columns();
            // A reference is redrawn as a whole, so its columns bind conditions together.
            let redrawn =
                self.with_siblings(columns.iter().copied().filter(|c| redrawable.contains(c)).collect());
            let mut group = ResidueGroup {
                checks: vec![expr],
                reads: columns,
                redrawn,
                pools: BTreeMap::new(),
                titles: vec![(title, span)],
                hopeless: false,
            };
            let (mut apart, mut rest) = (Vec::new(), Vec::new());
            for other in groups {
                if other.redrawn.iter().any(|c| group.redrawn.contains(c)) {
                    rest.push(other)
                } else {
                    apart.push(other)
                }
            }
            for other in rest {
                group.checks.extend(other.checks);
                group.titles.extend(other.titles);
                group.reads.extend(other.reads);
                group.redrawn.extend(other.redrawn);
            }
            for list in [&mut group.reads, &mut group.redrawn] {
                list.sort_unstable();
                list.dedup();
            }
            apart.push(group);
            groups = apart;
        }
        for group in &mut groups {
            group.pools = self.pools(group);
        }
        Residue { groups }
    }

    /// Columns in no unique key, and not numbered; of references, those whose law no key has fixed.
    fn is_redrawable(&self, column: ColumnIdx) -> bool {
        if self.sieved.contains(&column) {
            return false;
        }
        let keyed = self.is_keyed(column);
        match &self.cells[usize::from(column.0)] {
            Some(Cell::Listed { law: CellLaw::Own(_) | CellLaw::Entity(_), nulls, .. }) => {
                !keyed || nulls.can_vary()
            }
            Some(Cell::Referenced { reference, .. }) => {
                !keyed || self.references[*reference].nulls.can_vary()
            }
            _ => false,
        }
    }

    fn with_siblings(&self, columns: Vec<ColumnIdx>) -> Vec<ColumnIdx> {
        let mut all = columns.clone();
        for column in columns {
            if let Some(owner) = self.owner(column) {
                all.extend(self.references[owner].columns.iter().copied().filter(|c| self.is_redrawable(*c)));
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn is_readable(&mut self, expr: &Expr, title: &str, span: Span) -> bool {
        if matches!(expr, Expr::Literal(_)) {
            return false;
        }
        let cannot = supported(expr, &self.cx()).err();
        if let Some(unsupported) = cannot {
            self.limit(
                "check-unreadable",
                format!("{title} can't be evaluated here: {}", unsupported.what),
                span,
            );
            return false;
        }
        true
    }

    /// Constants that the conditions compare a column with, where the column's own list would hardly meet them.
    fn pools(&self, group: &ResidueGroup) -> BTreeMap<ColumnIdx, (Key, Arc<Choice>)> {
        let mut found: BTreeMap<ColumnIdx, Vec<Value>> = BTreeMap::new();
        for expr in &group.checks {
            expr.walk(&mut |e| self.collect_constants(e, &mut found));
        }
        let schema = &self.planner.schema;
        found
            .into_iter()
            .filter(|(column, _)| {
                group.redrawn.contains(column) && self.owner(*column).is_none() && self.is_long_list(*column)
            })
            .filter_map(|(column, values)| {
                let mut buffer = empty_buffer(&arrow_type(schema, &self.relation.table[column].ty));
                for value in &values {
                    push_value(&mut buffer, value, self.facts[usize::from(column.0)].base, schema);
                }
                (!buffer.is_empty())
                    .then(|| (column, (self.key(column, "pool"), Arc::new(Choice::new(buffer)))))
            })
            .collect()
    }

    fn is_long_list(&self, column: ColumnIdx) -> bool {
        let keyed = self.is_keyed(column);
        match &self.cells[usize::from(column.0)] {
            Some(Cell::Listed { sampler, .. }) => {
                !keyed && !matches!(sampler.cardinality(), Cardinality::Exact(n) if n <= 60)
            }
            _ => false,
        }
    }

    fn collect_constants(&self, e: &Expr, found: &mut BTreeMap<ColumnIdx, Vec<Value>>) {
        let mut pair = |column: &Expr, constant: &Expr| {
            let (Expr::Column(column), true) = (crate::narrow::strip(column), constant.columns().is_empty())
            else {
                return;
            };
            let nothing: Vec<Value> = Vec::new();
            match evaluate(constant, &nothing, &self.cx()) {
                Ok(Value::Array(values)) => found.entry(*column).or_default().extend(values),
                Ok(value) if !value.is_null() => found.entry(*column).or_default().push(value),
                _ => {}
            }
        };
        match e {
            Expr::Binary { op, left, right } if op.is_comparison() => {
                pair(left, right);
                pair(right, left);
            }
            Expr::IsDistinct { left, right, .. } => {
                pair(left, right);
                pair(right, left);
            }
            Expr::InList { operand, list, .. } => list.iter().for_each(|item| pair(operand, item)),
            Expr::Quantified { left, array, .. } => pair(left, array),
            _ => {}
        }
    }
}
