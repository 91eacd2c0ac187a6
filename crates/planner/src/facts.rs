//! What is known of each column before lists and laws are chosen: its base type, the domain of its values, whether it
//! may be NULL; and the conditions that such a domain can't express.
//!
//! A single-column CHECK costs nothing per row once it has become part of a domain, since lists are chosen within it.
//! So as much as possible is read here, and only the rest is tested row by row.

use super::demands::{Meeting, meeting};
use super::table_context::TableContext;
use seedbed_constraints::Reachable;
use seedbed_datagen_core::WeightedValue;
use seedbed_schema_model::{BinaryOp, Check, ColumnIdx, Dialect, Expr, Schema, Span, SqlType};
use seedbed_solver::{
    Bound, DAY_MICROS, Narrowing, REFERENCE_MICROS, Subject, Units, ValueDomain, conjuncts, reads_clock,
};
use seedbed_sql_semantics::{Context, evaluate, supported};
use seedbed_sql_values::{Typing, Value, literal_value, parse_value, representation};
use std::ops::{Index, IndexMut};

/// What is known of one column.
#[derive(Clone, Debug)]
pub(super) struct ColumnProperties<'a> {
    /// Its type below all domains.
    pub(super) base: &'a SqlType,
    /// The values that it may hold, NULL apart.
    pub(super) domain: ValueDomain,
    /// Whether a NULL may stand here: neither the column, a domain, a CHECK nor a trigger that copies it forbids it.
    /// Keys that need their columns present take it away later.
    pub(super) nullable: bool,
    /// Whether its CHECKs leave only NULL.
    pub(super) must_be_null: bool,
    /// The tables whose CHECKs have given it its values, by name, if they have.
    pub(super) demanded_by: Option<String>,
    /// The table that shows its text as UUIDs, by name, if one does.
    pub(super) shown_as_uuid: Option<String>,
}

/// A conjunct of a CHECK that lists and laws don't hold, so that rows are tested by it.
#[derive(Clone, Debug)]
pub(super) struct LeftoverCheck {
    /// The condition, over columns of the table.
    pub(super) expr: Expr,
    /// The whole constraint, by name and text.
    pub(super) title: String,
    /// Where the constraint is declared.
    pub(super) span: Span,
}

/// What is known of each column of a table.
#[derive(Clone, Debug)]
pub(super) struct TableProperties<'a> {
    columns: Vec<ColumnProperties<'a>>,
    /// The columns whose values lie about the moment that the plan takes for now, as their CHECKs leave no others.
    pub(super) about_now: Vec<ColumnIdx>,
}

impl<'a> Index<ColumnIdx> for TableProperties<'a> {
    type Output = ColumnProperties<'a>;

    fn index(&self, column: ColumnIdx) -> &ColumnProperties<'a> {
        &self.columns[column]
    }
}

impl IndexMut<ColumnIdx> for TableProperties<'_> {
    fn index_mut(&mut self, column: ColumnIdx) -> &mut Self::Output {
        &mut self.columns[column]
    }
}

/// Pass: what is known of every column, and the conditions that remain for rows to be tested by.
///
/// Reads the table's types, the domains above them, the table's CHECKs, its partitions and the spec's ranges. What the
/// narrowing of a column can read restricts the column's domain; all else comes back as [`LeftoverCheck`]s, conjunct by
/// conjunct: conditions over several columns or none, those that can't be read, and those that forbid single values.
///
/// Refuses nothing: a domain that holds no value is found by the pass that needs a list of it. Cost: the size of the
/// CHECKs for each column.
pub(super) fn gather<'a>(
    cx: &TableContext<'a>,
    reach: &Reachable,
) -> (TableProperties<'a>, Vec<LeftoverCheck>) {
    let expressions = cx.expressions();
    let parts = parts(&cx.constraints.checks);
    let (remaining, about_now) = (Vec::new(), Vec::new());
    let mut pass = Gathering { cx, expressions: &expressions, parts: &parts, reach, remaining, about_now };
    let columns = cx.table().columns_indexed().map(|(column, _)| pass.properties(column)).collect();
    let Gathering { mut remaining, about_now, .. } = pass;
    let of_several = parts.iter().filter(|part| part.columns.len() != 1);
    remaining.extend(of_several.map(|part| LeftoverCheck::of(part.check, part.expr)));
    (TableProperties { columns, about_now }, remaining)
}

/// How long after now rows may be written whose CHECKs leave no values for decades, in microseconds: the longest that
/// leaves some is taken.
const WRITTEN_WITHIN: [i64; 4] = [DAY_MICROS, DAY_MICROS / 24, DAY_MICROS / 1440, 0];

/// The pass at work.
struct Gathering<'s, 'a> {
    cx: &'s TableContext<'a>,
    expressions: &'s Context<'s>,
    parts: &'s [CheckPart<'a>],
    reach: &'s Reachable,
    remaining: Vec<LeftoverCheck>,
    about_now: Vec<ColumnIdx>,
}

impl<'a> Gathering<'_, 'a> {
    /// What is known of one column. Its CHECKs shall hold for as long as anyone writes the rows; where they leave no value
    /// then, those that hold about now.
    fn properties(&mut self, index: ColumnIdx) -> ColumnProperties<'a> {
        let before = self.remaining.len();
        let lasting = self.properties_written(index, None);
        let speaks_of_now = self.parts.iter().any(|p| p.columns == [index] && reads_clock(p.expr));
        if !speaks_of_now || !is_empty(&lasting, self.cx.schema().dialect) {
            return lasting;
        }
        let now = self.cx.planning.request.existing.now_micros.unwrap_or(REFERENCE_MICROS);
        let kept = self.remaining.split_off(before);
        for within in WRITTEN_WITHIN {
            let found = self.properties_written(index, Some((now, now.saturating_add(within))));
            if !is_empty(&found, self.cx.schema().dialect) {
                self.about_now.push(index);
                return found;
            }
            self.remaining.truncate(before);
        }
        self.remaining.extend(kept);
        lasting
    }

    /// What is known of one column of rows that are written then: its type first, then domains, CHECKs, partitions and the
    /// spec, each narrower.
    fn properties_written(&mut self, index: ColumnIdx, written: Option<(i64, i64)>) -> ColumnProperties<'a> {
        let (schema, column) = (self.cx.schema(), self.cx.column(index));
        let base = schema.base_type(&column.ty);
        let mut narrowing = Narrowing::new(Subject::DomainValue, base, self.expressions);
        of_type(&mut narrowing.domain, base, schema.dialect);
        if let Some((from, to)) = written {
            narrowing = narrowing.written(from, to);
        }
        let fit = self.cx.planning.demands.on(self.cx.id(), index).map(|demand| &demand.fit);
        if let Some(most) = fit.and_then(|fit| fit.chars_for(self.cx.rows)) {
            let own = narrowing.domain.text.max_chars;
            narrowing.domain.text.max_chars = Some(own.map_or(most, |own| own.min(most)));
        }
        if let Some(greatest) = fit.and_then(|fit| fit.greatest_for(self.cx.rows)) {
            narrowing.limit_high(Bound { value: Value::Integer(greatest), inclusive: true });
        }
        // A key is never decided row by row.
        if !self.cx.is_keyed(index) {
            narrowing = narrowing.whole();
        }
        self.read_domains(index, &mut narrowing);
        narrowing = narrowing.seen_as(Subject::Column(index));
        self.read_checks(index, &mut narrowing);
        self.narrow_to_constant(index, &mut narrowing);
        let has_partition = narrow_to_partitions(&mut narrowing, self.reach, index, self.expressions);
        self.narrow_to_spec(index, &mut narrowing);
        let demanded_by = self.meet_demand(index, &mut narrowing);
        let not_null = narrowing.not_null || schema.domains_of(&column.ty).iter().any(|d| d.not_null);
        ColumnProperties {
            base,
            nullable: column.nullable
                && !not_null
                && has_partition
                && !schema.is_copied_where_null_is_refused(self.cx.id(), index),
            must_be_null: narrowing.must_be_null,
            domain: narrowing.domain,
            demanded_by,
            shown_as_uuid: fit.and_then(|fit| fit.uuid.clone()).filter(|_| base.is_text()),
        }
    }

    /// The CHECKs of the domains above a column's type, which speak of `VALUE`.
    fn read_domains(&mut self, index: ColumnIdx, narrowing: &mut Narrowing<'_>) {
        let schema = self.cx.schema();
        let generated = self.cx.constraints.generated.get(index);
        let value = generated.cloned().unwrap_or(Expr::Column(index));
        for domain in schema.domains_of(&self.cx.column(index).ty) {
            for check in &domain.checks {
                // A generated column has no list that could be narrowed.
                let mut parts = conjuncts(&check.expr);
                parts.sort_by_key(|part| reads_as_value(part));
                let unread = parts
                    .into_iter()
                    .filter(|part| !Self::holds_by_list(narrowing, part) || generated.is_some());
                self.remaining.extend(unread.map(|part| LeftoverCheck {
                    expr: with_value(part, &value),
                    title: format!("domain `{}`: {}", domain.name, check.text),
                    span: check.span,
                }));
            }
        }
    }

    /// Reads a condition; whether a list that keeps to the domain then meets it. Lists leave out forbidden values only at
    /// their ends; rows that meet one are drawn again. Of the empty text the least length keeps clear.
    fn holds_by_list(narrowing: &mut Narrowing<'_>, part: &Expr) -> bool {
        let (before, written) = (narrowing.domain.forbidden.len(), forbidden_of_written(narrowing));
        let is_empty = |v: &Value| *v == Value::Text(String::new());
        narrowing.apply(part)
            && narrowing.domain.forbidden.iter().skip(before).all(is_empty)
            && forbidden_of_written(narrowing) == written
    }

    /// The conjuncts of the table's CHECKs that speak of this column alone.
    fn read_checks(&mut self, index: ColumnIdx, narrowing: &mut Narrowing<'_>) {
        // A form that is asked for goes before what text of that form stands for; which of several alternatives is taken
        // depends on what all others leave.
        let is_choice = |e: &Expr| matches!(e, Expr::Binary { op: BinaryOp::Or, .. });
        let place = |e: &Expr| if is_choice(e) { 2 } else { u8::from(reads_as_value(e)) };
        let own = |at: u8| self.parts.iter().filter(move |p| p.columns == [index] && place(p.expr) == at);
        for CheckPart { check, expr: part, .. } in own(0).chain(own(1)).chain(own(2)) {
            let forbidden = narrowing.domain.forbidden.len() + forbidden_of_written(narrowing);
            let read = narrowing.apply(part);
            if !read {
                narrowing.domain.text.plain |=
                    asks_for_form(part) && supported(part, self.expressions).is_err();
            }
            // Lists leave out forbidden values only at their ends; rows that meet one are drawn again.
            if !read || narrowing.domain.forbidden.len() + forbidden_of_written(narrowing) > forbidden {
                self.remaining.push(LeftoverCheck::of(check, part));
            }
        }
    }

    /// The one value of a generated column that reads no other column: references draw parents that have it.
    fn narrow_to_constant(&self, index: ColumnIdx, narrowing: &mut Narrowing<'_>) {
        let generated = self.cx.constraints.generated.get(index).filter(|e| e.columns().is_empty());
        let nothing: Vec<Value> = Vec::new();
        if let Some(value) = generated.and_then(|e| evaluate(e, &nothing, self.expressions).ok()) {
            narrowing.allow(vec![value]);
        }
    }

    /// The values that children ask for, where nothing else says which there are. Returns who asks.
    fn meet_demand(&self, index: ColumnIdx, narrowing: &mut Narrowing<'_>) -> Option<String> {
        let demand = self.cx.planning.demands.on(self.cx.id(), index)?;
        if narrowing.domain.allowed.is_some()
            || self.cx.spec_of(index).is_some_and(|s| s.values.is_some() || s.provider.is_some())
            || demand.values.is_empty()
            || meeting(self.cx.constraints, index) != Meeting::AsList
        {
            return None;
        }
        narrowing.allow(demand.values.clone());
        Some(demand.by.join(", "))
    }

    /// The ends of the spec's `range`. An end that is no value of the type is told by the check of wishes.
    fn narrow_to_spec(&self, index: ColumnIdx, narrowing: &mut Narrowing<'_>) {
        let schema = self.cx.schema();
        let base = schema.base_type(&self.cx.column(index).ty);
        let Some(range) = self.cx.spec_of(index).and_then(|s| s.range.as_ref()) else { return };
        let bound = |v: &WeightedValue| Some(Bound { value: spec_value(v, base, schema)?, inclusive: true });
        if let Some(low) = range.min.as_ref().and_then(bound) {
            narrowing.limit_low(low);
        }
        if let Some(high) = range.max.as_ref().and_then(bound) {
            narrowing.limit_high(high);
        }
    }
}

/// Whether bounds leave no value of a type that counts.
fn is_empty(found: &ColumnProperties<'_>, dialect: Dialect) -> bool {
    Units::of(found.base, dialect).is_some_and(|units| units.range(&found.domain, true).is_none())
}

impl LeftoverCheck {
    /// A conjunct of a CHECK of the table.
    pub(super) fn of(check: &Check, part: &Expr) -> Self {
        Self { expr: part.clone(), title: title(check), span: check.span }
    }
}

/// A conjunct of a CHECK.
struct CheckPart<'a> {
    check: &'a Check,
    expr: &'a Expr,
    /// The columns that it reads.
    columns: Vec<ColumnIdx>,
}

/// The conjuncts of each CHECK.
fn parts(checks: &[Check]) -> Vec<CheckPart<'_>> {
    let mut parts = Vec::new();
    for check in checks {
        let exprs = conjuncts(&check.expr).into_iter();
        parts.extend(exprs.map(|expr| CheckPart { check, expr, columns: expr.columns() }));
    }
    parts
}

/// Whether a condition casts something to another type than text.
fn reads_as_value(e: &Expr) -> bool {
    e.any(&|e| matches!(e, Expr::Cast { target, .. } if !target.is_text()))
}

/// How many of the values that text stands for are forbidden.
fn forbidden_of_written(narrowing: &Narrowing<'_>) -> usize {
    narrowing.domain.written.as_ref().map_or(0, |written| written.domain.forbidden.len())
}

/// Whether a condition matches text against a pattern.
fn asks_for_form(e: &Expr) -> bool {
    e.any(&|e| matches!(e, Expr::Like { negated: false, .. }))
}

/// A CHECK as reasons and limitations call it: by its name, if it has one, and its text.
fn title(check: &Check) -> String {
    match &check.name {
        Some(name) => format!("CHECK `{name}` ({})", check.text),
        None => format!("CHECK ({})", check.text),
    }
}

/// Lengths that a type sets: characters of `char(n)` and `varchar(n)`, bytes of binary types and of MySQL's `text`
/// types.
fn of_type(domain: &mut ValueDomain, base: &SqlType, dialect: Dialect) {
    let text = &mut domain.text;
    match base {
        SqlType::Char { length } => text.max_chars = Some(length.unwrap_or(1)),
        SqlType::Varchar { length } => text.max_chars = *length,
        SqlType::Text { max_bytes } | SqlType::Blob { max_bytes } => text.max_bytes = *max_bytes,
        SqlType::Binary { length } | SqlType::Varbinary { length } => {
            text.max_bytes = Some(length.unwrap_or(1).into())
        }
        _ => {}
    }
    // A column whose type `char` is but an affinity has no length; values of one character would be a strange reading.
    if representation(dialect).storage.typing == Typing::Affinity && *base == (SqlType::Char { length: None })
    {
        text.max_chars = None;
    }
}

/// Narrows a partition key's column to the values for which there is a partition; whether there is one for NULL.
fn narrow_to_partitions(
    narrowing: &mut Narrowing<'_>,
    reach: &Reachable,
    index: ColumnIdx,
    cx: &Context<'_>,
) -> bool {
    let value = |e: &Expr| {
        let nothing: Vec<Value> = Vec::new();
        match e {
            Expr::Literal(literal) => Some(literal_value(literal)),
            e => evaluate(e, &nothing, cx).ok(),
        }
    };
    match reach {
        Reachable::List { column, values, null } if *column == index => {
            narrowing.allow(values.iter().filter_map(value).collect());
            *null
        }
        Reachable::Range { column, from, to, null } if *column == index => {
            let bound = |e: &Expr, inclusive| Some(Bound { value: value(e)?, inclusive });
            if let Some(low) = from.as_ref().and_then(|e| bound(e, true)) {
                narrowing.limit_low(narrowing.typed(low));
            }
            if let Some(high) = to.as_ref().and_then(|e| bound(e, false)) {
                narrowing.limit_high(narrowing.typed(high));
            }
            *null
        }
        _ => true,
    }
}

/// An end of the spec's range as a value of the column's type; `None` for text that is none.
fn spec_value(value: &WeightedValue, base: &SqlType, schema: &Schema) -> Option<Value> {
    match value {
        WeightedValue::Text(t) => parse_value(t, base, schema).ok(),
        WeightedValue::Integer(n) => Some(Value::Integer((*n).into())),
        WeightedValue::Float(f) => Some(Value::Float(*f)),
        WeightedValue::Boolean(b) => Some(Value::Boolean(*b)),
        WeightedValue::Weighted { value, .. } => spec_value(value, base, schema),
    }
}

/// A domain's condition with the column, or what is generated for it, in place of `VALUE`.
pub(super) fn with_value(e: &Expr, value: &Expr) -> Expr {
    e.substituted(&|e| (*e == Expr::DomainValue).then(|| value.clone()))
}
