//! Building the branches of a component of CHECKs: its formulas, what may change of each of its columns, and the lists
//! that its cases need.
//!
//! CHECKs over several columns are read as formulas over conditions; a branch is a conjunction of conditions that makes
//! all of them pass. When a row's own draws break one, the solver settles the row in the branch that changes least.
//! What it needs for that is put together here, once: per column a variable with its freedom, its units or its short
//! list; per condition over one column of a short list the set of values that meet it, as a bit mask.

use super::documents;
use super::leftover::LeftoverPass;
use super::lists::Lists;
use seedbed_datagen_core::{Cardinality, Sampler};
use seedbed_rows::list::LiteralList;
use seedbed_rows::{CellLaw, ColumnCells, ColumnProgram};
use seedbed_schema_model::{ColumnIdx, Expr, MatchKind, SqlType};
use seedbed_solver::{Condition, Formula, Freedom, Narrowing, Subject, Truths, Units, ValueDomain};
use seedbed_sql_semantics::truth;
use seedbed_sql_values::Value;
use std::sync::Arc;

/// Branches whose variables carry what makes cells of their values.
type Branches = seedbed_solver::Branches<ColumnCells>;
/// A variable of them: one column.
type Variable = seedbed_solver::Variable<ColumnCells>;

/// Lists up to this long are kept as sets of values: a bit each in a mask of 64.
const SHORT: usize = 64;

impl LeftoverPass<'_, '_> {
    /// The branches of some conditions over the columns that they read; a `changeable` column that none reads belongs
    /// to the reference of one that some does. Equal conditions get one number, whichever CHECK they come from.
    pub(super) fn branches(
        &mut self,
        checks: &[Expr],
        reads: &[ColumnIdx],
        changeable: &[ColumnIdx],
    ) -> Branches {
        let mut goals: Vec<Formula> = {
            let cx = self.cx.expressions();
            checks.iter().map(|e| Formula::passes(e, &cx)).collect()
        };
        let mut conditions: Vec<Condition> = Vec::new();
        for goal in &mut goals {
            goal.conditions(&mut |condition| {
                // Compared under one number, and without copying either.
                let known = conditions.iter().enumerate().position(|(number, c)| {
                    condition.number = number;
                    c == condition
                });
                condition.number = known.unwrap_or(conditions.len());
                if known.is_none() {
                    conditions.push(condition.clone());
                }
            });
        }
        let mut columns: Vec<ColumnIdx> = reads.iter().chain(changeable).copied().collect();
        // By name, so that the order of columns in the DDL doesn't matter.
        columns.sort_by_key(|c| &self.cx.table()[*c].name);
        columns.dedup();
        let variables: Vec<Variable> =
            columns.iter().map(|c| self.variable(*c, &conditions, &goals)).collect();
        let masks = conditions.iter().map(|c| self.mask(c, &variables)).collect();
        let key = self.cx.joint_key(&columns, "branches");
        Branches { goals, variables, masks, key }
    }

    /// What may change of a column after its own draw.
    pub(super) fn freedom(&self, column: ColumnIdx) -> Freedom {
        let (keyed, referred) =
            (self.draft.is_bound_by_keys(&self.cx, column), self.cx.is_referred_to(column));
        match &self.draft.cells[column] {
            // It shows what is so in another row.
            _ if self.cx.table().is_shown_only(column) => Freedom::Fixed,
            _ if referred || self.sieved.contains(&column) => Freedom::Fixed,
            Some(ColumnProgram::Listed { law: CellLaw::Own(_) | CellLaw::Entity(_), .. }) if !keyed => {
                Freedom::Value
            }
            Some(ColumnProgram::Listed { nulls, .. }) if nulls.can_vary() => Freedom::Absence,
            Some(ColumnProgram::Referenced { reference, nullable: true, .. })
                if self.draft.references[*reference].nulls.can_vary() =>
            {
                Freedom::Absence
            }
            _ => Freedom::Fixed,
        }
    }

    /// A column as the branches see it: what it may become, and with which lists.
    fn variable(&mut self, column: ColumnIdx, conditions: &[Condition], goals: &[Formula]) -> Variable {
        let schema = self.cx.schema();
        let (base, domain) = (self.facts[column].base, self.facts[column].domain.clone());
        let freedom = self.freedom(column);
        let short = self.short_list(column).filter(|_| freedom == Freedom::Value);
        let units = Units::of(base, schema.dialect);
        let (lists, offered) = match (freedom, &units, &short) {
            (Freedom::Value, None, None) => {
                let asked = asked_of(column, conditions, goals);
                (self.lists(column, conditions, &asked), self.offered(column, conditions, &asked))
            }
            _ => Default::default(),
        };
        let key = self.cx.key(column, "branch");
        let cells = ColumnCells {
            ty: base.clone(),
            buffer: self.cx.buffer(column),
            lists,
            offered,
            literals: LiteralList::new(schema, base, key),
            key,
            schema: Arc::clone(schema),
        };
        Variable {
            column,
            ty: base.clone(),
            units,
            domain,
            freedom,
            nullable: self.nulls_vary(column),
            always_null: self.draft.is_always_null(column),
            short,
            reference: self.draft.owner(column),
            all_or_none: self.is_null_all_or_none(column),
            has_shares: self.has_shares(column),
            key,
            cells,
        }
    }

    /// Whether a column's own draw makes it NULL in some rows and not in others, or in all.
    fn nulls_vary(&self, column: ColumnIdx) -> bool {
        match &self.draft.cells[column] {
            Some(ColumnProgram::Listed { nulls, .. }) => nulls.can_vary(),
            Some(ColumnProgram::Referenced { reference, nullable, .. }) => {
                *nullable && self.draft.references[*reference].nulls.can_vary()
            }
            Some(ColumnProgram::Null) => true,
            _ => false,
        }
    }

    /// Whether the column is of a MATCH FULL reference of several columns, which are NULL all together or not at all.
    fn is_null_all_or_none(&self, column: ColumnIdx) -> bool {
        let mut references = self.cx.constraints.references.iter();
        references.any(|fk| {
            fk.match_kind == MatchKind::Full && fk.columns.len() > 1 && fk.columns.contains(&column)
        })
    }

    /// Whether the column has a short list, whose values get exact shares.
    fn has_shares(&self, column: ColumnIdx) -> bool {
        match &self.draft.cells[column] {
            Some(ColumnProgram::Listed { sampler, .. }) => {
                matches!(sampler.cardinality(), Cardinality::Exact(n) if n <= SHORT as u64)
            }
            _ => false,
        }
    }

    /// All values that a column may take, where they are few and the list is the column's own, not a provider's choice.
    fn short_list(&self, column: ColumnIdx) -> Option<Vec<Value>> {
        let facts = &self.facts[column];
        let text = |labels: &[String]| labels.iter().map(|l| Value::Text(l.clone())).collect::<Vec<Value>>();
        let asked = self
            .cx
            .spec_of(column)
            .is_some_and(|s| s.values.is_some() || s.provider.is_some() || s.examples.is_some());
        let values = match (&facts.domain.allowed, facts.base) {
            _ if asked => self.own_list(column)?,
            (Some(allowed), _) => allowed.clone(),
            (None, SqlType::Boolean) => vec![Value::Boolean(false), Value::Boolean(true)],
            (None, SqlType::Enum(id)) => text(&self.cx.schema()[*id].labels),
            (None, SqlType::InlineEnum(labels)) => text(labels),
            _ => self.short_range(column)?,
        };
        let values: Vec<Value> =
            values.into_iter().filter(|v| self.facts.allows(&self.cx, column, v)).collect();
        (values.len() <= SHORT).then_some(values)
    }

    /// The whole numbers of a short range.
    fn short_range(&self, column: ColumnIdx) -> Option<Vec<Value>> {
        let facts = &self.facts[column];
        if !matches!(facts.base, SqlType::Integer { .. })
            || facts.domain.low.is_none()
            || facts.domain.high.is_none()
        {
            return None;
        }
        let units = Units::of(facts.base, self.cx.schema().dialect)?;
        let (low, high) = units.range(&facts.domain, true)?;
        (high.saturating_sub(low) < SHORT as i128).then(|| (low..=high).map(Value::Integer).collect())
    }

    /// The values of the list that a column has, if they are few and it has one.
    fn own_list(&self, column: ColumnIdx) -> Option<Vec<Value>> {
        let Some(ColumnProgram::Listed { sampler, .. }) = &self.draft.cells[column] else { return None };
        let Cardinality::Exact(len) = sampler.cardinality() else { return None };
        if len > SHORT as u64 {
            return None;
        }
        let mut cells = self.cx.buffer(column);
        sampler.write(&(0..len).collect::<Vec<u64>>(), &mut cells);
        Some((0..cells.len()).map(|i| cells.value(i)).collect())
    }

    /// Which values of a short list satisfy a condition over that column alone: the column's place among the variables,
    /// and bit n for its n-th value. `None` for other conditions, and for those that ask for FALSE or UNKNOWN.
    fn mask(&self, condition: &Condition, variables: &[Variable]) -> Option<(usize, u64)> {
        let [column] = condition.columns.as_slice() else { return None };
        let at = variables.iter().position(|v| v.column == *column)?;
        if condition.truths != Truths::TRUE {
            return None;
        }
        let short = variables[at].short.as_ref()?;
        let mut row = vec![Value::Null; self.cx.table().columns.len()];
        let mut mask = 0_u64;
        for (bit, value) in short.iter().enumerate() {
            row[*column] = value.clone();
            if truth(&condition.expr, &row, &self.cx.expressions()) == Ok(Some(true)) {
                mask |= 1 << bit;
            }
        }
        Some((at, mask))
    }

    /// Lists for what the cases ask of a column that doesn't count: patterns, lengths, JSON of a shape. One for each
    /// condition on it, and for each set of conditions that stand together, with the domain that it serves.
    fn lists(
        &mut self,
        column: ColumnIdx,
        conditions: &[Condition],
        asked: &[Vec<usize>],
    ) -> Vec<(ValueDomain, Arc<dyn Sampler>)> {
        let own = self.facts[column].domain.clone();
        let mut lists: Vec<(ValueDomain, Arc<dyn Sampler>)> = Vec::new();
        for numbers in asked {
            let domain = {
                let cx = self.cx.expressions();
                let base = self.facts[column].base;
                let mut narrowing = Narrowing::new(Subject::Column(column), base, &cx);
                narrowing.domain = own.clone();
                for number in numbers {
                    narrowing.apply(&conditions[*number].expr);
                }
                narrowing.domain
            };
            if lists.iter().any(|(of, _)| *of == domain) || domain.allowed.is_some() {
                continue;
            }
            let mut narrowed = self.facts.clone();
            narrowed[column].domain = domain.clone();
            let mut choice =
                Lists { cx: self.cx, facts: &narrowed, documents: self.documents, found: self.found };
            if let Some(listing) = choice.listing(column, None) {
                let listing = choice.fitted(column, listing);
                lists.push((domain, listing.sampler));
            }
        }
        lists
    }

    /// Lists for what the cases ask of a column whose values have values inside, which no domain says: `tags @> '{a}'`
    /// where the kind is so.
    fn offered(
        &self,
        column: ColumnIdx,
        conditions: &[Condition],
        asked: &[Vec<usize>],
    ) -> Vec<Arc<dyn Sampler>> {
        let has_parts = matches!(
            self.facts[column].base,
            SqlType::Array { .. } | SqlType::Composite(_) | SqlType::Json { .. } | SqlType::Hstore
        );
        // What the column's list holds anyway needs no other one.
        if !has_parts || self.documents.contains_key(&column) && asked.len() < 2 {
            return Vec::new();
        }
        let of_set = |numbers: &Vec<usize>| {
            let exprs: Vec<&Expr> = numbers.iter().map(|number| &conditions[*number].expr).collect();
            documents::meeting(self.cx, self.facts, column, &exprs)
        };
        asked.iter().rev().filter_map(of_set).collect()
    }
}

/// The sets of conditions on one column that have to be true together in some case: each alone, and those that stand
/// together.
fn asked_of(column: ColumnIdx, conditions: &[Condition], goals: &[Formula]) -> Vec<Vec<usize>> {
    let alone = conditions.iter().filter(|c| c.columns == [column] && c.truths == Truths::TRUE);
    let mut asked: Vec<Vec<usize>> = alone.map(|c| vec![c.number]).collect();
    for goal in goals {
        together(goal, column, &mut asked);
    }
    asked
}

/// The conditions on one column that stand side by side in a conjunction, by their numbers; single ones left out.
fn together(formula: &Formula, column: ColumnIdx, into: &mut Vec<Vec<usize>>) {
    let (Formula::All(parts) | Formula::Any(parts)) = formula else { return };
    if matches!(formula, Formula::All(_)) {
        let numbers: Vec<usize> = parts
            .iter()
            .filter_map(|p| match p {
                Formula::Holds(c) if c.columns == [column] && c.truths == Truths::TRUE => Some(c.number),
                _ => None,
            })
            .collect();
        if numbers.len() > 1 && !into.contains(&numbers) {
            into.push(numbers);
        }
    }
    parts.iter().for_each(|p| together(p, column, into));
}
