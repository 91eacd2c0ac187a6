//! Drafting references: which columns follow which parent, and among which parent rows.

use super::Programs;
use super::aligned::Alignment;
use super::builder::{Cap, Drafted, TableBuilder};
use super::relation::{Relation, names};
use crate::ShortfallCode;
use crate::fill::{Filler, shared_key};
use crate::program::{Candidates, Cell, Nulls, Program, ReferenceLaw, SharedIndex};
use seedbed_laws::Stratified;
use seedbed_schema_model::{ColumnIdx, ForeignKey, MatchKind, TableId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Parents of more rows than this are not indexed for columns shared between references.
const LARGEST_INDEX: u64 = 20_000_000;

impl<'a> TableBuilder<'a> {
    /// Gives every referencing column its one owner: wide references first, then narrow ones, each in order of names.
    pub(super) fn draft_references(&mut self) -> Result<(), Cap> {
        let table = self.relation.table;
        let mut order: Vec<&'a ForeignKey> = self.relation.references.iter().collect();
        order.sort_by_cached_key(|fk| {
            let itself = fk.parent == self.relation.id;
            (itself, std::cmp::Reverse(fk.columns.len()), names(table, &fk.columns))
        });
        for fk in order {
            let owned: Vec<ColumnIdx> =
                fk.columns.iter().copied().filter(|c| self.owner(*c).is_some()).collect();
            if fk.columns.iter().any(|c| matches!(self.cells[*c], Some(Cell::Null)))
                && fk.match_kind == MatchKind::Simple
            {
                continue;
            }
            if fk.parent == self.relation.id {
                self.draft_self_reference(fk, &owned);
            } else if owned.is_empty() {
                self.draft_whole(fk)?;
            } else if owned.len() == fk.columns.len() {
                self.restrict_owner(fk);
            } else {
                self.draft_shared(fk, &owned)?;
            }
        }
        Ok(())
    }

    /// The drafted reference that a column belongs to.
    pub(super) fn owner(&self, column: ColumnIdx) -> Option<usize> {
        self.references.iter().position(|d| d.columns.contains(&column))
    }

    fn title(&self, fk: &ForeignKey) -> String {
        format!("reference {}", self.planner.schema[fk.parent].name)
    }

    /// When a reference is NULL: at the rate of its nullable columns, if NULLs in them alone excuse it.
    fn reference_nulls(&self, fk: &ForeignKey, columns: &[ColumnIdx]) -> Nulls {
        let nullable: Vec<ColumnIdx> = columns.iter().copied().filter(|c| self.facts[*c].nullable).collect();
        if nullable.is_empty() || (fk.match_kind == MatchKind::Full && nullable.len() < fk.columns.len()) {
            return Nulls::NEVER;
        }
        let rate = nullable.iter().map(|c| self.null_rate(*c)).fold(1.0, f64::min);
        Nulls::at_rate(self.joint_key(columns, "null"), rate)
    }

    fn push(
        &mut self,
        fk: &ForeignKey,
        columns: Vec<ColumnIdx>,
        candidates: Candidates,
        nulls: Nulls,
        law: Option<(ReferenceLaw, &'static str)>,
    ) {
        let parent_columns = columns.iter().filter_map(|c| counterpart(fk, *c)).collect();
        let title = self.title(fk);
        let (law, law_name) = law.map_or((None, "hashed"), |(l, n)| (Some(l), n));
        let is_self = fk.parent == self.relation.id;
        self.references.push(Drafted {
            parent: fk.parent,
            candidates,
            nulls,
            law,
            columns,
            parent_columns,
            is_self,
            title,
            law_name,
            origin: fk.origin.clone(),
        });
    }

    fn draft_whole(&mut self, fk: &ForeignKey) -> Result<(), Cap> {
        let candidates = self.candidates(fk);
        if candidates.len() == 0 {
            return self.without_parent(fk);
        }
        if self.relation.alignment == Some(Alignment::Follows { table: fk.parent })
            && fk.columns.iter().all(|c| !self.facts[*c].nullable)
        {
            return self.draft_aligned(fk, candidates);
        }
        let candidates = self.permitted(fk, candidates)?;
        let nulls = self.reference_nulls(fk, &fk.columns);
        self.push(fk, fk.columns.clone(), candidates, nulls, None);
        Ok(())
    }

    /// Row by row the owner of a key that both tables share.
    fn draft_aligned(&mut self, fk: &ForeignKey, candidates: Candidates) -> Result<(), Cap> {
        let (held, parent) = (candidates.len(), &self.planner.schema[fk.parent].name);
        if held < self.rows {
            let reason = format!(
                "({}) shows a row of `{parent}` of its own, which has {held} rows",
                names(self.relation.table, &fk.columns)
            );
            return Err(Cap::new(held, ShortfallCode::Capacity, reason, fk.span));
        }
        let law = Some((ReferenceLaw::Aligned, "aligned"));
        self.push(fk, fk.columns.clone(), candidates, Nulls::NEVER, law);
        Ok(())
    }

    /// An owner of a key that both tables share has no more rows than the table that follows it: each refers to one.
    pub(super) fn check_follower(&self) -> Result<(), Cap> {
        let Some(Alignment::Followed { by }) = self.relation.alignment else { return Ok(()) };
        let held = self.planner.expected_rows(by);
        if held >= self.rows {
            return Ok(());
        }
        let reason = format!(
            "each row must refer to its own row of `{}`, which has {held} rows",
            self.planner.schema[by].name
        );
        let code = if held == 0 { ShortfallCode::EmptyParent } else { ShortfallCode::Capacity };
        Err(Cap::new(held, code, reason, self.relation.table.span))
    }

    /// Of the parent rows, those whose values the referencing columns' own CHECKs and types allow.
    fn permitted(&mut self, fk: &ForeignKey, candidates: Candidates) -> Result<Candidates, Cap> {
        let narrowed: Vec<(ColumnIdx, ColumnIdx)> = fk
            .columns
            .iter()
            .zip(&fk.parent_columns)
            .map(|(own, theirs)| (*own, *theirs))
            .filter(|(own, _)| self.facts[*own].domain.restricts_values())
            .collect();
        let too_many = candidates.len() > LARGEST_INDEX;
        if narrowed.is_empty() || too_many || self.programs.get(fk.parent).is_none() {
            return Ok(candidates);
        }
        let rows: Vec<u64> = (0..candidates.len()).map(|rank| candidates.row(rank)).collect();
        let theirs: Vec<ColumnIdx> = narrowed.iter().map(|(_, t)| *t).collect();
        let filled = Filler::new(self.programs, fk.parent, &rows, 0)
            .map(|mut f| f.columns(&theirs))
            .unwrap_or_default();
        let allows =
            |i: usize| narrowed.iter().zip(&filled).all(|((own, _), f)| self.admits(*own, &f.value(i)));
        let kept: Vec<u64> = (0..rows.len()).filter(|i| allows(*i)).map(|i| rows[i]).collect();
        if kept.len() == rows.len() {
            return Ok(candidates);
        }
        let (table, parent) = (self.relation.table, &self.planner.schema[fk.parent].name);
        if kept.is_empty() {
            let reason = format!("a CHECK on ({}) allows no row of `{parent}`", names(table, &fk.columns));
            // Other rows of the parent might do.
            return Err(Cap::new(0, ShortfallCode::Capacity, reason, fk.span).undecided());
        }
        self.memory.push(format!(
            "{} rows of `{parent}` that a CHECK allows: {} bytes",
            kept.len(),
            kept.len() * 8
        ));
        Ok(Candidates::Listed(kept.into()))
    }

    /// A parent without rows: the reference is NULL, or the table stays empty.
    fn without_parent(&mut self, fk: &ForeignKey) -> Result<(), Cap> {
        let nullable: Vec<ColumnIdx> =
            fk.columns.iter().copied().filter(|c| self.facts[*c].nullable && !self.is_settled(*c)).collect();
        let excused = if fk.match_kind == MatchKind::Full {
            nullable.len() == fk.columns.len()
        } else {
            !nullable.is_empty()
        };
        let parent = &self.planner.schema[fk.parent].name;
        if !excused {
            let reason = format!(
                "({}) must refer to `{parent}`, which has no rows",
                names(self.relation.table, &fk.columns)
            );
            return Err(Cap::new(0, ShortfallCode::EmptyParent, reason, fk.span));
        }
        let why = format!("`{parent}` has no rows");
        for column in nullable {
            self.set(column, Cell::Null, "NULL", "-", &why);
        }
        Ok(())
    }

    /// All columns of the reference follow other references already: it is implied, or those may only draw parent rows
    /// whose values this one's parent has too.
    fn restrict_owner(&mut self, fk: &ForeignKey) {
        let owners: HashSet<usize> = fk.columns.iter().filter_map(|c| self.owner(*c)).collect();
        let Some(owner) = owners.iter().min().copied().filter(|_| owners.len() == 1) else {
            self.must_be_member(fk);
            return;
        };
        let mapped: Vec<ColumnIdx> = fk.columns.iter().filter_map(|c| self.mapped(owner, *c)).collect();
        if self.is_implied(self.references[owner].parent, &mapped, fk, 0) {
            return;
        }
        if !self.filter_candidates(owner, &mapped, fk, &fk.parent_columns) {
            self.must_be_member(fk);
        }
    }

    fn mapped(&self, owner: usize, column: ColumnIdx) -> Option<ColumnIdx> {
        let draft = &self.references[owner];
        draft.columns.iter().position(|c| *c == column).map(|i| draft.parent_columns[i])
    }

    /// Whether a row of `table` always has a row of the reference's parent with the same values, by references of its
    /// own.
    fn is_implied(&self, table: TableId, columns: &[ColumnIdx], fk: &ForeignKey, depth: u32) -> bool {
        if table == fk.parent && columns == fk.parent_columns {
            return true;
        }
        if depth > 8 {
            return false;
        }
        let relation = Relation::new(self.planner.schema, table);
        relation.references.iter().any(|up| {
            let through: Option<Vec<ColumnIdx>> = columns.iter().map(|c| counterpart(up, *c)).collect();
            let present = columns.iter().all(|c| !self.planner.schema[table][*c].nullable);
            through.is_some_and(|t| {
                present && up.parent != table && self.is_implied(up.parent, &t, fk, depth + 1)
            })
        })
    }

    /// Keeps, of a drafted reference's candidates, those whose `mapped` columns occur as `theirs` in another parent.
    /// False if the other parent isn't planned yet or is too large.
    fn filter_candidates(
        &mut self,
        owner: usize,
        mapped: &[ColumnIdx],
        fk: &ForeignKey,
        theirs: &[ColumnIdx],
    ) -> bool {
        let Some(there) = self.values(fk.parent, theirs) else { return false };
        let there: HashSet<Vec<u8>> = there.into_iter().flatten().collect();
        let draft = &self.references[owner];
        let Some(here) = self.values(draft.parent, mapped) else { return false };
        let kept: Vec<u64> = (0..draft.candidates.len())
            .map(|rank| draft.candidates.row(rank))
            .filter(|row| here.get(*row as usize).and_then(Option::as_ref).is_some_and(|v| there.contains(v)))
            .collect();
        if kept.is_empty() {
            return false;
        }
        self.memory.push(format!(
            "{} rows of `{}` that agree with `{}`: {} bytes",
            kept.len(),
            self.planner.schema[draft.parent].name,
            self.planner.schema[fk.parent].name,
            kept.len() * 8
        ));
        self.references[owner].candidates = Candidates::Listed(kept.into());
        true
    }

    /// Some columns of every row of a planned table, as bytes to compare; `None` for NULLs.
    pub(super) fn values(&self, table: TableId, columns: &[ColumnIdx]) -> Option<Vec<Option<Vec<u8>>>> {
        let rows = self.programs.get(table)?.rows;
        if rows > LARGEST_INDEX {
            return None;
        }
        let numbers: Vec<u64> = (0..rows).collect();
        let filled = Filler::new(self.programs, table, &numbers, 0)?.columns(columns);
        let value = |i: usize| {
            let mut bytes = Vec::new();
            shared_key(&filled, i, &mut bytes).map(|()| bytes)
        };
        Some((0..numbers.len()).map(value).collect())
    }

    /// Part of the reference's columns follow another reference: its own part is drawn among the parent rows that
    /// agree with them.
    fn draft_shared(&mut self, fk: &ForeignKey, owned: &[ColumnIdx]) -> Result<(), Cap> {
        let free: Vec<ColumnIdx> = fk.columns.iter().copied().filter(|c| !owned.contains(c)).collect();
        let theirs: Vec<ColumnIdx> = owned.iter().filter_map(|c| counterpart(fk, *c)).collect();
        if self.candidates(fk).len() == 0 {
            return self.without_parent(fk);
        }
        let Some(values) = self.values(fk.parent, &theirs) else {
            let nullable: Vec<ColumnIdx> = free.iter().copied().filter(|c| self.facts[*c].nullable).collect();
            for column in &nullable {
                self.set(
                    *column,
                    Cell::Null,
                    "NULL",
                    "-",
                    "its parent comes later, and shares columns with another reference",
                );
            }
            if nullable.is_empty() {
                self.overlap_limit(fk);
            }
            return Ok(());
        };
        let mut rows: HashMap<Vec<u8>, Vec<u64>> = HashMap::new();
        for (row, value) in values.into_iter().enumerate() {
            if let Some(value) = value {
                rows.entry(value).or_default().push(row as u64);
            }
        }
        let nulls = self.reference_nulls(fk, &free);
        let owners: HashSet<usize> = owned.iter().filter_map(|c| self.owner(*c)).collect();
        if nulls.law.is_none() {
            let owner = owners.iter().min().copied().filter(|_| owners.len() == 1);
            let restricted = owner.is_some_and(|owner| {
                let mapped: Vec<ColumnIdx> = owned.iter().filter_map(|c| self.mapped(owner, *c)).collect();
                self.filter_candidates(owner, &mapped, fk, &theirs)
            });
            if !restricted {
                self.overlap_limit(fk);
            }
        }
        self.memory.push(format!(
            "an index of `{}` by ({}): about {} bytes",
            self.planner.schema[fk.parent].name,
            names(self.relation.table, owned),
            rows.len() * 64
        ));
        let index =
            SharedIndex { key: self.joint_key(&fk.columns, "reference"), columns: owned.to_vec(), rows };
        let candidates = self.candidates(fk);
        self.push(
            fk,
            free,
            candidates,
            nulls,
            Some((ReferenceLaw::Indexed(Arc::new(index)), "among the rows that share its columns")),
        );
        Ok(())
    }

    fn draft_self_reference(&mut self, fk: &ForeignKey, owned: &[ColumnIdx]) {
        let free: Vec<ColumnIdx> =
            fk.columns.iter().copied().filter(|c| !owned.contains(c) && !self.is_settled(*c)).collect();
        // A column that refers to itself holds by being itself.
        let itself = fk.columns.iter().all(|c| counterpart(fk, *c) == Some(*c));
        if itself || free.is_empty() {
            if !itself {
                self.overlap_limit(fk);
            }
            return;
        }
        let in_own_key = free.iter().any(|c| fk.parent_columns.contains(c));
        if in_own_key {
            self.overlap_limit(fk);
            return;
        }
        let shared: Vec<(ColumnIdx, ColumnIdx)> = fk
            .columns
            .iter()
            .filter(|c| !free.contains(c))
            .filter_map(|c| Some((*c, counterpart(fk, *c)?)))
            .filter(|(a, b)| a != b || owned.contains(a))
            .collect();
        let nullable = free.iter().any(|c| self.facts[*c].nullable);
        let key = self.joint_key(&fk.columns, "reference");
        let unique = self
            .relation
            .keys
            .iter()
            .any(|k| k.predicate.is_none() && k.columns.iter().all(|c| free.contains(c)));
        let (law, name) = if unique && shared.is_empty() {
            (ReferenceLaw::Chain { rooted_in_itself: !nullable }, "chain")
        } else {
            (
                ReferenceLaw::Tree {
                    key,
                    referred: fk.parent_columns.clone(),
                    shared,
                    rooted_in_itself: !nullable,
                },
                "tree",
            )
        };
        let nulls = if nullable {
            Nulls::at_rate(self.joint_key(&free, "null"), if unique { 0.0 } else { self.root_rate(free[0]) })
        } else {
            Nulls::NEVER
        };
        self.push(fk, free, Candidates::All(self.rows), nulls, Some((law, name)));
    }

    pub(super) fn overlap_limit(&mut self, fk: &ForeignKey) {
        let message = format!(
            "the reference ({}) to `{}` shares columns with others in a way that is not solved",
            names(self.relation.table, &fk.columns),
            self.planner.schema[fk.parent].name
        );
        self.limit("reference-overlap", message, fk.span);
    }

    /// The parent rows that a reference may draw: generated ones, or those that the target holds already where none
    /// are generated.
    pub(super) fn candidates(&self, fk: &ForeignKey) -> Candidates {
        let Some(parent) = self.programs.get(fk.parent).or_else(|| self.planner.earlier.get(fk.parent))
        else {
            return Candidates::All(self.planner.expected_rows(fk.parent));
        };
        let generated = present_rows(self.programs, parent, &fk.parent_columns);
        match &parent.known {
            Some(known) if generated.len() == 0 => {
                Candidates::Listed(known.present(&fk.parent_columns).into())
            }
            _ => generated,
        }
    }
}

/// The rows of a table in which some columns are not NULL.
fn present_rows(programs: &Programs, parent: &Program, columns: &[ColumnIdx]) -> Candidates {
    let mut laws: Vec<&Stratified> = Vec::new();
    let mut rows = parent.rows;
    if rows == 0 {
        return Candidates::All(0);
    }
    // Strata of sieved columns count proposals, not rows.
    if parent.sieve.as_ref().is_some_and(|sieve| columns.iter().any(|c| sieve.follows(parent, *c))) {
        let numbers: Vec<u64> = (0..rows).collect();
        let mut filler = Filler::of(programs, parent, &numbers);
        let filled = filler.columns(columns);
        let is_present = |row: &u64| filled.iter().all(|f| f.is_present(*row as usize));
        return Candidates::Listed(numbers.iter().copied().filter(is_present).collect());
    }
    for column in columns {
        let nulls = match &parent.cells[*column] {
            Cell::Null | Cell::Server => return Candidates::All(0),
            Cell::Listed { nulls, .. } => nulls,
            Cell::Referenced { nullable: false, .. } => continue,
            Cell::Referenced { reference, .. } => &parent.references[*reference].nulls,
        };
        rows = rows.min(nulls.surplus_from);
        if let Some(law) = &nulls.law {
            laws.push(law);
        }
    }
    match laws.as_slice() {
        [] => Candidates::All(rows),
        [law] => Candidates::Present { law: (*law).clone(), rows, count: law.count(1, rows) },
        _ => Candidates::Listed((0..rows).filter(|r| laws.iter().all(|law| law.stratum(*r) == 1)).collect()),
    }
}

fn counterpart(fk: &ForeignKey, column: ColumnIdx) -> Option<ColumnIdx> {
    fk.columns.iter().position(|c| *c == column).and_then(|i| fk.parent_columns.get(i)).copied()
}
