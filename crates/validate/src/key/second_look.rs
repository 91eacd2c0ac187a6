//! Looking at rows again where their keys seemed equal, or a parent seemed to be missing.
//!
//! Codes say which keys are worth a look, whole keys say what is true: the encodings of the rows' keys are compared byte
//! by byte. So a fingerprint that two different keys share is no violation, and as equal keys have equal codes, none is
//! hidden. References are looked for by codes that tell all keys apart ([`KeyForm`](super::form::KeyForm)).
//!
//! Cost: one more pass over the rows of each table with something to look at, and of one more for each million codes.

use super::key_set::KeySet;
use super::memory::Memory;
use super::reader::{AnyCode, EncodedKey};
use crate::ValidateError;
use crate::batch_check::{BatchCheck, applies};
use crate::constraint::{CheckedConstraint, RowKey, Rule};
use crate::plan::CheckPlan;
use crate::route::Route;
use crate::tally::Tally;
use seedbed_schema_model::TableId;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Codes that are looked at in one pass.
const AT_ONCE: usize = 1 << 20;

/// What is looked for in the rows of one table.
#[derive(Debug)]
pub(crate) struct Suspects {
    /// The constraint's place among its table's.
    pub(crate) constraint: usize,
    /// The codes worth a look.
    codes: HashSet<AnyCode>,
    /// The keys that were met, and how many rows have each.
    met: HashMap<Box<[u8]>, u64>,
}

/// The codes of each constraint of a table that are worth a look: of all that there are, the `round`th million.
pub(crate) fn suspects(
    plan: &CheckPlan<'_>,
    table: TableId,
    sets: &mut [Option<KeySet>],
    references: &mut [Option<KeySet>],
    unknown_parents: &BTreeSet<usize>,
    memory: &Memory,
    round: usize,
) -> Result<Vec<Suspects>, ValidateError> {
    let constraints = &plan.tables[table];
    let mut all = Vec::new();
    for (number, constraint) in constraints.constraints.iter().enumerate() {
        let mut codes = Share { skip: round * AT_ONCE, codes: HashSet::new() };
        match &constraint.rule {
            Rule::SharedUnique { fill } => {
                let set = constraints.fills.get(*fill).and_then(|fill| sets[fill.set].as_mut());
                set.map_or(Ok(()), |set| set.repeated(|code| codes.take(code)))?;
            }
            Rule::Unique(rule) => {
                sets[rule.set].as_mut().map_or(Ok(()), |set| set.repeated(|code| codes.take(code)))?;
            }
            Rule::Reference(rule) => {
                let Some(wanted) = &mut references[rule.references] else { continue };
                if unknown_parents.contains(&rule.set) {
                    continue;
                }
                let form = plan.sets[rule.set].form;
                let parents = sets[rule.set].get_or_insert_with(|| KeySet::new(form, true));
                wanted.missing(parents, memory, |code| codes.take(code))?;
            }
            _ => {}
        }
        if !codes.codes.is_empty() {
            all.push(Suspects { constraint: number, codes: codes.codes, met: HashMap::new() });
        }
    }
    Ok(all)
}

/// Some of many codes.
struct Share {
    skip: usize,
    codes: HashSet<AnyCode>,
}

impl Share {
    fn take(&mut self, code: AnyCode) -> Result<(), ValidateError> {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.codes.len() < AT_ONCE {
            self.codes.insert(code);
        }
        Ok(())
    }
}

/// Looks at the rows of a batch, which comes after all that have smaller numbers.
pub(crate) fn look(batch: &BatchCheck<'_, '_>, suspects: &mut [Suspects], tallies: &mut [Tally]) {
    let all = &batch.plan.tables[batch.root];
    each_suspect(batch, suspects, |suspects, row, key| {
        let constraint = &all.constraints[suspects.constraint];
        let met = suspects.met.entry(key.into()).or_default();
        *met += 1;
        let tally = &mut tallies[suspects.constraint];
        let number = batch.number(row);
        match (&constraint.rule, *met) {
            // One line for each missing parent is enough.
            (Rule::Reference(_), 1) => {
                let reason = Some("there is no such parent".to_owned());
                tally.violate(number, || batch.offender(constraint, row, reason));
            }
            (Rule::Reference(_), _) => tally.violations += 1,
            (_, 1) => {}
            _ => tally.violate(number, || batch.offender(constraint, row, None)),
        }
    });
}

/// Meets the keys of rows that are there already, before all others. What they refer to is none of ours.
pub(crate) fn meet(batch: &BatchCheck<'_, '_>, suspects: &mut [Suspects]) {
    let all = &batch.plan.tables[batch.root];
    each_suspect(batch, suspects, |suspects, _, key| {
        if !matches!(all.constraints[suspects.constraint].rule, Rule::Reference(_)) {
            *suspects.met.entry(key.into()).or_default() += 1;
        }
    });
}

/// Calls for each row of a batch whose key is worth a look.
fn each_suspect(
    batch: &BatchCheck<'_, '_>,
    suspects: &mut [Suspects],
    mut found: impl FnMut(&mut Suspects, usize, &[u8]),
) {
    let all = &batch.plan.tables[batch.root];
    let mut key = EncodedKey::default();
    for row in 0..batch.rows {
        for suspects in &mut *suspects {
            let constraint = &all.constraints[suspects.constraint];
            let bound =
                batch.routes.get(row).is_none_or(|way: &Route| applies(constraint.owner, batch.root, way));
            let readable = constraint.columns.iter().all(|c| batch.columns[*c].is_some());
            if !bound || !readable || !key_of(batch, constraint, row, &mut key) {
                continue;
            }
            let form = form_of(batch.plan, batch.root, constraint);
            if form.is_some_and(|form| suspects.codes.contains(&key.code(form))) {
                found(suspects, row, key.bytes.as_slice());
            }
        }
    }
}

/// Puts the key of a row into the buffer, if it has one.
fn key_of<'s>(
    batch: &BatchCheck<'_, 's>,
    constraint: &CheckedConstraint<'s>,
    row: usize,
    key: &mut EncodedKey,
) -> bool {
    let here = batch.row(row);
    match &constraint.rule {
        Rule::SharedUnique { fill } => {
            let fill = batch.plan.tables[batch.root].fills.get(*fill);
            fill.is_some_and(|fill| key.encode(&fill.parts, &here, batch.schema))
        }
        Rule::Unique(rule) => {
            let owner = &batch.schema[constraint.owner];
            matches!(rule.key(&here, owner, batch.top, &batch.cx, key), Ok(RowKey::Found))
        }
        Rule::Reference(rule) => key.encode(&rule.parts, &here, batch.schema),
        _ => false,
    }
}

fn form_of(
    plan: &CheckPlan<'_>,
    root: TableId,
    constraint: &CheckedConstraint<'_>,
) -> Option<super::form::KeyForm> {
    let set = match &constraint.rule {
        Rule::SharedUnique { fill } => plan.tables[root].fills.get(*fill)?.set,
        Rule::Unique(rule) => rule.set,
        Rule::Reference(rule) => rule.set,
        _ => return None,
    };
    Some(plan.sets[set].form)
}
