//! Single-column CHECKs read as restrictions of the column's list.
//!
//! A CHECK passes when it is not false, so on non-NULL values each conjunct over one column is a condition on the
//! value. What can be read here narrows a [`ValueDomain`]; the narrowing may be *stricter* than the CHECK (one branch
//! of an OR), never laxer. What can't be read is handed back, for the rows to be tested one by one.
//!
//! Each kind of condition has a method that says whether it could read it; `logic` takes conditions apart, `isolate`
//! moves arithmetic to the other side, `inverse` turns functions round, `text_length`, `text_part` and `pattern_match`
//! read conditions on text, `written` those on what text stands for, `range` those on ranges and points, `clock` those
//! that move with the time. Where the values are listed already, each is tried (`listed`).

mod clock;
mod inverse;
mod isolate;
mod listed;
mod logic;
mod pattern_match;
mod range;
mod text_length;
mod text_part;
mod text_time;
mod text_value;

pub use clock::{asks_for_now, later, reads_clock};
pub use logic::{conjuncts, strip};

use crate::domain::{Bound, ValueDomain};
use crate::units::Units;
use crate::value_order::{DistinctValues, order};
use logic::{flatten_or, negate};
use seedbed_schema_model::{
    BinaryOp, ColumnIdx, DefaultValue, Expr, LikeKind, Literal, Quantifier, SqlType, UnaryOp,
};
use seedbed_sql_semantics::{Context, check_passes, evaluate};
use seedbed_sql_values::{Value, parse_value};

/// What an expression is about: a column, or `VALUE` in a domain's CHECK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A column of the row.
    Column(ColumnIdx),
    /// `VALUE`.
    DomainValue,
}

/// The values of other columns of the row, as far as they are decided.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// A value for each column of the table.
    pub values: &'a [Value],
    /// Which of them are decided.
    pub decided: &'a [bool],
}

/// A column's domain under construction.
#[derive(Clone, Debug)]
pub struct Narrowing<'a> {
    /// What is left of its values by the conditions read so far.
    pub domain: ValueDomain,
    /// Whether NULL breaks a condition.
    pub not_null: bool,
    /// Whether everything but NULL does.
    pub must_be_null: bool,
    /// Whose list it is.
    subject: Subject,
    /// Its type below all domains.
    ty: &'a SqlType,
    /// What constants are evaluated in.
    cx: &'a Context<'a>,
    /// Other columns of the row that count as constants.
    known: Option<Known<'a>>,
    /// Whether it may settle for one branch of an OR.
    may_choose: bool,
    /// When rows are written, where that is known: from this moment on to that one. Else from what plans take for now on,
    /// for decades.
    written: Option<(i64, i64)>,
    /// Whether functions of the column that only rise or fall are turned round.
    inverts: bool,
}

impl<'a> Narrowing<'a> {
    /// Nothing known yet of a column of base type `ty`.
    pub fn new(subject: Subject, ty: &'a SqlType, cx: &'a Context<'a>) -> Self {
        Self {
            domain: ValueDomain::default(),
            not_null: false,
            must_be_null: false,
            subject,
            ty,
            cx,
            known: None,
            may_choose: true,
            written: None,
            inverts: true,
        }
    }

    /// The same for rows that are written between two moments, in microseconds since 1970-01-01 UTC: conditions on the
    /// clock hold then, and need not hold in decades.
    #[must_use]
    pub fn written(mut self, from: i64, to: i64) -> Self {
        self.written = Some((from, to));
        self
    }

    /// The same with other columns of the row decided: what is said of them counts as constant.
    #[must_use]
    pub fn beside(mut self, known: Known<'a>) -> Self {
        self.known = Some(known);
        self
    }

    /// The same without settling for one branch of an OR: what is left open is decided row by row.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.may_choose = false;
        self
    }

    /// The same without turning functions of the column round, which costs some hundred evaluations each.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.inverts = false;
        self
    }

    /// The same column seen as another subject (its domain's `VALUE`).
    #[must_use]
    pub fn seen_as(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// Reads a condition; false if it could not be read whole (nothing is changed then).
    ///
    /// ```
    /// use seedbed_schema_model::{BinaryOp, ColumnIdx, Dialect, Expr, Schema, SqlType};
    /// use seedbed_solver::{Narrowing, Subject};
    /// use seedbed_sql_semantics::Context;
    /// use seedbed_sql_values::Value;
    ///
    /// let schema = Schema::new(Dialect::Postgres);
    /// let cx = Context::new(&schema, None);
    /// let mut size = Narrowing::new(Subject::Column(ColumnIdx(0)), &SqlType::INTEGER, &cx);
    /// let positive = Expr::binary(BinaryOp::Gt, Expr::column(ColumnIdx(0)), Expr::integer(0));
    /// assert!(size.apply(&positive));
    /// let low = size.domain.low.unwrap();
    /// assert_eq!((low.value, low.inclusive), (Value::Integer(0), false));
    /// assert!(!size.not_null, "NULL passes a CHECK");
    /// ```
    pub fn apply(&mut self, condition: &Expr) -> bool {
        if let Some(kept) = self.tried(condition) {
            self.not_null |= self.null_passes(condition) == Some(false);
            self.domain.allowed = Some(kept);
            return true;
        }
        let mut next = self.clone();
        if next.read(condition) {
            // Whether NULL passes is asked of the condition as a whole, and so exact whichever branch was taken.
            if let Some(passes) = self.null_passes(condition) {
                next.not_null = self.not_null || !passes;
            }
            *self = next;
            return true;
        }
        false
    }

    /// Whether a condition over the column alone is not false of NULL; `None` if it can't be told.
    fn null_passes(&self, condition: &Expr) -> Option<bool> {
        if self.known.is_some() {
            return None;
        }
        let cx = Context { domain_value: Some(Value::Null), ..self.cx.clone() };
        let nothing: Vec<Value> = Vec::new();
        check_passes(condition, &nothing, &cx).ok()
    }

    /// Reads one condition that has to be true of the value; false if it can't be read.
    fn read(&mut self, e: &Expr) -> bool {
        if self.ty.is_text() && self.read_as_value(e) {
            return true;
        }
        match e {
            Expr::Binary { op: BinaryOp::And, left, right } => self.read(left) && self.read(right),
            Expr::Binary { op: BinaryOp::Or, .. } => self.read_any(e),
            Expr::Binary { op: BinaryOp::Eq, left, right }
            | Expr::IsDistinct { left, right, negated: true }
                if self.read_written(left, right) =>
            {
                true
            }
            Expr::Binary { op, left, right } if op.is_comparison() => {
                self.read_comparison(left, *op, right) || self.read_comparison(right, op.mirrored(), left)
            }
            Expr::Binary {
                op: op @ (BinaryOp::Contains | BinaryOp::ContainedBy | BinaryOp::Overlaps),
                left,
                right,
            } => self.read_containment(*op, left, right),
            Expr::Unary { op: UnaryOp::Not, operand } => match negate(operand) {
                Some(positive) => self.read(&positive),
                None => false,
            },
            Expr::IsNull { operand, negated } if self.is_subject(operand) => {
                if *negated {
                    self.not_null = true;
                } else {
                    self.must_be_null = true;
                }
                true
            }
            Expr::IsNull { operand, negated: true } => {
                let reads = self.read_time(operand);
                self.not_null |= reads;
                reads
            }
            Expr::IsTruth { operand, truth: Some(truth), negated: false } => {
                self.read_truth_test(operand, *truth)
            }
            Expr::InList { operand, list, negated } => match self.constants(list) {
                Some(values) if *negated && self.is_subject(operand) => self.forbid(values),
                Some(values) if !*negated => {
                    self.allow_among(operand, values.clone()) || self.read_lengths(operand, &values)
                }
                _ => false,
            },
            Expr::Quantified { left, op, quantifier, array } => {
                self.read_quantified(left, *op, *quantifier, array)
            }
            Expr::Between { operand, low, high, negated: false, symmetric: false } => {
                self.read_comparison(operand, BinaryOp::GtEq, low)
                    && self.read_comparison(operand, BinaryOp::LtEq, high)
            }
            Expr::Like { kind, operand, pattern, escape, negated: false }
                if self.is_subject(operand) && *self.ty != SqlType::Ltree =>
            {
                self.read_pattern(*kind, pattern, escape.as_deref())
            }
            Expr::Column(_) | Expr::DomainValue if self.is_subject(e) && *self.ty == SqlType::Boolean => {
                self.allow(vec![Value::Boolean(true)])
            }
            Expr::Literal(Literal::Boolean(true)) => true,
            Expr::Function { name, args } => self.read_function(name, args),
            _ => false,
        }
    }

    /// `condition IS TRUE`, `condition IS FALSE`.
    fn read_truth_test(&mut self, operand: &Expr, truth: bool) -> bool {
        // A test of NULL is known of NULL too; other conditions are known of values alone.
        match operand {
            Expr::IsNull { .. } => {}
            Expr::Column(_)
            | Expr::DomainValue
            | Expr::InList { .. }
            | Expr::Between { .. }
            | Expr::Like { .. } => self.not_null = true,
            Expr::Binary { op, .. } if op.is_comparison() => self.not_null = true,
            _ => return false,
        }
        let asked = if truth { Some(operand.clone()) } else { negate(operand) };
        asked.is_some_and(|asked| self.read(&asked))
    }

    /// `a OR b`: branches that hold for NULL alone say nothing of other values; equalities are a list; of others the
    /// first that can be read is taken.
    fn read_any(&mut self, e: &Expr) -> bool {
        let mut branches = Vec::new();
        flatten_or(e, &mut branches);
        let others: Vec<&Expr> = branches
            .iter()
            .copied()
            .filter(|b| !matches!(b, Expr::IsNull { operand, negated: false } if self.is_subject(operand)))
            .collect();
        if others.is_empty() {
            self.must_be_null = true;
            return true;
        }
        let mut union = Vec::new();
        let lists = others.iter().all(|branch| {
            let mut alone = Self { domain: ValueDomain::default(), ..self.clone() };
            let read = alone.read(branch);
            match alone.domain.allowed.take() {
                Some(values) if read && alone.domain == ValueDomain::default() => {
                    union.extend(values);
                    true
                }
                _ => false,
            }
        });
        if lists {
            return self.allow(union);
        }
        if !self.may_choose && others.len() > 1 {
            return false;
        }
        let attempts = others.into_iter().filter_map(|branch| {
            let mut attempt = self.clone();
            (attempt.read(branch) && !attempt.must_be_null && !attempt.is_empty()).then_some(attempt)
        });
        // Any will do, but a list of some values is hardly all that a key could have.
        let mut attempts: Vec<Self> = attempts.collect();
        let wide = attempts.iter().position(|attempt| attempt.domain.allowed == self.domain.allowed);
        if attempts.is_empty() {
            return false;
        }
        *self = attempts.swap_remove(wide.unwrap_or(0));
        true
    }

    /// Whether no value is left.
    fn is_empty(&self) -> bool {
        let range_is_empty =
            |units: Units| self.domain.restricts_values() && units.range(&self.domain, true).is_none();
        self.domain.allowed.as_ref().is_some_and(Vec::is_empty)
            || Units::of(self.ty, self.cx.schema.dialect).is_some_and(range_is_empty)
    }

    /// `left op right` with the column on the left: a bound, a list of one, or a condition on a length or kind.
    fn read_comparison(&mut self, left: &Expr, op: BinaryOp, right: &Expr) -> bool {
        if self.read_normal_form(left, op, right) {
            return true;
        }
        if self.isolate(left, op, right) {
            return true;
        }
        if self.invert(left, op, right) {
            return true;
        }
        let Some(value) = self.bound(right, op) else { return false };
        if value.is_null() {
            return false;
        }
        let value =
            if self.is_subject(left) { self.typed(Bound { value, inclusive: true }).value } else { value };
        if !self.is_subject(left) {
            return self.read_length(left, op, &value)
                || self.read_elements(left, op, &value)
                || self.read_part(left, op, &value)
                || self.read_json_type(left, op, &value)
                || (op == BinaryOp::Eq && self.allow_among(left, vec![value.clone()]))
                || (op == BinaryOp::Eq && self.read_part_of_text(left, std::slice::from_ref(&value)))
                || self.read_place_in_text(left, op, &value)
                || self.read_trimmed_not_empty(left, op, &value);
        }
        match op {
            BinaryOp::Eq => self.allow(vec![value]),
            BinaryOp::NotEq => self.forbid(vec![value]),
            _ if self.ty.is_text() || matches!(value, Value::Text(_) | Value::Boolean(_)) => false,
            BinaryOp::Lt => self.limit_high(Bound { value, inclusive: false }),
            BinaryOp::LtEq => self.limit_high(Bound { value, inclusive: true }),
            BinaryOp::Gt => self.limit_low(Bound { value, inclusive: false }),
            BinaryOp::GtEq => self.limit_low(Bound { value, inclusive: true }),
            _ => false,
        }
    }

    /// `x = ANY (array)`, `x <> ALL (array)`.
    fn read_quantified(&mut self, left: &Expr, op: BinaryOp, quantifier: Quantifier, array: &Expr) -> bool {
        let values = match self.constant(array) {
            Some(Value::Array(values)) => values,
            _ => return false,
        };
        match (op, quantifier) {
            (BinaryOp::Eq, Quantifier::Any) => self.allow_among(left, values),
            (BinaryOp::NotEq, Quantifier::All) if self.is_subject(left) => self.forbid(values),
            _ => false,
        }
    }

    /// `x IN (...)` where x is the column, or the column in upper or lower case (then those spellings will do).
    fn allow_among(&mut self, operand: &Expr, values: Vec<Value>) -> bool {
        let same_case = match strip(operand) {
            Expr::Function { name, args } if args.len() == 1 && self.is_subject(&args[0]) => {
                let folded = |v: &Value, f: fn(&str) -> String| matches!(v, Value::Text(t) if f(t) == *t);
                match name.as_str() {
                    "lower" | "lcase" => values.iter().all(|v| folded(v, |t| t.to_lowercase())),
                    "upper" | "ucase" => values.iter().all(|v| folded(v, |t| t.to_uppercase())),
                    "btrim" | "trim" => values.iter().all(|v| folded(v, |t| t.trim().to_owned())),
                    _ => false,
                }
            }
            other => self.is_subject(other),
        };
        if same_case { self.allow(values) } else { self.read_part_of_text(operand, &values) }
    }

    /// `jsonb_typeof(x) = 'array'`.
    fn read_json_type(&mut self, left: &Expr, op: BinaryOp, value: &Value) -> bool {
        let (Expr::Function { name, args }, Value::Text(kind)) = (strip(left), value) else { return false };
        let asks =
            matches!(name.as_str(), "jsonb_typeof" | "json_typeof" | "json_type") && op == BinaryOp::Eq;
        let known = matches!(kind.to_ascii_lowercase().as_str(), "array" | "object");
        if !asks || !known || args.len() != 1 || !self.is_subject(&args[0]) {
            return false;
        }
        self.domain.json_type = Some(kind.to_ascii_lowercase());
        self.domain.text.json = true;
        true
    }

    /// Leaves only these values, of those that were left. Always true, as reading them can't fail.
    pub fn allow(&mut self, values: Vec<Value>) -> bool {
        let already =
            self.domain.allowed.as_ref().map(|already| already.iter().collect::<DistinctValues<'_>>());
        let passes = |value: &Value| {
            !value.is_null() && already.as_ref().is_none_or(|already| already.contains(value))
        };
        let passing: Vec<Value> = values.into_iter().filter(passes).collect();
        let mut seen = DistinctValues::default();
        let kept = passing.iter().filter(|value| seen.insert(value)).cloned().collect();
        self.domain.allowed = Some(kept);
        true
    }

    /// Takes values off the list. Always true, as reading them can't fail.
    fn forbid(&mut self, values: Vec<Value>) -> bool {
        for value in values {
            if value == Value::Text(String::new()) {
                self.domain.text.min_chars = self.domain.text.min_chars.max(1);
            }
            self.domain.forbidden.push(value);
        }
        true
    }

    /// Leaves nothing below a bound; false if it can't be compared with the one that stands.
    pub fn limit_low(&mut self, bound: Bound) -> bool {
        let tighter = match &self.domain.low {
            Some(old) => match order(&bound.value, &old.value) {
                Some(o) => o.is_gt() || (o.is_eq() && !bound.inclusive),
                None => return false,
            },
            None => true,
        };
        if tighter {
            self.domain.low = Some(bound);
        }
        true
    }

    /// Leaves nothing above a bound; false if it can't be compared with the one that stands.
    pub fn limit_high(&mut self, bound: Bound) -> bool {
        let tighter = match &self.domain.high {
            Some(old) => match order(&bound.value, &old.value) {
                Some(o) => o.is_lt() || (o.is_eq() && !bound.inclusive),
                None => return false,
            },
            None => true,
        };
        if tighter {
            self.domain.high = Some(bound);
        }
        true
    }

    /// A bound whose text is read as a value of the column's type: `'2020-01-01'` beside a date is a date.
    pub fn typed(&self, bound: Bound) -> Bound {
        let value = match &bound.value {
            Value::Text(t) if !self.ty.is_text() => {
                parse_value(t, self.ty, self.cx.schema).unwrap_or(bound.value)
            }
            _ => bound.value,
        };
        Bound { value, ..bound }
    }

    /// `x LIKE pattern` and kin, as a regular expression that the text must match.
    fn read_pattern(&mut self, kind: LikeKind, pattern: &Expr, escape: Option<&str>) -> bool {
        let Some(Value::Text(pattern)) = self.constant(pattern) else { return false };
        match pattern_match::to_regex(kind, &pattern, escape) {
            Some(regex) => {
                self.domain.text.patterns.push(regex);
                true
            }
            None => false,
        }
    }

    /// Functions that are conditions themselves: `starts_with`, `regexp_like`, `json_valid`.
    fn read_function(&mut self, name: &str, args: &[Expr]) -> bool {
        match (name, args) {
            ("starts_with", [operand, prefix]) if self.is_subject(operand) => {
                let Some(Value::Text(prefix)) = self.constant(prefix) else { return false };
                self.domain.text.patterns.push(format!("^{}", regex_syntax::escape(&prefix)));
                true
            }
            ("regexp_like" | "regexp", [operand, pattern]) if self.is_subject(operand) => {
                self.read_pattern(LikeKind::Regex, pattern, None)
            }
            ("json_valid", [operand]) if self.is_subject(operand) => {
                self.domain.text.json = true;
                true
            }
            _ => false,
        }
    }

    /// Whether an expression is the column itself, below casts and collations.
    pub(super) fn is_subject(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Column(c) => self.subject == Subject::Column(*c),
            Expr::DomainValue => self.subject == Subject::DomainValue,
            _ => false,
        }
    }

    /// The value of an expression that no open column takes part in.
    pub(super) fn constant(&self, e: &Expr) -> Option<Value> {
        self.constant_at(e, self.cx)
    }

    /// The same at another moment.
    fn constant_at(&self, e: &Expr, cx: &Context<'_>) -> Option<Value> {
        let mut constant = true;
        let decided =
            |c: &ColumnIdx| self.known.is_some_and(|k| k.decided.get(c.position()).copied().unwrap_or(false));
        e.walk(&mut |part| {
            constant &= match part {
                Expr::Column(c) => decided(c) && self.subject != Subject::Column(*c),
                Expr::DomainValue => false,
                _ => true,
            }
        });
        let values = self.known.map_or(&[][..], |k| k.values);
        constant.then(|| evaluate(e, &values, cx).ok()).flatten()
    }

    /// The moments between which a condition on the clock has to hold.
    fn moments(&self) -> [Context<'a>; 2] {
        let at = |now_micros| Context { now_micros, ..self.cx.clone() };
        match self.written {
            Some((from, to)) => [at(from), at(to)],
            None => [self.cx.clone(), later(self.cx)],
        }
    }

    /// The constant that a value is compared with. One that moves with the clock is taken where it leaves the least
    /// room, now or in decades: rows are loaded later than the moment that plans take for now.
    fn bound(&self, e: &Expr, op: BinaryOp) -> Option<Value> {
        if !reads_clock(e) {
            return self.constant(e);
        }
        let [first, last] = self.moments();
        let (now, then) = (self.constant_at(e, &first)?, self.constant_at(e, &last)?);
        let earlier_first = order(&now, &then).is_none_or(std::cmp::Ordering::is_le);
        Some(match op {
            BinaryOp::Gt | BinaryOp::GtEq if earlier_first => then,
            BinaryOp::Lt | BinaryOp::LtEq if !earlier_first => then,
            _ => now,
        })
    }

    /// A default's value, if it is a constant other than NULL. A call such as `now()` is none.
    pub fn constant_of(&self, default: Option<&DefaultValue>) -> Option<Value> {
        let expr = &default?.expr;
        let mut calls = false;
        expr.walk(&mut |e| calls |= matches!(e, Expr::Function { .. } | Expr::UserFunction { .. }));
        if calls {
            return None;
        }
        self.constant(expr).filter(|v| !v.is_null())
    }

    /// The values of a list of such expressions; `None` if one isn't.
    fn constants(&self, list: &[Expr]) -> Option<Vec<Value>> {
        list.iter().map(|e| self.constant(e)).collect()
    }
}

#[cfg(test)]
mod tests;
