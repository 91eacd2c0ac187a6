//! Pass: the one root of a tree that a CHECK pins by its key.
//!
//! ```sql
//! CREATE TABLE folder (id int PRIMARY KEY, parent int REFERENCES folder, CHECK ((id = 0) = (parent IS NULL)))
//! ```
//!
//! Only the row with that key may be a root, and all others have parents. The CHECK is read by what it says of four
//! rows rather than by its form: one with the key and without, each as a root and as a child. The first row gets the key.

use super::draft::ProgramDraft;
use super::facts::TableProperties;
use super::first_rows::{begin_with, lead};
use super::table_context::TableContext;
use seedbed_rows::{KnownCells, Root};
use seedbed_schema_model::{ColumnIdx, Expr, ForeignKey, Literal};
use seedbed_solver::{conjuncts, same};
use seedbed_sql_semantics::check_passes;
use seedbed_sql_values::{Value, literal_value, parse_value};

/// Finds such CHECKs and gives the first row what they ask of a root; where the target holds that row already, it
/// becomes the root of the new rows. Cost: a few evaluations for each CHECK over two columns of such a table.
pub(super) fn find(cx: &TableContext<'_>, facts: &mut TableProperties<'_>, draft: &mut ProgramDraft) {
    for fk in cx.constraints.references.iter().filter(|fk| fk.parent == cx.id()) {
        let Some(pin) = pin(cx, facts, fk) else { continue };
        let root = if pin.root_is_null { Root::Absent } else { Root::Itself };
        match known_root(cx, &pin) {
            Some(known) => {
                draft.pinned_roots.insert(pin.reference, Root::Known(known));
            }
            None if facts.admits(cx, pin.key, &pin.value) => {
                let by = "the CHECK of the root";
                if begin_with(cx, facts, pin.key, &pin.value)
                    || lead(cx, facts, draft, pin.key, &[pin.value], by)
                {
                    draft.pinned_roots.insert(pin.reference, root);
                }
            }
            None => {}
        }
    }
}

/// What a CHECK says of the root.
struct Pin {
    /// The column that refers to the parent.
    reference: ColumnIdx,
    /// The column that tells the root.
    key: ColumnIdx,
    /// What the root holds there.
    value: Value,
    /// Whether the root has no parent; otherwise it is its own.
    root_is_null: bool,
}

/// The pin of a reference of one column, if some CHECK is one.
fn pin(cx: &TableContext<'_>, facts: &TableProperties<'_>, fk: &ForeignKey) -> Option<Pin> {
    let [reference] = *fk.columns.as_slice() else { return None };
    let parts = cx.constraints.checks.iter().flat_map(|check| conjuncts(&check.expr));
    parts.into_iter().find_map(|part| {
        let columns = part.columns();
        let key = *columns.iter().find(|c| **c != reference)?;
        let speaks_of_both = columns.len() == 2 && columns.contains(&reference);
        if !speaks_of_both || !cx.table().is_candidate_key(&[key]) {
            return None;
        }
        let mut constants = Vec::new();
        part.walk(&mut |e| constants.extend(constant(cx, facts, key, e)));
        let is_root =
            |value: &Value| is_pinned(cx, part, (key, value), (reference, facts[reference].nullable));
        let value = constants.into_iter().find(is_root)?;
        Some(Pin { reference, key, value, root_is_null: facts[reference].nullable })
    })
}

/// A constant as a value of a column.
fn constant(
    cx: &TableContext<'_>,
    facts: &TableProperties<'_>,
    column: ColumnIdx,
    e: &Expr,
) -> Option<Value> {
    let Expr::Literal(literal) = e else { return None };
    let base = facts[column].base;
    match literal {
        Literal::Integer(_) if !base.is_text() => Some(literal_value(literal)),
        Literal::Text(_) if base.is_text() => Some(literal_value(literal)),
        Literal::Text(text) => parse_value(text, base, cx.schema()).ok(),
        _ => None,
    }
}

/// Whether a condition lets the row with this key be a root, no other row, and every other row a child of any.
fn is_pinned(
    cx: &TableContext<'_>,
    condition: &Expr,
    (key, value): (ColumnIdx, &Value),
    (reference, nullable): (ColumnIdx, bool),
) -> bool {
    let Some([one, other]) = others(value) else { return false };
    let passes = |own: &Value, parent: &Value| {
        let mut row = vec![Value::Null; cx.table().columns.len()];
        row[key] = own.clone();
        row[reference] = parent.clone();
        check_passes(condition, &row, &cx.expressions()).unwrap_or(false)
    };
    let as_root = |own: &Value| if nullable { passes(own, &Value::Null) } else { passes(own, own) };
    as_root(value) && !as_root(&one) && !as_root(&other) && passes(&one, value) && passes(&one, &other)
}

/// Two values unlike one of a key.
fn others(value: &Value) -> Option<[Value; 2]> {
    Some(match value {
        Value::Integer(n) => [n.checked_add(1_003)?, n.checked_add(1_033)?].map(Value::Integer),
        Value::Text(text) => ["-1003", "-1033"].map(|end| Value::Text(format!("{text}{end}"))),
        Value::Uuid(id) => [id ^ 0x1003, id ^ 0x1033].map(Value::Uuid),
        _ => return None,
    })
}

/// The number of the root among the rows that are there already.
fn known_root(cx: &TableContext<'_>, pin: &Pin) -> Option<u64> {
    let known = &cx.planning.request.existing.tables.get(&cx.id())?.known;
    let at = known.columns.iter().position(|c| *c == pin.key)?;
    let is_root = |row: &Vec<Value>| row.get(at).is_some_and(|v| same(v, &pin.value));
    known.rows.iter().position(is_root).map(KnownCells::number)
}
