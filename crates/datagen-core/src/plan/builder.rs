//! Building one table's program.

use super::column::Listing;
use super::facts::{ColumnFacts, Remaining, context, gather};
use super::keys::KeyNote;
use super::relation::{EffectiveKey, Reachable, Relation, reachable};
use super::sieve::{Membership, Surroundings};
use super::{PlanError, Planner, Programs};
use crate::list::{LiteralList, Syllables};
use crate::program::{Candidates, Cell, CellLaw, Joint, Nulls, Program, Reference, ReferenceLaw};
use crate::redraw::Redraw;
use crate::residue::Residue;
use crate::units::empty_buffer;
use crate::{
    ColumnExplanation, ColumnSpec, Factor, Limit, Limitation, Shortfall, ShortfallCode, Verdict, arrow_type,
};
use seedbed_laws::LawKey;
use seedbed_laws::{Law, Permutation};
use seedbed_schema_model::{ColumnIdx, ReferenceOrigin, Span, SqlType, TableId};
use seedbed_sql_semantics::{DanglingReference, semantics};
use std::collections::{BTreeMap, BTreeSet};

/// A table under construction.
pub(super) struct TableBuilder<'a> {
    pub(super) planner: &'a Planner<'a>,
    pub(super) programs: &'a Programs,
    pub(super) relation: &'a Relation<'a>,
    pub(super) rows: u64,
    pub(super) facts: Vec<ColumnFacts<'a>>,
    pub(super) remaining: Vec<Remaining>,
    pub(super) cells: Vec<Option<Cell>>,
    pub(super) notes: Vec<Option<ColumnExplanation>>,
    pub(super) references: Vec<Drafted>,
    pub(super) joints: Vec<Joint>,
    pub(super) key_notes: Vec<KeyNote>,
    pub(super) limitations: Vec<Limitation>,
    pub(super) memory: Vec<String>,
    pub(super) errors: Vec<PlanError>,
    /// Keys that no law holds.
    pub(super) unsolved_keys: Vec<EffectiveKey>,
    /// References whose columns all follow others.
    pub(super) unsolved_references: Vec<Membership>,
    /// The columns that follow a sieve's proposals.
    pub(super) sieved: BTreeSet<ColumnIdx>,
    /// The lists of JSON columns whose CHECKs speak of members, once they are made.
    pub(super) documents: BTreeMap<ColumnIdx, Option<Listing>>,
    /// Whether a key may be held by numbering the children of each parent, which fixes both for good.
    pub(super) numbers_children: bool,
}

/// A reference whose law is not yet fixed.
#[derive(Debug)]
pub(super) struct Drafted {
    pub(super) parent: TableId,
    pub(super) candidates: Candidates,
    pub(super) nulls: Nulls,
    /// `None` until a key or a shared column decides it.
    pub(super) law: Option<ReferenceLaw>,
    pub(super) columns: Vec<ColumnIdx>,
    pub(super) parent_columns: Vec<ColumnIdx>,
    pub(super) is_self: bool,
    pub(super) title: String,
    pub(super) law_name: &'static str,
    /// Who says that there is this reference.
    pub(super) origin: ReferenceOrigin,
}

impl Drafted {
    fn finish(self) -> Reference {
        let law = self.law.unwrap_or(ReferenceLaw::Hashed(LawKey(0)));
        Reference { parent: self.parent, law, nulls: self.nulls, candidates: self.candidates }
    }
}

/// The table can't have so many rows.
#[derive(Clone, Debug)]
pub(super) struct Cap {
    pub(super) rows: u64,
    pub(super) shortfall: Box<Shortfall>,
    /// The wish of the spec that leaves nothing, if it is one.
    pub(super) spec_error: Option<Box<PlanError>>,
    /// Whether numbered children are part of the reason: another construction may do better.
    pub(super) numbered: bool,
}

impl Cap {
    /// A bound without numbers of its own.
    pub(super) fn new(rows: u64, code: ShortfallCode, reason: String, span: Span) -> Self {
        let shortfall = Box::new(Shortfall { span: Some(span), ..Shortfall::new(code, reason) });
        Self { rows, shortfall, spec_error: None, numbered: false }
    }

    /// A bound that is a product: the constraint's title, and what it multiplies.
    pub(super) fn of_product(title: &str, factors: Vec<Factor>, asked: u64, span: Span) -> Self {
        let limit = Limit::new(factors, asked);
        let mut cap = Self::new(limit.rows, ShortfallCode::Capacity, title.to_owned(), span);
        cap.shortfall.limit = Some(limit);
        cap
    }

    /// Not proven: no construction was found.
    pub(super) fn undecided(mut self) -> Self {
        self.shortfall.verdict = Verdict::Undecided;
        self
    }
}

/// A finished table.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) program: Program,
    pub(super) notes: Vec<ColumnExplanation>,
    pub(super) keys: Vec<KeyNote>,
    pub(super) limitations: Vec<Limitation>,
    pub(super) memory: Vec<String>,
    pub(super) errors: Vec<PlanError>,
}

impl<'a> TableBuilder<'a> {
    /// Starts a table of so many rows.
    pub(super) fn new(
        planner: &'a Planner<'a>,
        programs: &'a Programs,
        relation: &'a Relation<'a>,
        rows: u64,
    ) -> Self {
        let spec_of = |c: ColumnIdx| planner.column_spec(relation.id, c).cloned();
        let (facts, remaining) = gather(planner.schema, relation, &spec_of);
        let columns = relation.table.columns.len();
        Self {
            planner,
            programs,
            relation,
            rows,
            facts,
            remaining,
            cells: (0..columns).map(|_| None).collect(),
            notes: vec![None; columns],
            references: Vec::new(),
            joints: Vec::new(),
            key_notes: Vec::new(),
            limitations: Vec::new(),
            memory: Vec::new(),
            errors: Vec::new(),
            unsolved_keys: Vec::new(),
            unsolved_references: Vec::new(),
            sieved: BTreeSet::new(),
            documents: BTreeMap::new(),
            numbers_children: true,
        }
    }

    /// Decides everything.
    ///
    /// # Errors
    /// [`Cap`] when the table can't have that many rows.
    pub(super) fn build(
        planner: &'a Planner<'a>,
        programs: &'a Programs,
        relation: &'a Relation<'a>,
        rows: u64,
    ) -> Result<Built, Cap> {
        let numbered = match Self::new(planner, programs, relation, rows).decide() {
            Err(cap) if cap.numbered => cap,
            result => return result,
        };
        // Children numbered by their parents can stand in the way of other keys.
        let free = Self { numbers_children: false, ..Self::new(planner, programs, relation, rows) };
        match free.decide() {
            Err(cap) if cap.rows <= numbered.rows => Err(numbered),
            result => result,
        }
    }

    fn decide(mut self) -> Result<Built, Cap> {
        if reachable(self.planner.schema, self.relation.id) == Reachable::Nothing {
            let reason = format!(
                "`{}` is partitioned, and the schema declares no partition that takes rows",
                self.relation.table.name
            );
            return Err(Cap::new(0, ShortfallCode::UnreachablePartition, reason, self.relation.table.span));
        }
        self.check_wishes();
        self.check_follower()?;
        self.settle_fixed_columns()?;
        self.draft_references()?;
        self.fix_keys()?;
        let sieve = self.draft_sieve();
        self.finish_references();
        self.finish_columns()?;
        let residue = self.residue()?;
        let (programs, planner, relation) = (self.programs, self.planner, self.relation);
        let mut built = self.assemble(residue);
        if let Some(sieve) = sieve {
            let known = planner.request.existing.tables.get(&relation.id).map(|t| &t.known);
            let around = Surroundings { schema: planner.schema, table: relation.table, known };
            let is_numbered = |r: &Reference| matches!(r.law, ReferenceLaw::FanOut(_));
            let numbered = built.program.references.iter().any(is_numbered);
            let memory =
                sieve.sieve(programs, &mut built.program, &around).map_err(|cap| Cap { numbered, ..cap })?;
            built.memory.push(memory);
        }
        Ok(built)
    }

    /// A key below the table's and column's names.
    pub(super) fn key(&self, column: ColumnIdx, purpose: &str) -> LawKey {
        let table = self.relation.table;
        LawKey::derive(self.planner.seed, &[&table.name.to_string(), &table[column].name], purpose)
    }

    /// A key below the table's name and several columns' names.
    pub(super) fn joint_key(&self, columns: &[ColumnIdx], purpose: &str) -> LawKey {
        let table = self.relation.table;
        let name = table.name.to_string();
        let mut path = vec![name.as_str()];
        path.extend(columns.iter().map(|c| table[*c].name.as_str()));
        LawKey::derive(self.planner.seed, &path, purpose)
    }

    pub(super) fn spec_of(&self, column: ColumnIdx) -> Option<&ColumnSpec> {
        self.planner.column_spec(self.relation.id, column)
    }

    pub(super) fn null_rate(&self, column: ColumnIdx) -> f64 {
        if !self.facts[column].nullable {
            return 0.0;
        }
        self.spec_of(column).and_then(|s| s.null_rate).or(self.planner.request.spec.null_rate).unwrap_or_else(
            || if self.identifies(column) { 0.0 } else { usual_null_rate(&self.relation.table[column].name) },
        )
    }

    /// Share of roots in a self reference, beside the first row: what was asked, or few.
    pub(super) fn root_rate(&self, column: ColumnIdx) -> f64 {
        self.spec_of(column)
            .and_then(|s| s.null_rate)
            .or(self.planner.request.spec.null_rate)
            .unwrap_or(ROOTS)
    }

    /// Whether the column alone is a key: then it is known of every row, unless asked otherwise.
    fn identifies(&self, column: ColumnIdx) -> bool {
        self.owner(column).is_none()
            && self.relation.keys.iter().any(|k| k.columns == [column] && k.predicate.is_none())
    }

    /// Whether the column is part of any key.
    pub(super) fn is_keyed(&self, column: ColumnIdx) -> bool {
        self.relation.keys.iter().any(|k| k.columns.contains(&column))
    }

    pub(super) fn is_settled(&self, column: ColumnIdx) -> bool {
        self.cells[column].is_some()
    }

    pub(super) fn set(&mut self, column: ColumnIdx, cell: Cell, provider: &str, law: &str, why: &str) {
        let null_rate = match &cell {
            Cell::Null => 1.0,
            Cell::Listed { nulls, .. } if nulls.law.is_some() => self.null_rate(column),
            _ => 0.0,
        };
        self.notes[column] = Some(ColumnExplanation {
            column: self.relation.table[column].name.clone(),
            provider: provider.to_owned(),
            law: law.to_owned(),
            null_rate,
            why: why.to_owned(),
        });
        self.cells[column] = Some(cell);
    }

    pub(super) fn limit(&mut self, code: &str, message: String, span: Span) {
        let table = self.relation.table.name.to_string();
        self.limitations.push(Limitation { code: code.to_owned(), table, message, span: Some(span) });
    }

    /// Columns that leave no choice: generated, always NULL.
    ///
    /// # Errors
    /// [`Cap`] when a column may hold neither NULL nor anything else.
    fn settle_fixed_columns(&mut self) -> Result<(), Cap> {
        for (index, column) in self.relation.table.columns_indexed() {
            let facts = &self.facts[index];
            if column.generated.is_some() {
                self.set(index, Cell::Server, "left to the server", "-", "a generated column");
            } else if facts.must_be_null && !facts.nullable && self.rows > 0 {
                let reason = format!("`{}` can't be NULL, and a CHECK leaves only NULL", column.name);
                return Err(Cap::new(0, ShortfallCode::Capacity, reason, column.span));
            } else if facts.must_be_null
                || facts.domain.allowed.as_ref().is_some_and(Vec::is_empty) && facts.nullable
            {
                self.set(index, Cell::Null, "NULL", "-", "a CHECK leaves only NULL");
            } else if self.relation.dangling.iter().any(|d| d.contains(&index)) && facts.nullable {
                self.set(index, Cell::Null, "NULL", "-", "it refers to what does not exist");
            }
        }
        for dangling in &self.relation.dangling {
            if dangling.iter().any(|c| matches!(self.cells[*c], Some(Cell::Null))) {
                continue;
            }
            let reason = format!(
                "({}) refers to what does not exist, and can't be NULL",
                super::relation::names(self.relation.table, dangling)
            );
            let span = dangling.first().map_or(self.relation.table.span, |c| self.relation.table[*c].span);
            // Where no such table can be made, it is our reading that lacks the parent.
            let rules = &semantics(self.planner.schema.dialect).constraints;
            if rules.dangling_reference == DanglingReference::RowsRefused && self.rows > 0 {
                return Err(Cap::new(0, ShortfallCode::EmptyParent, reason, span));
            }
            self.limit("reference-unresolved", reason, span);
        }
        Ok(())
    }

    fn finish_references(&mut self) {
        for index in 0..self.references.len() {
            if self.references[index].law.is_none() {
                let key = self.joint_key(&self.references[index].columns.clone(), "reference");
                self.references[index].law = Some(ReferenceLaw::Hashed(key));
                self.references[index].law_name = "hashed";
            }
        }
        for index in 0..self.references.len() {
            let draft = &self.references[index];
            let (columns, parents, law, title) =
                (draft.columns.clone(), draft.parent_columns.clone(), draft.law_name, draft.title.clone());
            let why = match &draft.origin {
                ReferenceOrigin::Declared => super::explanation::FOREIGN_KEY.to_owned(),
                ReferenceOrigin::Named => "the spec names the reference".to_owned(),
                ReferenceOrigin::Inferred { reason } => format!("inferred: {reason}"),
            };
            for (column, parent_column) in columns.into_iter().zip(parents) {
                if !self.is_settled(column) {
                    let nullable = self.facts[column].nullable;
                    let rate = if nullable && self.references[index].nulls.law.is_some() {
                        if self.references[index].is_self {
                            self.root_rate(column)
                        } else {
                            self.null_rate(column)
                        }
                    } else {
                        0.0
                    };
                    self.set(
                        column,
                        Cell::Referenced { reference: index, parent_column, nullable },
                        &title,
                        law,
                        &why,
                    );
                    if let Some(note) = &mut self.notes[column] {
                        note.null_rate = rate;
                    }
                }
            }
        }
    }

    fn finish_columns(&mut self) -> Result<(), Cap> {
        for (index, _) in self.relation.table.columns_indexed() {
            if self.is_settled(index) {
                continue;
            }
            let Some(listing) = self.listing(index, None) else {
                self.settle_without_list(index)?;
                continue;
            };
            let listing = self.fitted(index, listing);
            let nulls = self.nulls(index);
            if matches!(listing.sampler.cardinality(), crate::Cardinality::Exact(0)) {
                self.settle_without_list(index)?;
                continue;
            }
            let (law, name) = match listing.entity {
                Some(role) => {
                    let table = self.relation.table.name.to_string();
                    let key = LawKey::derive(self.planner.seed, &[&table, role.entity], "entity")
                        .child(role.group.into());
                    (CellLaw::Entity(Permutation::new(key, self.planner.entity_len(self.rows))), "entity")
                }
                None => {
                    let law = self.free_law(index, &listing);
                    let name = law.name();
                    (CellLaw::Own(law), name)
                }
            };
            let (provider, why) = (listing.provider.clone(), listing.why.clone());
            self.set(index, Cell::Listed { sampler: listing.sampler, law, nulls }, &provider, name, &why);
        }
        Ok(())
    }

    /// The NULL law of a free column.
    pub(super) fn nulls(&self, column: ColumnIdx) -> Nulls {
        if self.facts[column].nullable {
            Nulls::at_rate(self.key(column, "null"), self.null_rate(column))
        } else {
            Nulls::NEVER
        }
    }

    /// A column that has no list: nothing is known of its type, or its constraints leave no value.
    fn settle_without_list(&mut self, index: ColumnIdx) -> Result<(), Cap> {
        let column = &self.relation.table[index];
        let facts = &self.facts[index];
        let unknown = matches!(facts.base, SqlType::Unknown { .. })
            || LiteralList::new(self.planner.schema, facts.base, LawKey(0)).is_none();
        let why = if unknown { "nothing is known of its type" } else { "no value satisfies its constraints" };
        if self.spec_of(index).is_some_and(|s| s.range.is_some()) {
            let reason = format!("no value of `{}` satisfies its constraints", column.name);
            let mut cap = Cap::new(0, ShortfallCode::Capacity, reason, column.span);
            let reason = "its range leaves no value that the column's type and CHECKs allow".to_owned();
            cap.spec_error = Some(Box::new(self.bad_spec(index, reason)));
            return Err(cap);
        }
        if unknown && column.default.is_some() {
            self.set(
                index,
                Cell::Server,
                "left to the server",
                "-",
                "nothing is known of its type; it has a default",
            );
        } else if facts.nullable {
            self.set(index, Cell::Null, "NULL", "-", why);
        } else if unknown {
            let message = format!(
                "`{}` has type `{}`, of which no values are known",
                column.name, column.declared_type
            );
            let sampler = std::sync::Arc::new(Syllables { key: self.key(index, "list"), words: 1 });
            let law = CellLaw::Own(Law::Huge(self.key(index, "law")));
            self.limit("type-unknown", message, column.span);
            self.set(index, Cell::Listed { sampler, law, nulls: Nulls::NEVER }, "words", "permutation", why);
        } else {
            let reason = format!("no value of `{}` satisfies its constraints", column.name);
            let cap = Cap::new(0, ShortfallCode::Capacity, reason, column.span);
            return Err(cap);
        }
        Ok(())
    }

    /// A column's wish that can't be met.
    pub(super) fn bad_spec(&self, index: ColumnIdx, reason: String) -> PlanError {
        PlanError::BadColumnSpec {
            table: self.relation.table.name.to_string(),
            column: self.relation.table[index].name.clone(),
            reason,
            span: self.relation.table[index].span,
        }
    }

    fn assemble(mut self, residue: Residue) -> Built {
        let schema = &self.planner.schema;
        let free = self.redrawn();
        let first_row = self.session_user();
        let cells: Vec<Cell> = self.cells.into_iter().map(|c| c.unwrap_or(Cell::Null)).collect();
        let emitted = (0..cells.len())
            .filter(|i| !matches!(cells[*i], Cell::Server))
            .map(|i| ColumnIdx(i as u16))
            .collect();
        let buffers =
            self.relation.table.columns.iter().map(|c| empty_buffer(&arrow_type(schema, &c.ty))).collect();
        let references: Vec<Reference> = self.references.into_iter().map(Drafted::finish).collect();
        let redraw = Redraw::new(&cells, &references, free);
        let program = Program {
            table: self.relation.id,
            rows: self.rows,
            cells,
            buffers,
            references,
            joints: self.joints,
            residue,
            redraw,
            sieve: None,
            known: None,
            first_row,
            emitted,
            computed: Vec::new(),
        };
        Built {
            program,
            notes: self.notes.into_iter().flatten().collect(),
            keys: self.key_notes,
            limitations: self.limitations,
            memory: self.memory,
            errors: self.errors,
        }
    }

    pub(super) fn cx(&self) -> seedbed_sql_semantics::Context<'_> {
        context(self.planner.schema, self.relation.table)
    }
}

/// Share of rows of a self reference that are roots, beside the first: trees, not a forest of single rows.
const ROOTS: f64 = 0.05;

/// NULLs are the exception, except in columns that tell of an end that most rows have not met.
fn usual_null_rate(name: &str) -> f64 {
    let name = name.to_ascii_lowercase();
    let rare = [
        "deleted",
        "archived",
        "removed",
        "cancelled",
        "canceled",
        "revoked",
        "banned",
        "suspended",
        "locked",
    ];
    if rare.iter().any(|r| name.contains(r)) { 0.85 } else { 0.1 }
}
