//! Conditions of triggers, and of CHECKs whose functions read other tables: what holds of a row because others are refused.
//!
//! A condition over the table's own columns is a CHECK. One that looks up values of a parent's row, the row that a reference
//! names, becomes one of three things:
//!
//! - Where it speaks of that row alone, the reference may name only rows of which it is not false.
//! - Where two values have to be equal, such as `member.site` and `item.site`, the references share a column that both
//!   parents' rows show: as if they were composite ones.
//! - Any other is a CHECK over columns that show what is looked up.
//!
//! [`with_looked_up`] gives a schema's tables such columns, which come last and are written nowhere; [`Constraints`] then
//! reads the conditions over them.

use super::check_guard::with_guarded_checks;
use super::constraints::Constraints;
use seedbed_rows::table_context;
use seedbed_schema_model::{
    BinaryOp, Check, Column, ColumnIdx, Expr, ForeignKey, Guard, LookUp, LookedUp, Schema, Table, TableId,
};
use seedbed_solver::conjuncts;
use seedbed_sql_semantics::supported;
use std::borrow::Cow;
use std::sync::Arc;

/// What a part of a condition is.
enum Part<'e> {
    /// A condition on the row that some look-ups, of one reference, find.
    OfParent(&'e LookUp, &'e Expr),
    /// Two values must be equal.
    Same(Operand<'e>, Operand<'e>),
    /// Anything else.
    Check(&'e Expr),
}

/// An operand of an equality.
#[derive(Clone, Copy)]
enum Operand<'e> {
    Own(ColumnIdx),
    LookedUp(&'e LookUp),
}

/// The schema, in which what CHECKs look up is taken for what triggers do, and tables have columns for what they look up and
/// compare. It is the same one where nothing is looked up.
pub fn with_looked_up(schema: &Arc<Schema>) -> Arc<Schema> {
    let mut with: Option<Schema> = None;
    for (id, table) in schema.tables_indexed() {
        let mut table = with_guarded_checks(schema, table).map_or(Cow::Borrowed(table), Cow::Owned);
        let shown = shown(schema, &table);
        if !shown.looked_up.is_empty() {
            let table = table.to_mut();
            table.shown_from = ColumnIdx(table.columns.len() as u16);
            table.columns.extend(shown.columns);
            table.looked_up = shown.looked_up;
        }
        if let Cow::Owned(table) = table {
            with.get_or_insert_with(|| Schema::clone(schema))[id] = table;
        }
    }
    with.map_or_else(|| Arc::clone(schema), Arc::new)
}

/// The columns in which a table shows what is looked up.
#[derive(Default)]
struct Shown {
    looked_up: Vec<LookedUp>,
    /// Those that are new.
    columns: Vec<Column>,
}

/// Equal values share a column, a column of the table's own if there is one.
fn shown(schema: &Schema, table: &Table) -> Shown {
    let mut shown = Shown::default();
    let parts: Vec<Part<'_>> = table.guards().flat_map(|(_, guard)| parts(table, guard)).collect();
    // Each look-up that needs a column, with the others and the own columns that it has to equal.
    let mut groups: Vec<(Vec<&LookUp>, Vec<ColumnIdx>)> = Vec::new();
    for part in &parts {
        match part {
            Part::OfParent(..) => {}
            Part::Same(a, b) => join(&mut groups, &[*a, *b]),
            Part::Check(_) => {}
        }
    }
    for (_, guard) in table.guards() {
        for part in conjuncts(&guard.condition).into_iter().filter(|p| is_check(table, guard, p)) {
            looked_up(part).for_each(|at| join(&mut groups, &[Operand::LookedUp(&guard.look_ups[at])]));
        }
    }
    for (look_ups, own) in groups {
        let column = match own.first() {
            Some(column) => *column,
            None => {
                let column = ColumnIdx((table.columns.len() + shown.columns.len()) as u16);
                shown.columns.push(column_of(schema, table, &look_ups));
                column
            }
        };
        let look_ups = look_ups.into_iter().cloned();
        shown.looked_up.extend(look_ups.map(|look_up| LookedUp { look_up, column }));
    }
    shown
}

/// Puts operands into one group, and joins the groups that they are in already.
fn join<'e>(groups: &mut Vec<(Vec<&'e LookUp>, Vec<ColumnIdx>)>, operands: &[Operand<'e>]) {
    let mut joined: (Vec<&LookUp>, Vec<ColumnIdx>) = Default::default();
    let is_in = |group: &(Vec<&LookUp>, Vec<ColumnIdx>)| {
        operands.iter().any(|operand| match operand {
            Operand::Own(column) => group.1.contains(column),
            Operand::LookedUp(look_up) => group.0.contains(look_up),
        })
    };
    let (with, without): (Vec<_>, Vec<_>) = std::mem::take(groups).into_iter().partition(is_in);
    *groups = without;
    for (look_ups, own) in with {
        joined.0.extend(look_ups);
        joined.1.extend(own);
    }
    for operand in operands {
        match operand {
            Operand::Own(column) if !joined.1.contains(column) => joined.1.push(*column),
            Operand::LookedUp(look_up) if !joined.0.contains(look_up) => joined.0.push(look_up),
            _ => {}
        }
    }
    groups.push(joined);
}

/// A column for what some look-ups find. It may be NULL where every reference may be, and where it shows a value that may be
/// NULL and has to equal no other.
fn column_of(schema: &Schema, table: &Table, look_ups: &[&LookUp]) -> Column {
    let first = look_ups[0];
    let theirs = &schema[first.parent][first.column];
    let names: Vec<String> = look_ups
        .iter()
        .map(|look_up| {
            format!("{}.{}", schema[look_up.parent].name.name, schema[look_up.parent][look_up.column].name)
        })
        .collect();
    let may_miss = |look_up: &&LookUp| look_up.columns.iter().any(|c| table[*c].nullable);
    let mut column = Column::new(&names.join(" = "), theirs.ty.clone());
    column.nullable = look_ups.iter().all(may_miss) || (look_ups.len() == 1 && theirs.nullable);
    column.collation.clone_from(&theirs.collation);
    column.charset.clone_from(&theirs.charset);
    column
}

impl Constraints<'_> {
    /// Takes what the table's triggers want, and its CHECKs of other tables' rows.
    pub(super) fn gather_guards(&mut self, schema: &Schema) {
        let table = self.table;
        for (constraint, guard) in table.guards() {
            for part in parts(table, guard) {
                match part {
                    Part::OfParent(look_up, condition) => {
                        self.want(
                            schema,
                            look_up,
                            guard,
                            Check { expr: condition.clone(), ..constraint.clone() },
                        );
                    }
                    Part::Same(..) => {}
                    Part::Check(condition) => self.checks.extend(check(table, &constraint, guard, condition)),
                }
            }
        }
        if table.looked_up.is_empty() {
            return;
        }
        for reference in &mut self.references {
            let declared = reference.clone();
            for LookedUp { look_up, column } in table.looked_up.iter().filter(|l| l.look_up.is_by(&declared))
            {
                if !reference.columns.contains(column) {
                    reference.columns.push(*column);
                    reference.parent_columns.push(look_up.column);
                }
            }
        }
    }

    /// A reference may name only rows of which the condition is not false. One that can't be evaluated there is told of the
    /// table.
    fn want(&mut self, schema: &Schema, look_up: &LookUp, guard: &Guard, want: Check) {
        let expr = guard.with(&want.expr, |look_up| Some(Expr::Column(look_up.column)));
        let of_parent = Check { expr, ..want };
        if supported(&of_parent.expr, &table_context(schema, &schema[look_up.parent])).is_err() {
            let expr = guard.with(&want.expr, |look_up| Some(look_up.expr()));
            self.checks.push(Check { expr, ..of_parent });
            return;
        }
        for reference in self.references.iter_mut().filter(|reference| look_up.is_by(reference)) {
            if !reference.wants.contains(&of_parent) {
                reference.wants.push(of_parent.clone());
            }
        }
    }
}

/// The condition as a CHECK over the table's columns, those that show what is looked up among them.
fn check(table: &Table, constraint: &Check, guard: &Guard, condition: &Expr) -> Option<Check> {
    let shown = |look_up: &LookUp| table.looked_up.iter().find(|l| l.look_up == *look_up);
    let expr = guard.with(condition, |look_up| shown(look_up).map(|l| Expr::Column(l.column)));
    let is_whole = !expr.any(&|e| matches!(e, Expr::Parameter(_)));
    is_whole.then(|| Check { expr, ..constraint.clone() })
}

/// The parts of a guard that can be held: those whose look-ups are by references of the table.
fn parts<'e>(table: &'e Table, guard: &'e Guard) -> Vec<Part<'e>> {
    let look_up = |at: usize| guard.look_ups.get(at);
    let operand = |e: &'e Expr| match e {
        Expr::Column(column) => Some(Operand::Own(*column)),
        Expr::Parameter(at) => look_up(usize::from(*at)).map(Operand::LookedUp),
        _ => None,
    };
    let mut found = Vec::new();
    for part in conjuncts(&guard.condition) {
        let mut used = looked_up(part).filter_map(look_up);
        if !looked_up(part).filter_map(look_up).all(|l| table.foreign_keys.iter().any(|fk| l.is_by(fk))) {
            continue;
        }
        let first = used.next();
        found.push(match (first, equality(part).and_then(|(a, b)| Some((operand(a)?, operand(b)?)))) {
            (Some(first), _) if is_of_one_parent(part, first, guard) => Part::OfParent(first, part),
            (Some(_), Some((a, b))) => Part::Same(a, b),
            _ => Part::Check(part),
        });
    }
    found
}

/// The one value of an expression that is NULL otherwise: where it equals something, no comparison of the whole is false.
fn value_or_null(e: &Expr) -> &Expr {
    match e {
        Expr::Case { operand: None, branches, otherwise: None } => match branches.as_slice() {
            [(_, value)] => value,
            _ => e,
        },
        _ => e,
    }
}

/// Whether a part is neither of one parent nor an equality.
fn is_check(table: &Table, guard: &Guard, part: &Expr) -> bool {
    parts(table, guard).iter().any(|p| matches!(p, Part::Check(of) if *of == part))
}

/// Whether a condition speaks of one parent's row alone.
fn is_of_one_parent(part: &Expr, first: &LookUp, guard: &Guard) -> bool {
    let same = |at: usize| guard.look_ups.get(at).is_some_and(|l| l.finds_row_of(first));
    part.columns().is_empty() && looked_up(part).all(same)
}

/// The numbers of the look-ups in an expression.
fn looked_up(expr: &Expr) -> impl Iterator<Item = usize> + use<> {
    let mut found = Vec::new();
    expr.walk(&mut |e| {
        if let Expr::Parameter(at) = e {
            found.push(usize::from(*at));
        }
    });
    found.into_iter()
}

/// The sides of an equality.
fn equality(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match expr {
        Expr::Binary { op: BinaryOp::Eq, left, right } => Some((value_or_null(left), value_or_null(right))),
        Expr::IsDistinct { left, right, negated: true } => Some((left, right)),
        _ => None,
    }
}

/// References that triggers make of columns by refusing rows without a parent: `NOT EXISTS (SELECT ... WHERE key = NEW.a)`.
pub fn guarded_references(schema: &Schema) -> Vec<(TableId, ForeignKey, String)> {
    let mut found: Vec<(TableId, ForeignKey, String)> = Vec::new();
    for (id, table) in schema.tables_indexed() {
        for (trigger, guard) in table.guards() {
            let trigger = trigger.name.unwrap_or_default();
            for look_up in conjuncts(&guard.condition).into_iter().filter_map(|part| wants_row(part, guard)) {
                let reference = ForeignKey {
                    span: guard.span,
                    ..ForeignKey::new(&look_up.columns, look_up.parent, &look_up.parent_columns)
                };
                let known = table
                    .foreign_keys
                    .iter()
                    .any(|fk| fk.columns.iter().any(|c| look_up.columns.contains(c)))
                    || found.iter().any(|(of, fk, _)| *of == id && look_up.is_by(fk));
                if !known {
                    found.push((id, reference, trigger.clone()));
                }
            }
        }
    }
    found
}

/// The look-up whose row must be there for a condition to be true.
fn wants_row<'e>(part: &Expr, guard: &'e Guard) -> Option<&'e LookUp> {
    let at = match part {
        Expr::IsNull { operand, negated: true } => match &**operand {
            Expr::Parameter(at) => usize::from(*at),
            _ => return None,
        },
        Expr::IsTruth { truth: Some(true), negated: false, operand } => looked_up(operand).next()?,
        _ => return None,
    };
    guard.look_ups.get(at)
}
