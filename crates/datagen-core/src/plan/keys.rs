//! Making candidate keys hold by construction.
//!
//! Keys are taken by size, smallest first. A key holds already when an earlier one lies within it. Otherwise, in this
//! order: one wide free column is made distinct by itself; a position numbers the children of one parent; references and
//! short lists are drawn together from their product; for a key that overlaps one drawn so, the remaining coordinate
//! takes the other's ordinal.

use super::builder::{Cap, TableBuilder};
use super::relation::EffectiveKey;
use crate::list::Lattice;
use crate::program::{Cell, CellLaw, Joint, Nulls, ReferenceLaw};
use crate::shortfall::{counted, grouped};
use crate::units::Units;
use crate::{Cardinality, Counted, Factor};
use seedbed_laws::{FanOut, Law, Permutation};
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, KeyTerm, SqlType};
use std::sync::Arc;

/// How a key holds, for `explain`.
#[derive(Clone, Debug)]
pub(super) struct KeyNote {
    pub(super) text: String,
}

/// What varies independently in a key: a column of its own, or a reference as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Column(ColumnIdx),
    Reference(usize),
}

/// Lists at least this long count as wide: one of them makes a key by itself, whatever the row count.
const WIDE: u64 = 1 << 28;

/// Of lists at least this long a sample hardly shows that no value has come again.
const LONG: u64 = 1 << 16;

impl TableBuilder<'_> {
    /// Fixes the laws of all columns that take part in keys.
    pub(super) fn fix_keys(&mut self) -> Result<(), Cap> {
        let keys = self.relation.keys.clone();
        for exclusion in &self.relation.unread_exclusions {
            let name = exclusion.name.as_deref().unwrap_or("EXCLUDE");
            self.limit("exclusion", format!("the operators of `{name}` can't be read"), exclusion.span);
        }
        let mut held: Vec<Vec<ColumnIdx>> = Vec::new();
        for key in &keys {
            if let Some(inner) = held.iter().find(|h| h.iter().all(|c| key.columns.contains(c))).cloned() {
                if Self::nulls_collide(key) {
                    inner.iter().for_each(|c| self.forbid_nulls(*c));
                }
                let inner = super::relation::names(self.relation.table, &inner);
                self.note(key, format!("({inner}) is unique by itself"));
                continue;
            }
            if self.fix_key(key)? {
                held.push(key.columns.clone());
            }
        }
        Ok(())
    }

    pub(super) fn note(&mut self, key: &EffectiveKey, how: String) {
        self.key_notes.push(KeyNote { text: format!("{}: {how}", key.title) });
    }

    /// Whether NULLs in the key would collide or be refused: primary keys hold none (SQLite would let them), NULLS NOT
    /// DISTINCT compares them, and expressions such as `coalesce(a, 0)` hide them.
    fn nulls_collide(key: &EffectiveKey) -> bool {
        key.primary || !key.nulls_distinct || key.expressions
    }

    /// Takes the NULLs out of a column.
    fn forbid_nulls(&mut self, column: ColumnIdx) {
        self.facts[column].nullable = false;
        if let Some(Cell::Listed { nulls, .. }) = &mut self.cells[column] {
            *nulls = Nulls::NEVER;
        }
        if let Some(owner) = self.owner(column)
            && !self.references[owner].is_self
        {
            self.references[owner].nulls = Nulls::NEVER;
        }
    }

    /// Fixes one key; whether it holds for all rows.
    fn fix_key(&mut self, key: &EffectiveKey) -> Result<bool, Cap> {
        // A column that is always NULL, or that the server fills, tells rows apart or excuses them; a law can't help.
        let null = |c: &ColumnIdx| matches!(self.cells[*c], Some(Cell::Null));
        if key.nulls_distinct && key.columns.iter().any(null) {
            self.note(key, "a column of it is always NULL, and NULLs never collide".to_owned());
            return Ok(false);
        }
        if !keeps_apart(key) {
            key.columns.iter().for_each(|c| {
                if key.primary || !key.nulls_distinct {
                    self.forbid_nulls(*c);
                }
            });
            self.unsolved_keys.push(key.clone());
            return Ok(true);
        }
        let units = self.units(key);
        let distinct = units.iter().find_map(|u| match u {
            Unit::Column(c) if self.is_distinct(*c) => Some(*c),
            _ => None,
        });
        if let Some(column) = distinct {
            let collide = if key.primary { key.columns.clone() } else { vec![column] };
            if Self::nulls_collide(key) {
                collide.into_iter().for_each(|c| self.forbid_nulls(c));
            }
            let name = &self.relation.table[column].name;
            self.note(key, format!("`{name}` alone differs in every row"));
            return Ok(true);
        }
        let free: Vec<Unit> = units.iter().copied().filter(|u| self.is_free(*u, key)).collect();
        if let [Unit::Reference(r)] = units.as_slice()
            && self.references[*r].is_self
            && matches!(self.references[*r].law, Some(ReferenceLaw::Chain { .. }))
        {
            self.note(key, "each row refers to the one before".to_owned());
            return Ok(true);
        }
        let aligned = |unit: &Unit| match unit {
            Unit::Reference(r) => matches!(self.references[*r].law, Some(ReferenceLaw::Aligned)),
            Unit::Column(_) => false,
        };
        if let [unit] = units.as_slice()
            && aligned(unit)
        {
            self.note(key, "each row shows the values of one row, which differ there".to_owned());
            return Ok(true);
        }
        if self.number_positions(key, &units, &free) {
            return Ok(true);
        }
        let widest = self.widest_column(&free);
        if Self::nulls_collide(key) {
            // A column that is distinct by itself needs no other to be present.
            let needed = widest.filter(|_| !key.primary).map_or_else(|| key.columns.clone(), |c| vec![c]);
            needed.into_iter().for_each(|c| self.forbid_nulls(c));
        }
        if let Some(column) = widest {
            return self.make_distinct(key, column);
        }
        self.draw_together(key, &units, &free)
    }

    fn units(&self, key: &EffectiveKey) -> Vec<Unit> {
        let mut units = Vec::new();
        for column in &key.columns {
            let unit = self.owner(*column).map_or(Unit::Column(*column), Unit::Reference);
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        units
    }

    pub(super) fn is_distinct(&self, column: ColumnIdx) -> bool {
        match &self.cells[column] {
            Some(Cell::Listed { sampler, law, .. }) => {
                sampler.is_injective()
                    && matches!(
                        first_law(law),
                        CellLaw::Own(Law::Sequence | Law::Permutation(_) | Law::Huge(_)) | CellLaw::Entity(_)
                    )
            }
            _ => false,
        }
    }

    /// Whether a unit's law is still open, and different ordinals of it are different values within the key.
    fn is_free(&self, unit: Unit, key: &EffectiveKey) -> bool {
        match unit {
            Unit::Column(c) => !self.is_settled(c),
            Unit::Reference(r) => {
                let draft = &self.references[r];
                draft.law.is_none() && {
                    let parent = &self.planner.schema[draft.parent];
                    let within: Vec<ColumnIdx> = (0..draft.columns.len())
                        .filter(|i| key.columns.contains(&draft.columns[*i]))
                        .map(|i| draft.parent_columns[i])
                        .collect();
                    parent.is_candidate_key(&within)
                        || (1_u32..1 << within.len().min(10)).any(|subset| {
                            let chosen: Vec<ColumnIdx> = within
                                .iter()
                                .enumerate()
                                .filter(|(i, _)| subset >> i & 1 == 1)
                                .map(|(_, c)| *c)
                                .collect();
                            parent.is_candidate_key(&chosen)
                        })
                }
            }
        }
    }

    /// `(order_id, line_no)`: children in groups, numbered within each.
    fn number_positions(&mut self, key: &EffectiveKey, units: &[Unit], free: &[Unit]) -> bool {
        let ([a, b], true) =
            (units, units.len() == 2 && free.len() == 2 && key.predicate.is_none() && self.numbers_children)
        else {
            return false;
        };
        let (reference, column) = match (*a, *b) {
            (Unit::Reference(r), Unit::Column(c)) | (Unit::Column(c), Unit::Reference(r)) => (r, c),
            _ => return false,
        };
        let facts = &self.facts[column];
        let c = &self.relation.table[column];
        let counts = matches!(facts.base, SqlType::Integer { .. })
            && c.numbering.is_none()
            && facts.domain.allowed.is_none();
        if !counts
            || self.spec_of(column).is_some()
            || self.references[reference].nulls.law.is_some()
            || facts.nullable
        {
            return false;
        }
        let Some((low, high)) =
            Units::of(facts.base, self.planner.schema.dialect).and_then(|u| u.range(&facts.domain, true))
        else {
            return false;
        };
        let low = if facts.domain.low.is_none() { low.max(1) } else { low };
        let parents = self.references[reference].candidates.len();
        let most = u64::try_from(high - low + 1).unwrap_or(u64::MAX);
        if parents.saturating_mul(most) < self.rows {
            return false;
        }
        let law = FanOut::new(self.joint_key(&key.columns, "fan-out"), parents, self.rows, most);
        self.references[reference].law = Some(ReferenceLaw::FanOut(law));
        self.references[reference].law_name = "fan-out";
        let sampler = Arc::new(Lattice::new(low, high, 1));
        let cell = Cell::Listed { sampler, law: CellLaw::Position { reference }, nulls: Nulls::NEVER };
        self.set(column, cell, "position", "position", "numbers the rows of one parent");
        self.note(key, format!("`{}` numbers the rows of each parent", self.relation.table[column].name));
        true
    }

    /// The free column that best makes a key alone.
    fn widest_column(&mut self, free: &[Unit]) -> Option<ColumnIdx> {
        let rows = self.rows;
        let mut best: Option<(u32, ColumnIdx)> = None;
        for unit in free {
            let Unit::Column(column) = *unit else { continue };
            let Some(listing) = self.listing(column, Some(rows)) else { continue };
            let wide = listing.sampler.is_injective() && listing.sampler.cardinality().holds(WIDE.max(rows));
            let alone = free.len() == 1
                && listing.sampler.is_injective()
                && listing.sampler.cardinality().holds(rows);
            if !wide && !alone {
                continue;
            }
            let c = &self.relation.table[column];
            let rank = match self.facts[column].base {
                _ if c.numbering.is_some() => 0,
                SqlType::Uuid => 1,
                t if t.is_text() => 2,
                SqlType::Integer { .. } => 3,
                _ => 4,
            };
            if best.is_none_or(|(r, _)| rank < r) {
                best = Some((rank, column));
            }
        }
        best.map(|(_, c)| c)
    }

    /// One column distinct by itself.
    fn make_distinct(&mut self, key: &EffectiveKey, column: ColumnIdx) -> Result<bool, Cap> {
        let Some(listing) = self.listing(column, Some(self.rows)) else { return Ok(false) };
        let law_key = self.key(column, "law");
        let cardinality = listing.sampler.cardinality();
        let law = match (cardinality, listing.entity) {
            (_, Some(role)) => {
                let table = self.relation.table.name.to_string();
                let key = seedbed_laws::LawKey::derive(self.planner.seed, &[&table, role.entity], "entity")
                    .child(role.group.into());
                CellLaw::Entity(Permutation::new(key, self.planner.entity_len(self.rows)))
            }
            (_, None) if listing.sequential => CellLaw::Own(Law::Sequence),
            (Cardinality::Exact(len), None) => CellLaw::Own(Law::Permutation(Permutation::new(law_key, len))),
            (Cardinality::Huge, None) => CellLaw::Own(Law::Huge(law_key)),
        };
        // Numbers start after the greatest there is; other lists go on after as many values as there are rows.
        let existing = self.planner.existing_rows(self.relation.id);
        let counts = Units::of(self.facts[column].base, self.planner.schema.dialect).is_some();
        let fits = cardinality.holds(self.rows.saturating_add(existing));
        let law = if existing > 0 && !counts && fits {
            CellLaw::After { existing, law: Box::new(law) }
        } else {
            law
        };
        let nulls = self.nulls(column);
        let name = match first_law(&law) {
            CellLaw::Own(law) => law.name(),
            _ => "permutation",
        };
        let (provider, why) = (listing.provider.clone(), listing.why.clone());
        self.set(column, Cell::Listed { sampler: listing.sampler, law, nulls }, &provider, name, &why);
        let told = match (name, provider.as_str()) {
            ("sequence", "sequence") => "counts up".to_owned(),
            ("sequence", _) => "carries the number of its row".to_owned(),
            _ => match cardinality {
                Cardinality::Exact(len) => format!("takes each of {} at most once", counted(len, "value")),
                Cardinality::Huge => "takes each of its values at most once".to_owned(),
            },
        };
        self.note(key, format!("`{}` {told}", self.relation.table[column].name));
        Ok(true)
    }

    /// References and short lists drawn from their product without repetition.
    fn draw_together(&mut self, key: &EffectiveKey, units: &[Unit], free: &[Unit]) -> Result<bool, Cap> {
        let mut lens: Vec<(Unit, u64)> = Vec::new();
        let mut unknown = false;
        for unit in free {
            let len = match unit {
                Unit::Reference(r) => self.references[*r].candidates.len(),
                Unit::Column(c) => match self.listing(*c, Some(self.rows)) {
                    Some(l) if l.sampler.is_injective() => match l.sampler.cardinality() {
                        Cardinality::Exact(len) => len,
                        Cardinality::Huge => u64::MAX,
                    },
                    _ => {
                        unknown = true;
                        1
                    }
                },
            };
            lens.push((*unit, len));
        }
        let capacity = lens.iter().fold(1_u128, |p, (_, n)| p.saturating_mul((*n).into()));
        let capacity = u64::try_from(capacity).unwrap_or(u64::MAX);
        if free.len() < units.len() && capacity < self.rows {
            if !self.follow_other_key(key, units, &lens) {
                self.unsolved_keys.push(key.clone());
            }
            return Ok(true);
        }
        // Rows that are there already may hold any of the combinations.
        let occupied = self.planner.existing_rows(self.relation.id) > 0;
        let excused = key.predicate.is_some() && !predicate_is_presence(key);
        if occupied || unknown || (excused && capacity < self.rows) {
            self.unsolved_keys.push(key.clone());
            return Ok(true);
        }
        let nullable = key.nulls_distinct && key.columns.iter().any(|c| self.facts[*c].nullable);
        if capacity < self.rows && !nullable {
            return Err(self.cap(key, &lens));
        }
        self.set_joint(key, &lens, capacity, nullable);
        Ok(true)
    }

    fn cap(&self, key: &EffectiveKey, lens: &[(Unit, u64)]) -> Cap {
        let factors = lens.iter().map(|unit| self.factor(unit)).collect();
        Cap::of_product(&key.title, factors, self.rows, key.span)
    }

    fn factor(&self, (unit, count): &(Unit, u64)) -> Factor {
        let of = match unit {
            Unit::Reference(r) => {
                Counted::Rows(self.planner.schema[self.references[*r].parent].name.to_string())
            }
            Unit::Column(c) => Counted::Values(self.relation.table[*c].name.clone()),
        };
        Factor { count: *count, of }
    }

    fn set_joint(&mut self, key: &EffectiveKey, lens: &[(Unit, u64)], capacity: u64, nullable: bool) {
        // Sorted by name, so that the key's own column order does not matter.
        let joint = self.joints.len();
        let law_key = self.joint_key(&key.columns, "joint");
        let permutation = Permutation::new(law_key, capacity.min(1 << 62));
        let radices: Vec<u64> = lens.iter().map(|(_, n)| (*n).max(1)).collect();
        let surplus = if nullable && capacity < self.rows { capacity } else { u64::MAX };
        for (digit, (unit, _)) in lens.iter().enumerate() {
            match *unit {
                Unit::Reference(r) => {
                    let draft = &mut self.references[r];
                    if lens.len() == 1 {
                        draft.law = Some(ReferenceLaw::Permutation(permutation));
                        draft.law_name = "one-to-one";
                    } else {
                        draft.law = Some(ReferenceLaw::Joint { joint, digit });
                        draft.law_name = "joint";
                    }
                    if draft.columns.iter().any(|c| self.facts[*c].nullable) {
                        draft.nulls.surplus_from = draft.nulls.surplus_from.min(surplus);
                    }
                }
                Unit::Column(c) => {
                    let Some(listing) = self.listing(c, Some(self.rows)) else { continue };
                    let mut nulls = self.nulls(c);
                    if self.facts[c].nullable {
                        nulls.surplus_from = surplus;
                    }
                    let (provider, why) = (listing.provider.clone(), listing.why.clone());
                    self.set(
                        c,
                        Cell::Listed {
                            sampler: listing.sampler,
                            law: CellLaw::Joint { joint, digit },
                            nulls,
                        },
                        &provider,
                        "joint",
                        &why,
                    );
                }
            }
        }
        // Parents are drawn at random: that each of them comes once would be seen.
        let diagonal = lens.iter().all(|(unit, len)| matches!(unit, Unit::Column(_)) && *len >= LONG);
        self.joints.push(Joint { permutation, radices, diagonal });
        let factors: Vec<String> = lens.iter().map(|unit| self.factor(unit).to_string()).collect();
        let mut told = format!("drawn without repetition from {}", factors.join(" x "));
        if lens.len() > 1 {
            told += &format!(" = {} combinations", grouped(capacity));
        }
        if surplus < u64::MAX {
            told += &format!("; all rows after the first {} are NULL", grouped(surplus));
        }
        self.note(key, told);
    }

    /// `(a, c)` beside `(a, b)`, which is drawn together: c takes b's ordinal. Distinct rows of one a have distinct
    /// b, so they have distinct c as long as there are at least as many c as b.
    fn follow_other_key(&mut self, key: &EffectiveKey, units: &[Unit], lens: &[(Unit, u64)]) -> bool {
        let [(Unit::Reference(c), c_len)] = *lens else { return false };
        let fixed: Vec<Unit> = units.iter().copied().filter(|u| *u != Unit::Reference(c)).collect();
        let [Unit::Reference(a)] = fixed.as_slice() else { return false };
        let Some(ReferenceLaw::Joint { joint, digit }) = self.references[*a].law else { return false };
        let other = 1 - digit.min(1);
        let radices = &self.joints[joint].radices;
        if radices.len() != 2 || radices[other] > c_len {
            return false;
        }
        let draft = &mut self.references[c];
        draft.law = Some(ReferenceLaw::Joint { joint, digit: other });
        draft.law_name = "joint, as the other key";
        self.note(key, "takes the coordinate that keeps the other key apart".to_owned());
        true
    }
}

/// The law itself, whatever rows it counts from.
fn first_law(law: &CellLaw) -> &CellLaw {
    match law {
        CellLaw::After { law, .. } => first_law(law),
        law => law,
    }
}

/// Whether different values of the key's columns are different values of its expressions: of those that only change
/// case, replace NULL or hash, since lists are distinct without case and accents.
fn keeps_apart(key: &EffectiveKey) -> bool {
    fn keeps(e: &Expr) -> bool {
        match seedbed_solver::strip(e) {
            Expr::Column(_) => true,
            Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
                ("lower" | "upper" | "lcase" | "ucase" | "md5" | "sha1" | "sha256" | "sha512", [operand]) => {
                    keeps(operand)
                }
                ("coalesce" | "ifnull" | "nullif", [operand, constant]) => {
                    keeps(operand) && constant.columns().is_empty()
                }
                _ => false,
            },
            _ => false,
        }
    }
    key.overlaps.is_empty()
        && key.parts.iter().all(|part| match &part.term {
            KeyTerm::Column(_) => true,
            KeyTerm::Expr(e) => keeps(e),
        })
}

/// Whether a partial key's predicate says only that its own columns are present: NULLs never collide anyway.
fn predicate_is_presence(key: &EffectiveKey) -> bool {
    fn says(e: &Expr, key: &EffectiveKey) -> bool {
        match e {
            Expr::Binary { op: BinaryOp::And, left, right } => says(left, key) && says(right, key),
            Expr::IsNull { operand, negated: true } => {
                matches!(&**operand, Expr::Column(c) if key.columns.contains(c))
            }
            _ => false,
        }
    }
    key.predicate.as_ref().is_some_and(|p| says(p, key))
}
