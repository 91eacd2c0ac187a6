//! From a condition to a program.

use super::pattern::Pattern;
use super::{Constant, Kept, Program, STACK, Step};
use crate::compare::{ConstantType, TextOrder};
use crate::evaluate::TruthValues;
use crate::evaluate::logic::chain;
use crate::{Context, cast, evaluate};
use seedbed_schema_model::{BinaryOp, Column, Expr, LikeKind, SqlType, UnaryOp};
use seedbed_sql_values::affinity::Affinity;
use seedbed_sql_values::{Typing, Value, literal_value, parse_value, representation, stored_value};

/// What kind of cells an expression has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    Truth,
    Number,
    Float,
    Text,
    /// Text that compares by other rules than its bytes alone.
    FoldedText,
    /// `char(n)`: only compared and matched.
    BlankText,
    Instant,
}

impl Program {
    /// Compiles a condition over the columns of the context's table; `domain` is the column that `VALUE` is, in a
    /// domain's condition. `None` where the condition, or one of its columns, is of a form that no program is sure of.
    pub fn compile(expr: &Expr, cx: &Context<'_>, domain: Option<&Column>) -> Option<Self> {
        // What the evaluator does not know is not for a program to know.
        crate::supported(expr, cx).ok()?;
        let program = Self { steps: Vec::new(), texts: Vec::new(), lists: Vec::new(), patterns: Vec::new() };
        let mut compiler = Compiler { cx, domain, program, height: 0, depth: 0 };
        let kind = compiler.expr(expr)?;
        matches!(kind, Kind::Truth | Kind::Null).then_some(compiler.program)
    }
}

struct Compiler<'a> {
    cx: &'a Context<'a>,
    domain: Option<&'a Column>,
    program: Program,
    /// Cells on the stack at this place.
    height: usize,
    depth: usize,
}

/// How deep a condition may nest.
const MAX_DEPTH: usize = 100;

/// Members from which on a list is one step.
const LONG_LIST: usize = 8;

impl<'a> Compiler<'a> {
    fn expr(&mut self, expr: &'a Expr) -> Option<Kind> {
        self.depth += 1;
        let kind = (self.depth < MAX_DEPTH).then(|| self.here(expr)).flatten();
        self.depth -= 1;
        kind
    }

    fn here(&mut self, expr: &'a Expr) -> Option<Kind> {
        match expr {
            Expr::Literal(literal) => self.value(&(self.cx.semantics.constant)(literal_value(literal))),
            Expr::Cast { .. } | Expr::Function { .. } if is_constant(expr) => {
                self.value(&evaluate(expr, &[], self.cx).ok()?)
            }
            Expr::Column(index) => {
                let (kept, kind) = self.kept(self.cx.column(*index)?)?;
                self.push(Step::Load(*index, kept), 1, kind)
            }
            Expr::DomainValue => {
                let (kept, kind) = self.kept(self.domain?)?;
                self.push(Step::Value(kept), 1, kind)
            }
            Expr::Unary { op: UnaryOp::Not, operand } => {
                self.truth(operand)?;
                self.push(Step::Not, 0, Kind::Truth)
            }
            Expr::Binary { op: BinaryOp::And, left, right } => self.logic(left, right, Step::And),
            Expr::Binary { op: BinaryOp::Or, left, right } => self.logic(left, right, Step::Or),
            Expr::Binary { op, left, right } if op.is_comparison() => self.comparison(*op, left, right),
            Expr::Binary { op: BinaryOp::Add, left, right } => self.arithmetic(left, right, Step::Add),
            Expr::Binary { op: BinaryOp::Sub, left, right } => self.arithmetic(left, right, Step::Subtract),
            Expr::Binary { op: BinaryOp::Mul, left, right } => self.arithmetic(left, right, Step::Multiply),
            Expr::IsNull { operand, negated } => {
                self.expr(operand)?;
                self.push(Step::IsNull { negated: *negated }, 0, Kind::Truth)
            }
            Expr::IsTruth { operand, truth, negated } => {
                self.truth(operand)?;
                self.push(Step::IsTruth { truth: *truth, negated: *negated }, 0, Kind::Truth)
            }
            Expr::IsDistinct { left, right, negated } => {
                let (a, b) = self.pair(left, right)?;
                let folded = [a, b].contains(&Kind::FoldedText);
                (!folded)
                    .then(|| self.push(Step::IsDistinct { negated: *negated }, -1, Kind::Truth))
                    .flatten()
            }
            Expr::Between { operand, low, high, negated, symmetric: false } => {
                self.comparison(BinaryOp::GtEq, operand, low)?;
                self.comparison(BinaryOp::LtEq, operand, high)?;
                self.push(Step::And, -1, Kind::Truth)?;
                if *negated { self.push(Step::Not, 0, Kind::Truth) } else { Some(Kind::Truth) }
            }
            Expr::InList { operand, list, negated } => {
                if !self.among(operand, list)? {
                    let (first, rest) = list.split_first()?;
                    self.comparison(BinaryOp::Eq, operand, first)?;
                    for member in rest {
                        self.comparison(BinaryOp::Eq, operand, member)?;
                        self.push(Step::Or, -1, Kind::Truth)?;
                    }
                }
                if *negated { self.push(Step::Not, 0, Kind::Truth) } else { Some(Kind::Truth) }
            }
            Expr::Like { kind, operand, pattern, escape, negated } => {
                self.matched(*kind, operand, pattern, escape.as_deref(), *negated)
            }
            Expr::Case { operand: None, branches, otherwise } => self.case(branches, otherwise.as_deref()),
            Expr::Function { name, args } => self.function(name, args),
            Expr::Cast { operand, target } => self.cast(operand, target),
            _ => None,
        }
    }

    /// Adds a step after which there are so many more cells.
    fn push(&mut self, step: Step, more: isize, kind: Kind) -> Option<Kind> {
        self.height = self.height.checked_add_signed(more)?;
        self.program.steps.push(step);
        (self.height <= STACK).then_some(kind)
    }

    fn value(&mut self, value: &Value) -> Option<Kind> {
        let (constant, kind) = match value {
            Value::Null => (Constant::Null, Kind::Null),
            Value::Boolean(truth) => (Constant::Truth(*truth), Kind::Truth),
            Value::Integer(n) => (Constant::Integer(i64::try_from(*n).ok()?), Kind::Number),
            Value::Decimal(d) => (Constant::Decimal(*d), Kind::Number),
            Value::Float(f) => (Constant::Float(*f), Kind::Float),
            Value::Text(text) => {
                self.program.texts.push(text.clone());
                let kind = if self.by_bytes() { Kind::Text } else { Kind::FoldedText };
                (Constant::Text(self.program.texts.len() - 1), kind)
            }
            Value::Date(days) => (Constant::Date(*days), Kind::Instant),
            Value::Timestamp(micros) => (Constant::Timestamp(*micros), Kind::Instant),
            _ => return None,
        };
        self.push(Step::Constant(constant), 1, kind)
    }

    /// What a column keeps of a cell, and the kind of the cell.
    fn kept(&self, column: &Column) -> Option<(Kept, Kind)> {
        let ty = self.cx.schema.base_type(&column.ty);
        let declared = representation(self.cx.dialect()).storage.typing == Typing::Declared;
        let by_bytes = self.by_bytes();
        Some(match ty {
            SqlType::Integer { .. } => (Kept::Integer, Kind::Number),
            SqlType::Boolean if self.cx.semantics.truth == TruthValues::Boolean => (Kept::Truth, Kind::Truth),
            SqlType::Decimal { precision, scale, .. } if declared => {
                let scale = precision.map(|_| u8::try_from(scale.unwrap_or(0))).transpose().ok()?;
                (Kept::Decimal(scale), Kind::Number)
            }
            SqlType::Float { bits: 64, digits: None, .. } if declared => (Kept::Float, Kind::Float),
            SqlType::Varchar { .. } | SqlType::Text { .. } => match declared {
                true if by_bytes => (Kept::Text, Kind::Text),
                true => (Kept::Text, Kind::FoldedText),
                false => {
                    let plain = Affinity::of_column(column) == Affinity::Text && column.collation.is_none();
                    (plain.then_some(Kept::Text)?, Kind::Text)
                }
            },
            SqlType::Char { length } if by_bytes && declared => {
                (Kept::Blank(length.unwrap_or(1)), Kind::BlankText)
            }
            SqlType::Date if declared => (Kept::Date, Kind::Instant),
            SqlType::Timestamp { .. } if declared => (Kept::Timestamp(self.unit(column)?), Kind::Instant),
            _ => return None,
        })
    }

    /// Whether texts are compared by their bytes, and functions of text know characters.
    fn by_bytes(&self) -> bool {
        self.cx.semantics.comparisons.texts == TextOrder::Bytes
    }

    /// The microseconds that a column of timestamps keeps apart.
    fn unit(&self, column: &Column) -> Option<i64> {
        let kept = |unit: &i64| {
            stored_value(Value::Timestamp(*unit), column, self.cx.schema) == Value::Timestamp(*unit)
        };
        (0..=6).map(|digits| 10_i64.pow(digits)).find(kept)
    }

    fn truth(&mut self, expr: &'a Expr) -> Option<()> {
        matches!(self.expr(expr)?, Kind::Truth | Kind::Null).then_some(())
    }

    /// A chain of AND or OR, an operand after the other.
    fn logic(&mut self, left: &'a Expr, right: &'a Expr, step: Step) -> Option<Kind> {
        let op = if matches!(step, Step::And) { BinaryOp::And } else { BinaryOp::Or };
        let mut terms = chain(op, left, right);
        self.truth(terms.next()?)?;
        for term in terms {
            self.truth(term)?;
            self.push(step, -1, Kind::Truth)?;
        }
        Some(Kind::Truth)
    }

    fn comparison(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Option<Kind> {
        let (a, b) = self.pair(left, right)?;
        let step = match [a, b].contains(&Kind::FoldedText) {
            true => Step::CompareFolded(op),
            false => Step::Compare(op),
        };
        self.push(step, -1, Kind::Truth)
    }

    /// One step that looks for the operand among constants, for a list long enough to be worth it; false, and nothing is
    /// added, if the members are not compared alike or are no constants.
    fn among(&mut self, operand: &'a Expr, list: &'a [Expr]) -> Option<bool> {
        if list.len() < LONG_LIST {
            return Some(false);
        }
        let (begin, height) = (self.program.steps.len(), self.height);
        let texts = self.program.texts.len();
        let mut found: Option<(Vec<Step>, bool)> = None;
        let mut constants = Vec::with_capacity(list.len());
        for member in list {
            self.comparison(BinaryOp::Eq, operand, member)?;
            let steps: Vec<Step> = self.program.steps.drain(begin..).collect();
            self.height = height;
            let alike = match steps.as_slice() {
                [
                    of_operand @ ..,
                    Step::Constant(constant),
                    last @ (Step::Compare(_) | Step::CompareFolded(_)),
                ] => {
                    constants.push(*constant);
                    let folded = matches!(last, Step::CompareFolded(_));
                    let (first, first_folded) = found.get_or_insert_with(|| (of_operand.to_vec(), folded));
                    *first_folded == folded && first.len() == of_operand.len()
                }
                _ => false,
            };
            if !alike {
                self.program.texts.truncate(texts);
                return Some(false);
            }
        }
        let (of_operand, folded) = found?;
        self.program.steps.extend(of_operand);
        self.height += 1;
        self.program.lists.push(constants);
        self.push(Step::Among { list: self.program.lists.len() - 1, folded }, 0, Kind::Truth)?;
        Some(true)
    }

    /// Two operands of kinds that meet. A string constant takes the type of what it meets, where the dialect says so.
    fn pair(&mut self, left: &'a Expr, right: &'a Expr) -> Option<(Kind, Kind)> {
        let untyped = self.cx.semantics.comparisons.constants == ConstantType::Untyped;
        let text = |expr: &'a Expr| match expr {
            Expr::Literal(seedbed_schema_model::Literal::Text(text)) if untyped => Some(text),
            _ => None,
        };
        let a = match text(left) {
            Some(constant) if text(right).is_none() => {
                let ty = self.static_type(right)?;
                self.constant_of(constant, ty)?
            }
            _ => self.expr(left)?,
        };
        let b = match text(right) {
            Some(constant) if text(left).is_none() => {
                let ty = self.static_type(left)?;
                self.constant_of(constant, ty)?
            }
            _ => self.expr(right)?,
        };
        meet(a, b).then_some((a, b))
    }

    /// A string constant beside an expression whose type is evident.
    fn constant_of(&mut self, text: &str, ty: SqlType) -> Option<Kind> {
        let value = match ty {
            // Blanks at its end would not count.
            SqlType::Char { .. } if text.ends_with(' ') => return None,
            SqlType::Char { .. } | SqlType::Varchar { .. } | SqlType::Text { .. } => {
                Value::Text(text.to_owned())
            }
            ty => parse_value(text, &ty, self.cx.schema).ok()?,
        };
        self.value(&value)
    }

    fn static_type(&self, expr: &'a Expr) -> Option<SqlType> {
        match expr {
            Expr::DomainValue => Some(self.cx.schema.base_type(&self.domain?.ty).clone()),
            expr => crate::typing::type_of(expr, self.cx).map(|ty| match ty.into_owned() {
                // A constant is not cut to the column's length, scale or digits.
                SqlType::Decimal { unsigned, .. } => {
                    SqlType::Decimal { precision: None, scale: None, unsigned }
                }
                SqlType::Timestamp { zoned, .. } => SqlType::Timestamp { precision: None, zoned },
                ty => ty,
            }),
        }
    }

    fn arithmetic(&mut self, left: &'a Expr, right: &'a Expr, step: Step) -> Option<Kind> {
        let number = |kind| matches!(kind, Kind::Number | Kind::Null);
        let (a, b) = (self.expr(left)?, self.expr(right)?);
        (number(a) && number(b)).then(|| self.push(step, -1, Kind::Number)).flatten()
    }

    fn matched(
        &mut self,
        kind: LikeKind,
        operand: &'a Expr,
        pattern: &'a Expr,
        escape: Option<&str>,
        negated: bool,
    ) -> Option<Kind> {
        let found = self.expr(operand)?;
        let is_text = matches!(found, Kind::Text | Kind::FoldedText | Kind::BlankText);
        let text = match pattern {
            Expr::Literal(seedbed_schema_model::Literal::Text(text)) => text.clone(),
            Expr::Cast { .. } if is_constant(pattern) => match evaluate(pattern, &[], self.cx).ok()? {
                value @ Value::Text(_) => cast::as_text(&value, self.cx),
                _ => return None,
            },
            _ => return None,
        };
        let compiled = Pattern::compile(kind, operand, pattern, escape, &text, self.cx)?;
        self.program.patterns.push(compiled);
        let step = Step::Matches { pattern: self.program.patterns.len() - 1, negated };
        is_text.then(|| self.push(step, 0, Kind::Truth)).flatten()
    }

    fn case(&mut self, branches: &'a [(Expr, Expr)], otherwise: Option<&'a Expr>) -> Option<Kind> {
        let Some(((when, then), rest)) = branches.split_first() else {
            return match otherwise {
                Some(otherwise) => self.expr(otherwise),
                None => self.value(&Value::Null),
            };
        };
        self.truth(when)?;
        let chosen = self.expr(then)?;
        self.depth += 1;
        let other = (self.depth < MAX_DEPTH).then(|| self.case(rest, otherwise)).flatten();
        self.depth -= 1;
        let kind = same_kind(chosen, other?)?;
        self.push(Step::Choose, -2, kind)
    }

    fn function(&mut self, name: &str, args: &'a [Expr]) -> Option<Kind> {
        let by_bytes = self.by_bytes();
        match (name, args) {
            ("coalesce", [first, rest @ ..]) => {
                let mut kind = self.expr(first)?;
                for arg in rest {
                    kind = same_kind(kind, self.expr(arg)?)?;
                    self.push(Step::Coalesce, -1, kind)?;
                }
                Some(kind)
            }
            ("num_nulls" | "num_nonnulls", args) if by_bytes => {
                for arg in args {
                    self.expr(arg)?;
                }
                let step = Step::CountNulls { of: args.len(), nulls: name == "num_nulls" };
                self.push(step, 1 - isize::try_from(args.len()).ok()?, Kind::Number)
            }
            ("char_length" | "character_length", [arg]) => self.of_text(arg, Step::Characters, Kind::Number),
            ("length", [arg]) if by_bytes => self.of_text(arg, Step::Characters, Kind::Number),
            ("lower", [arg]) if by_bytes => self.of_text(arg, Step::Lower, Kind::Text),
            ("upper", [arg]) if by_bytes => self.of_text(arg, Step::Upper, Kind::Text),
            ("trim" | "btrim", [arg]) if by_bytes => self.of_text(arg, Step::Trim, Kind::Text),
            _ => None,
        }
    }

    fn of_text(&mut self, arg: &'a Expr, step: Step, kind: Kind) -> Option<Kind> {
        let plain = matches!(self.expr(arg)?, Kind::Text | Kind::FoldedText);
        plain.then(|| self.push(step, 0, kind)).flatten()
    }

    /// Casts that leave every cell of a kind as it is, such as a dump's `(status)::text`.
    fn cast(&mut self, operand: &'a Expr, target: &'a SqlType) -> Option<Kind> {
        let kind = self.expr(operand)?;
        let same = match self.cx.schema.base_type(target) {
            SqlType::Text { max_bytes: None } | SqlType::Varchar { length: None } => kind == Kind::Text,
            SqlType::Decimal { precision: None, .. } => kind == Kind::Number,
            SqlType::Integer { bits: 64, unsigned: false } => {
                matches!(self.static_type(operand)?, SqlType::Integer { .. })
            }
            SqlType::Float { bits: 64, .. } => kind == Kind::Float,
            _ => false,
        };
        (same && self.by_bytes()).then_some(kind)
    }
}

/// Whether cells of two kinds are compared as they are.
fn meet(a: Kind, b: Kind) -> bool {
    let text = |kind| matches!(kind, Kind::Text | Kind::FoldedText);
    a == b
        || [a, b].contains(&Kind::Null)
        || (text(a) && text(b))
        || matches!((a, b), (Kind::BlankText, Kind::Text) | (Kind::Text, Kind::BlankText))
}

/// The kind of either of two alternatives.
fn same_kind(a: Kind, b: Kind) -> Option<Kind> {
    match (a, b) {
        (Kind::Null, other) | (other, Kind::Null) => Some(other),
        (a, b) if a == b => Some(a),
        _ => None,
    }
}

/// Whether an expression reads no row, and no clock either.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) => true,
        Expr::Cast { operand, .. } => is_constant(operand),
        _ => false,
    }
}
