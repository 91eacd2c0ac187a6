//! Reading conditions as formulas.
//!
//! The reader goes down AND, OR and NOT with the set of truth values that is asked for, by De Morgan's laws in
//! three-valued logic (which [`Truths::negated`] swaps). At the bottom stand comparisons and other conditions: strict
//! ones are split into NULL patterns and a condition on present values, everything else is left to be evaluated.

use super::{ALWAYS, Condition, Formula, NEVER, Truths, strictness};
use crate::narrow::reads_clock;
use seedbed_schema_model::{BinaryOp, Expr, Literal, SqlType, UnaryOp};
use seedbed_sql_semantics::{Context, evaluate, truth};
use seedbed_sql_values::Value;
use std::cell::Cell;

/// A formula of more parts than this is evaluated as it stands: nested conditions that are compared with each other
/// double with each level.
const MOST_PARTS: usize = 500;

/// Parts of one CHECK that are taken apart. Conditions that are compared with each other are read once for each truth
/// value, those within them as often again; what is left when the steps are used up is evaluated as it stands.
const STEPS: u32 = 20_000;

/// Alternatives beyond this are not multiplied out; the condition is evaluated as it stands.
pub(super) const MOST_VARIANTS: usize = 128;

impl Formula {
    /// A CHECK passes: it is not false.
    pub fn passes(check: &Expr, cx: &Context<'_>) -> Self {
        FormulaReader { cx, steps: Cell::new(STEPS) }.read(check, Truths::PASSES)
    }
}

/// Reads conditions over the columns of one table.
pub(super) struct FormulaReader<'a> {
    pub(super) cx: &'a Context<'a>,
    /// Parts of a CHECK that may still be taken apart.
    steps: Cell<u32>,
}

impl FormulaReader<'_> {
    /// The formula that is satisfied exactly where a condition has one of some truth values.
    pub(super) fn read(&self, e: &Expr, truths: Truths) -> Formula {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        if left == 0 {
            return self.evaluated(e, truths);
        }
        let found = self.read_parts(e, truths);
        if found.len() > MOST_PARTS { self.evaluated(e, truths) } else { found }
    }

    /// The same by the condition's form, however large the formula gets.
    fn read_parts(&self, e: &Expr, truths: Truths) -> Formula {
        if truths == Truths::ALL {
            return ALWAYS;
        }
        if truths == Truths::NONE {
            return NEVER;
        }
        match e {
            Expr::Binary { op: BinaryOp::And, left, right } => self.both(left, right, truths),
            Expr::Binary { op: BinaryOp::Or, left, right } => {
                // De Morgan: not (not a and not b).
                let not = |e: &Expr| Expr::Unary { op: UnaryOp::Not, operand: Box::new(e.clone()) };
                self.both(&not(left), &not(right), truths.negated())
            }
            Expr::Unary { op: UnaryOp::Not, operand } => self.read(operand, truths.negated()),
            Expr::IsTruth { operand, truth, negated } => {
                let asked = match truth {
                    Some(true) => Truths::TRUE,
                    Some(false) => Truths::FALSE,
                    None => Truths::UNKNOWN,
                };
                self.two_valued(truths, *negated, |yes| {
                    self.read(operand, if yes { asked } else { asked.others() })
                })
            }
            Expr::IsNull { operand, negated } => self.two_valued(truths, *negated, |yes| {
                if yes { self.null(operand) } else { self.present(operand) }
            }),
            Expr::IsDistinct { left, right, negated } => {
                self.two_valued(truths, *negated, |yes| self.distinct(left, right, yes))
            }
            Expr::Binary { op, left, right } if op.is_comparison() => {
                self.comparison(e, *op, left, right, truths)
            }
            Expr::Between { operand, low, high, negated, symmetric } => {
                let mut inside = within(operand, low, high);
                if *symmetric {
                    inside = Expr::binary(BinaryOp::Or, inside, within(operand, high, low));
                }
                self.read(&inside, if *negated { truths.negated() } else { truths })
            }
            Expr::InList { operand, list, negated } => self.membership(e, operand, list, *negated, truths),
            Expr::Case { .. } | Expr::Function { .. } if self.is_conditional(e) => match self.variants(e) {
                Some(variants) => Formula::any(
                    variants.into_iter().map(|(when, then)| Formula::all([when, self.read(&then, truths)])),
                ),
                None => self.evaluated(e, truths),
            },
            Expr::Binary { op: BinaryOp::Xor, left, right } => {
                self.comparison(e, BinaryOp::NotEq, left, right, truths)
            }
            _ => self.simple(e, truths),
        }
    }

    /// `a AND b`.
    fn both(&self, left: &Expr, right: &Expr, truths: Truths) -> Formula {
        let each = |t: Truths| Formula::all([self.read(left, t), self.read(right, t)]);
        let some = |t: Truths| Formula::any([self.read(left, t), self.read(right, t)]);
        match truths {
            Truths::TRUE | Truths::PASSES => each(truths),
            Truths::FALSE | Truths::NOT_TRUE => some(truths),
            Truths::UNKNOWN => Formula::all([each(Truths::PASSES), some(Truths::NOT_TRUE)]),
            _ => Formula::any([each(Truths::TRUE), some(Truths::FALSE)]),
        }
    }

    /// A condition that is never unknown: `holds(true)` is when it holds, `holds(false)` when it doesn't.
    fn two_valued(&self, truths: Truths, negated: bool, holds: impl Fn(bool) -> Formula) -> Formula {
        let mut ways = Vec::new();
        if truths.has(Some(true)) {
            ways.push(holds(!negated));
        }
        if truths.has(Some(false)) {
            ways.push(holds(negated));
        }
        if ways.len() == 2 { ALWAYS } else { Formula::any(ways) }
    }

    /// The value is NULL.
    pub(super) fn null(&self, e: &Expr) -> Formula {
        let e = bare(e);
        match e {
            Expr::Column(c) => Formula::Null(*c),
            _ if e.columns().is_empty() => self.constant_null(e, true),
            _ if self.is_predicate(e) => self.read(e, Truths::UNKNOWN),
            Expr::Function { name, args } if matches!(name.as_str(), "coalesce" | "ifnull") => {
                Formula::all(args.iter().map(|a| self.null(a)))
            }
            _ if strictness::is_total(e) => Formula::any(e.columns().into_iter().map(Formula::Null)),
            _ => self.evaluated(&is_null(e, false), Truths::TRUE),
        }
    }

    /// The value is not NULL.
    pub(super) fn present(&self, e: &Expr) -> Formula {
        let e = bare(e);
        match e {
            Expr::Column(c) => Formula::Present(*c),
            _ if e.columns().is_empty() => self.constant_null(e, false),
            _ if self.is_predicate(e) => self.read(e, Truths::KNOWN),
            Expr::Function { name, args } if matches!(name.as_str(), "coalesce" | "ifnull") => {
                Formula::any(args.iter().map(|a| self.present(a)))
            }
            _ if strictness::is_total(e) => Formula::all(e.columns().into_iter().map(Formula::Present)),
            _ => self.evaluated(&is_null(e, true), Truths::TRUE),
        }
    }

    /// Whether an expression without columns is NULL, evaluated once.
    fn constant_null(&self, e: &Expr, null: bool) -> Formula {
        let row: Vec<Value> = Vec::new();
        match evaluate(e, &row, self.cx) {
            Ok(value) if value.is_null() == null => ALWAYS,
            Ok(_) => NEVER,
            Err(_) => self.evaluated(&is_null(e, !null), Truths::TRUE),
        }
    }

    /// `left IS DISTINCT FROM right`, or not.
    fn distinct(&self, left: &Expr, right: &Expr, distinct: bool) -> Formula {
        let compare = |op| self.read(&Expr::binary(op, left.clone(), right.clone()), Truths::TRUE);
        if distinct {
            Formula::any([
                Formula::all([self.null(left), self.present(right)]),
                Formula::all([self.present(left), self.null(right)]),
                compare(BinaryOp::NotEq),
            ])
        } else {
            Formula::any([compare(BinaryOp::Eq), Formula::all([self.null(left), self.null(right)])])
        }
    }

    /// A comparison: of counts, of truth values, of cases, or plain.
    fn comparison(&self, e: &Expr, op: BinaryOp, left: &Expr, right: &Expr, truths: Truths) -> Formula {
        if let Some(counted) = self.counted(op, left, right, truths) {
            return counted;
        }
        if self.is_predicate(left) && self.is_truth(right) || self.is_truth(left) && self.is_predicate(right)
        {
            return self.truths_compared(op, left, right, truths);
        }
        if !self.is_conditional(left) && !self.is_conditional(right) {
            return self.simple(e, truths);
        }
        let (Some(lefts), Some(rights)) = (self.variants(left), self.variants(right)) else {
            return self.evaluated(e, truths);
        };
        if lefts.len() * rights.len() > MOST_VARIANTS {
            return self.evaluated(e, truths);
        }
        Formula::any(lefts.iter().flat_map(|(when_left, l)| {
            rights.iter().map(move |(when_right, r)| {
                let plain = Expr::binary(op, l.clone(), r.clone());
                Formula::all([when_left.clone(), when_right.clone(), self.simple(&plain, truths)])
            })
        }))
    }

    /// Two truth values compared: `(a IS NULL) = (b IS NULL)`, `(x > 0) <= flag`.
    fn truths_compared(&self, op: BinaryOp, left: &Expr, right: &Expr, truths: Truths) -> Formula {
        let of = |b: bool| if b { Truths::TRUE } else { Truths::FALSE };
        let mut ways = Vec::new();
        for (l, r) in [(true, true), (false, false), (true, false), (false, true)] {
            let holds = match op {
                BinaryOp::Eq => l == r,
                BinaryOp::NotEq => l != r,
                BinaryOp::Lt => !l & r,
                BinaryOp::LtEq => l <= r,
                BinaryOp::Gt => l & !r,
                _ => l >= r,
            };
            if truths.has(Some(holds)) {
                ways.push(Formula::all([self.truth_is(left, of(l)), self.truth_is(right, of(r))]));
            }
        }
        if truths.has(None) {
            ways.push(self.truth_is(left, Truths::UNKNOWN));
            ways.push(self.truth_is(right, Truths::UNKNOWN));
        }
        Formula::any(ways)
    }

    /// As [`FormulaReader::read`], where 1 and 0 stand for true and false.
    pub(super) fn truth_is(&self, e: &Expr, truths: Truths) -> Formula {
        match bare(e) {
            Expr::Literal(Literal::Integer(n)) if truths.has(Some(*n != 0)) => ALWAYS,
            Expr::Literal(Literal::Integer(_)) => NEVER,
            other => self.read(other, truths),
        }
    }

    /// `x IN (...)`.
    fn membership(&self, e: &Expr, operand: &Expr, list: &[Expr], negated: bool, truths: Truths) -> Formula {
        let constant = list.iter().all(|item| item.columns().is_empty());
        if constant && !self.is_conditional(operand) {
            return self.simple(e, truths);
        }
        if list.len() > MOST_VARIANTS {
            return self.evaluated(e, truths);
        }
        let equal = |item: &Expr| Expr::binary(BinaryOp::Eq, operand.clone(), item.clone());
        if !constant {
            let Some((first, rest)) = list.split_first() else { return self.simple(e, truths) };
            let any = rest
                .iter()
                .fold(equal(first), |so_far, item| Expr::binary(BinaryOp::Or, so_far, equal(item)));
            return self.read(&any, if negated { truths.negated() } else { truths });
        }
        match self.variants(operand) {
            Some(variants) => Formula::any(variants.into_iter().map(|(when, then)| {
                let plain = Expr::InList { operand: Box::new(then), list: list.to_vec(), negated };
                Formula::all([when, self.simple(&plain, truths)])
            })),
            None => self.evaluated(e, truths),
        }
    }

    /// A condition without parts of its own: true or false of present values, unknown when one is NULL.
    pub(super) fn simple(&self, e: &Expr, truths: Truths) -> Formula {
        let columns = e.columns();
        if columns.is_empty() {
            let row: Vec<Value> = Vec::new();
            return match truth(e, &row, self.cx) {
                Ok(t) if truths.has(t) => ALWAYS,
                Ok(_) => NEVER,
                Err(_) => self.evaluated(e, truths),
            };
        }
        if !strictness::is_strict(e) {
            return self.evaluated(e, truths);
        }
        let present = || columns.iter().copied().map(Formula::Present);
        let mut ways = Vec::new();
        if truths.has(Some(true)) && truths.has(Some(false)) && strictness::is_total(e) {
            ways.push(Formula::all(present()));
        } else {
            if truths.has(Some(true)) {
                ways.push(Formula::all(present().chain([self.condition(e, Truths::TRUE, true)])));
            }
            if truths.has(Some(false)) {
                let opposite = negation(e);
                ways.push(Formula::all(present().chain([self.condition(&opposite, Truths::TRUE, true)])));
            }
        }
        if truths.has(None) {
            ways.extend(columns.iter().copied().map(Formula::Null));
            if !strictness::is_total(e) {
                ways.push(Formula::all(present().chain([self.condition(e, Truths::UNKNOWN, true)])));
            }
        }
        Formula::any(ways)
    }

    /// A condition left as it stands, NULLs in its columns and all.
    pub(super) fn evaluated(&self, e: &Expr, truths: Truths) -> Formula {
        self.condition(e, truths, false)
    }

    /// A condition as a leaf of the formula; `strict` where it stands beside the presence of its columns.
    pub(super) fn condition(&self, e: &Expr, truths: Truths, strict: bool) -> Formula {
        let moves = reads_clock(e);
        Formula::Holds(Condition { expr: e.clone(), truths, columns: e.columns(), number: 0, moves, strict })
    }

    /// Whether an expression is a condition: its value is true, false or unknown.
    pub(super) fn is_predicate(&self, e: &Expr) -> bool {
        match bare(e) {
            Expr::Binary { op, .. } => {
                op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor)
            }
            Expr::Column(c) => {
                let column = self.cx.table.and_then(|t| t.columns.get(c.position()));
                column.is_some_and(|c| *self.cx.schema.base_type(&c.ty) == SqlType::Boolean)
            }
            Expr::Literal(Literal::Boolean(_)) => true,
            e => e.is_predicate_form(),
        }
    }

    /// A condition, or a number that stands for one.
    pub(super) fn is_truth(&self, e: &Expr) -> bool {
        self.is_predicate(e) || matches!(bare(e), Expr::Literal(Literal::Integer(0 | 1)))
    }
}

/// Below parentheses.
pub(super) fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Row(items) if items.len() == 1 => bare(&items[0]),
        Expr::Cast { operand, target: SqlType::Boolean } => bare(operand),
        other => other,
    }
}

/// `operand >= low AND operand <= high`: what BETWEEN means (SQL:2016, §8.3).
fn within(operand: &Expr, low: &Expr, high: &Expr) -> Expr {
    let above = Expr::binary(BinaryOp::GtEq, operand.clone(), low.clone());
    let below = Expr::binary(BinaryOp::LtEq, operand.clone(), high.clone());
    Expr::binary(BinaryOp::And, above, below)
}

/// `e IS [NOT] NULL`.
fn is_null(e: &Expr, negated: bool) -> Expr {
    Expr::IsNull { operand: Box::new(e.clone()), negated }
}

/// The condition that is true exactly where a strict one is false: the opposite of a comparison, IN or LIKE, and NOT of
/// others.
fn negation(e: &Expr) -> Expr {
    let has_opposite = matches!(e, Expr::Binary { .. } | Expr::InList { .. } | Expr::Like { .. });
    e.opposite().filter(|_| has_opposite).unwrap_or_else(|| not(e))
}

fn not(e: &Expr) -> Expr {
    Expr::Unary { op: UnaryOp::Not, operand: Box::new(e.clone()) }
}
