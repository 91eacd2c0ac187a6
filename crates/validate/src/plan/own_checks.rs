//! NOT NULL, types, domains and CHECKs.
//!
//! They look at one row alone. Each is added under the root's column numbers; what an inherited column already asks of
//! the root is left out.

use super::constraint;
use crate::condition::Condition;
use crate::constraint::{CheckedConstraint, Rule, columns_in_root};
use crate::report::ConstraintKind;
use crate::type_rule;
use seedbed_schema_model::{Check, ColumnIdx, Expr, Numbering, Schema, Table, TableId};
use seedbed_sql_semantics::{Context, NullNumbering, semantics, supported};

/// Adds the constraints of columns and CHECKs.
pub(super) struct OwnChecks<'a, 's> {
    /// Whose types and dialect apply.
    pub(super) schema: &'s Schema,
    /// The table that declares the constraints: the root or one of its partitions.
    pub(super) owner: TableId,
    /// The table that the rows arrive in.
    pub(super) root: TableId,
    /// The owner.
    pub(super) table: &'s Table,
    /// The root.
    pub(super) top: &'s Table,
    /// Where they go.
    pub(super) out: &'a mut Vec<CheckedConstraint<'s>>,
}

impl<'s> OwnChecks<'_, 's> {
    /// NOT NULL, types and domains.
    pub(super) fn columns(&mut self) {
        for (index, column) in self.table.columns_indexed() {
            let Some(at) = crate::row::in_root(index, self.table, self.top) else { continue };
            let inherited = self.owner != self.root;
            let numbered = matches!(column.numbering, Some(Numbering::RowId | Numbering::AutoIncrement));
            let domains = self.schema.domains_of(&column.ty);
            let required = !column.nullable || domains.iter().any(|d| d.not_null);
            let covered = inherited && !self.top[at].nullable;
            let null_numbering = semantics(self.schema.dialect).constraints.null_numbering;
            if required && !covered && !(numbered && null_numbering == NullNumbering::Numbered) {
                self.push(
                    format!("{} NOT NULL", column.name),
                    ConstraintKind::NotNull,
                    vec![at],
                    Rule::NotNull(at),
                );
            }
            if inherited {
                continue;
            }
            if type_rule::type_refuses(column, self.table.options.strict, self.schema) {
                let written = if column.declared_type.is_empty() {
                    "type".to_owned()
                } else {
                    column.declared_type.clone()
                };
                self.push(
                    format!("{} {written}", column.name),
                    ConstraintKind::Type,
                    vec![at],
                    Rule::Type(at),
                );
            }
            for domain in domains {
                for check in domain.checks.iter().filter(|c| c.enforced) {
                    let label = check.name.clone().unwrap_or_else(|| format!("CHECK ({})", check.text));
                    let name = format!("{} of domain {}: {label}", column.name, domain.name);
                    let condition = Condition::of_domain(&check.expr, at, self.table, self.top, self.schema);
                    self.push(name, ConstraintKind::Check, vec![at], Rule::Check(condition));
                    self.note_unsupported(&check.expr, None);
                }
            }
        }
    }

    /// A CHECK of the table.
    pub(super) fn check(&mut self, check: &'s Check) {
        let inherited = |c: &Check| c.text == check.text || c.expr == check.expr;
        if self.owner != self.root && self.top.checks.iter().any(inherited) {
            return;
        }
        let columns = columns_in_root(&check.expr.columns(), self.table, self.top).unwrap_or_default();
        let name = check.name.clone().unwrap_or_else(|| format!("CHECK ({})", check.text));
        if !check.enforced {
            self.push(name, ConstraintKind::Check, columns, Rule::NotChecked);
            self.note("the schema says NOT ENFORCED");
            return;
        }
        let condition = Condition::of_table(&check.expr, self.table, self.top, self.schema);
        self.push(name, ConstraintKind::Check, columns, Rule::Check(condition));
        self.note_unsupported(&check.expr, Some(self.table));
    }

    /// Adds a constraint; one of a partition has the partition's name before its own.
    fn push(&mut self, name: String, kind: ConstraintKind, columns: Vec<ColumnIdx>, rule: Rule<'s>) {
        let name = if self.owner == self.root { name } else { format!("{}: {name}", self.table.name) };
        self.out.push(constraint(name, kind, self.owner, columns, rule));
    }

    /// Says of the last one that its condition is not understood, if so.
    fn note_unsupported(&mut self, expr: &Expr, table: Option<&Table>) {
        let cx = Context::new(self.schema, table);
        if let Err(unsupported) = supported(expr, &cx) {
            self.note(&unsupported.to_string());
        }
    }

    /// Says of the last one why it is not checked.
    fn note(&mut self, reason: &str) {
        if let Some(last) = self.out.last_mut() {
            last.not_checked = Some(reason.to_owned());
        }
    }
}
