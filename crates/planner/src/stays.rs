//! Ranges that lie between two columns, or in one: which ones a table's constraints leave, and slots that hold them
//! without overlap.
//!
//! What a range may be is asked of the constraints themselves: ends stay within what the columns' domains leave, and of
//! the lengths that are usual for the unit those are kept which pass all CHECKs over the columns wherever a sample of
//! starts has been tried. So a stay of nights, a shift of hours and a block of ports are found alike.

mod computed;
mod measure;
mod trial;
mod week;
mod window;

use super::facts::TableProperties;
use super::table_context::TableContext;
use measure::Slotting;
use seedbed_laws::LawKey;
use seedbed_rows::list::Slots;
use seedbed_schema_model::{ColumnIdx, Expr, SqlType};
use seedbed_solver::{Units, ValueDomain, strip};
use seedbed_sql_semantics::RangeTerm;
use seedbed_sql_values::Value;

/// Starts at which lengths are tried.
const SAMPLES: i128 = 16;
/// Starts that ranges have at least which may overlap, if their bounds leave so many.
const STARTS: i128 = 64;
/// Lengths that stays of a table have at most.
const LENGTHS: usize = 6;

/// Which columns hold a range.
#[derive(Clone, Debug)]
pub(super) enum StayColumns {
    /// Its start and its end.
    Pair(ColumnIdx, ColumnIdx),
    /// Its start; the end is computed from that, and from how long it takes where another column says so.
    Start(ColumnIdx, Expr, Option<ColumnIdx>),
    /// The range itself, of this type.
    Range(ColumnIdx, SqlType),
}

/// A range of each row, as its columns and CHECKs leave it.
pub(super) struct Stay<'a> {
    cx: TableContext<'a>,
    /// How its ends count.
    pub(super) units: Units,
    /// What holds it.
    pub(super) columns: StayColumns,
    /// Units that lie free between two of them: one where both ends belong to the range.
    gap: i128,
    /// What the start and the end may be.
    start: ValueDomain,
    end: ValueDomain,
    /// The conditions over these columns alone.
    conditions: Vec<Expr>,
    /// Of an end that is computed: what the column may hold that says how long it takes, and how long that is at most.
    spans: Vec<(Value, i128)>,
    /// Units that are taken already, up to this one.
    taken_to: Option<i128>,
}

/// How ranges can be laid out.
#[derive(Debug)]
pub(super) enum Layout {
    /// In these slots.
    Slots(Slots),
    /// There are but so many slots.
    TooFew(u64),
}

impl<'a> Stay<'a> {
    /// The range that a term of an exclusion reads; `None` where it can't be laid out: its ends are no columns, count in
    /// different units, or are said by something else than bounds.
    pub(super) fn of_term(
        cx: TableContext<'a>,
        facts: &TableProperties<'_>,
        term: &RangeTerm,
    ) -> Option<Self> {
        match term {
            RangeTerm::Value(expr) => match strip(expr) {
                Expr::Column(column) => Self::of_range(cx, facts, *column),
                _ => None,
            },
            RangeTerm::Between { low, high, low_inclusive, high_inclusive } => {
                let start = plain_column(low)?;
                let columns = match plain_column(high) {
                    Some(end) if end != start => StayColumns::Pair(start, end),
                    None => {
                        let mut others: Vec<ColumnIdx> = high.columns();
                        others.retain(|c| *c != start);
                        others.dedup();
                        match others.as_slice() {
                            [] => StayColumns::Start(start, high.clone(), None),
                            [length] => StayColumns::Start(start, high.clone(), Some(*length)),
                            _ => return None,
                        }
                    }
                    _ => return None,
                };
                let gap = i128::from(*low_inclusive && *high_inclusive);
                Self::over(cx, facts, columns, gap)
            }
        }
    }

    /// The range that a column of a range type holds; `None` where its elements don't count.
    pub(super) fn of_range(
        cx: TableContext<'a>,
        facts: &TableProperties<'_>,
        column: ColumnIdx,
    ) -> Option<Self> {
        Self::over(cx, facts, StayColumns::Range(column, facts[column].base.clone()), 0)
    }

    fn over(
        cx: TableContext<'a>,
        facts: &TableProperties<'_>,
        columns: StayColumns,
        gap: i128,
    ) -> Option<Self> {
        let schema = cx.schema();
        let units_of = |c: ColumnIdx| Units::of(facts[c].base, schema.dialect);
        let free = |c: ColumnIdx| {
            let asked = cx
                .spec_of(c)
                .is_some_and(|s| s.values.is_some() || s.provider.is_some() || s.examples.is_some());
            let column = cx.column(c);
            !asked
                && column.numbering.is_none()
                && column.generated.is_none()
                && facts[c].domain.allowed.is_none()
                && facts[c].domain.forbidden.is_empty()
                && !facts[c].must_be_null
        };
        let own = |c: ColumnIdx| {
            let domain = &facts[c].domain;
            ValueDomain { low: domain.low.clone(), high: domain.high.clone(), ..ValueDomain::default() }
        };
        let (units, start, end) = match &columns {
            StayColumns::Pair(a, b) => {
                let (first, second) = (units_of(*a)?, units_of(*b)?);
                if !free(*a) || !free(*b) || !first.counts_as(&second) {
                    return None;
                }
                (first, own(*a), own(*b))
            }
            StayColumns::Start(a, _, length) => {
                let units = units_of(*a).filter(|_| free(*a) && length.is_none_or(free))?;
                (units, own(*a), ValueDomain::default())
            }
            StayColumns::Range(c, ty) => {
                let SqlType::Range { element, .. } = ty else { return None };
                let units = Units::of(schema.base_type(element), schema.dialect).filter(|_| free(*c))?;
                let [start, end] = facts[*c].domain.pair.as_deref().cloned().unwrap_or_default();
                (units, start, end)
            }
        };
        let (conditions, spans) = (Vec::new(), Vec::new());
        let mut stay = Self { cx, units, columns, gap, start, end, conditions, spans, taken_to: None };
        stay.conditions = stay.own_conditions();
        if let StayColumns::Start(_, _, length) = &stay.columns {
            stay.spans = stay.computed_spans(facts, *length)?;
        }
        Some(stay)
    }

    /// The columns.
    pub(super) fn all(&self) -> Vec<ColumnIdx> {
        match &self.columns {
            StayColumns::Pair(a, b) => vec![*a, *b],
            StayColumns::Start(c, _, length) => [*c].into_iter().chain(*length).collect(),
            StayColumns::Range(c, _) => vec![*c],
        }
    }

    /// Those of them that differ in different slots.
    pub(super) fn distinct(&self) -> Vec<ColumnIdx> {
        match &self.columns {
            StayColumns::Pair(a, b) => vec![*a, *b],
            StayColumns::Start(c, ..) | StayColumns::Range(c, _) => vec![*c],
        }
    }

    /// The values of the column that says how long a range takes, of those that fit slots.
    pub(super) fn lengths_within(&self, room: i128) -> Vec<Value> {
        self.spans.iter().filter(|(_, span)| *span <= room).map(|(value, _)| value.clone()).collect()
    }

    /// Whether some CHECK speaks of them.
    pub(super) fn is_restricted(&self) -> bool {
        let bounded = |d: &ValueDomain| d.low.is_some() || d.high.is_some();
        !self.conditions.is_empty() || bounded(&self.start) || bounded(&self.end)
    }

    /// The same behind all that is there already.
    pub(super) fn after(mut self, end: &Value) -> Option<Self> {
        self.taken_to = Some(self.units.floor(end)?.0);
        Some(self)
    }

    /// Slots of which each row takes one of its own; at least `needed`, if there are so many.
    pub(super) fn apart(&self, needed: u64, key: LawKey) -> Option<Layout> {
        let window = self.window(false)?;
        let Some(mut measures) = self.measures(window, 0) else {
            return self.within_weeks(window, needed, key).map(Layout::Slots);
        };
        if let StayColumns::Start(..) = self.columns {
            measures.lengths = self.spans.iter().map(|(_, span)| *span).collect();
        }
        let wide = self.window(true)?;
        let mut slotting = Slotting { window, wide, gap: self.gap, measures, needed };
        loop {
            let layout = slotting.layout(key, self.units.is_moment());
            let longest = slotting.measures.lengths.iter().max().copied()?;
            match layout {
                // Shorter ones may be more.
                Layout::TooFew(_) if slotting.measures.lengths.iter().any(|l| *l < longest) => {
                    slotting.measures.lengths.retain(|l| *l < longest);
                }
                layout => return Some(layout),
            }
        }
    }

    /// Ranges that may overlap, as many as the list of a column has. Where no length passes all conditions everywhere, rows
    /// are tested by those that bounds don't say.
    pub(super) fn freely(mut self, key: LawKey) -> Option<Slots> {
        let (from, to) = self.window(false)?;
        let measures = self.measures((from, to), STARTS).or_else(|| {
            self.conditions.clear();
            self.measures((from, to), STARTS)
        })?;
        let least = measures.lengths.iter().min().copied()?;
        // Those that leave a choice of starts, if there are any.
        let short = |l: &i128| 2 * l <= to - from || *l == least;
        let lengths: Vec<i128> = measures.lengths.iter().copied().filter(short).collect();
        let longest = lengths.iter().max().copied()?;
        let first = measures.aligned(self.starts((from, to), least).0);
        let last = self.starts((from, to), longest).1;
        let count = u64::try_from((last - first).div_euclid(measures.grain) + 1).unwrap_or(u64::MAX);
        (last >= first).then_some(Slots {
            origin: first,
            pitch: measures.grain,
            room: 0,
            grain: measures.grain,
            lengths,
            places: Vec::new(),
            count,
            key,
        })
    }
}

/// The column that an expression is, below casts and a constant that stands for its NULL.
fn plain_column(e: &Expr) -> Option<ColumnIdx> {
    match strip(e) {
        Expr::Column(column) => Some(*column),
        Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
            ("coalesce", [column, constant]) if constant.columns().is_empty() => plain_column(column),
            _ => None,
        },
        _ => None,
    }
}
