//! Conditions compiled once, for rows by the million.
//!
//! A [`Program`] is a condition as steps over a small stack of cells that are copied and never allocated. It knows only
//! what means the same in every way in which a server could read it, and answers nothing where it is not sure: then the
//! evaluator is asked ([`truth`](crate::truth)). Where it answers, the evaluator would answer the same; it never raises an
//! error.

mod compile;
mod pattern;

use crate::evaluate::membership::{and, or};
use pattern::Pattern;
use seedbed_schema_model::{BinaryOp, ColumnIdx};
use seedbed_sql_values::Decimal;
use seedbed_sql_values::calendar::DAY;

/// One cell of a row, as a program reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// NULL, or the truth value *unknown*.
    Null,
    /// A truth value.
    Truth(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A binary floating-point number.
    Float(f64),
    /// A character string.
    Text(&'a str),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01 00:00.
    Timestamp(i64),
    /// Anything else: no program is sure of it.
    Other,
}

/// A row whose cells can be read without a copy; texts are those of `'a`, which may outlive the row: a batch's.
pub trait CellRow<'a> {
    /// The column's cell; [`Cell::Null`] for a column that the row does not have.
    fn cell(&self, column: ColumnIdx) -> Cell<'a>;

    /// What `VALUE` is in a domain's condition.
    fn domain_value(&self) -> Cell<'a> {
        Cell::Other
    }
}

/// A condition, compiled for the columns of one table.
///
/// ```
/// use seedbed_schema_model::{BinaryOp, Column, ColumnIdx, Dialect, Expr, Schema, SqlType, Table};
/// use seedbed_sql_semantics::{Cell, CellRow, Context, Program};
///
/// struct Lengths(i64, i64);
/// impl<'a> CellRow<'a> for Lengths {
///     fn cell(&self, column: ColumnIdx) -> Cell<'a> {
///         Cell::Integer(if column == ColumnIdx(0) { self.0 } else { self.1 })
///     }
/// }
///
/// let mut schema = Schema::new(Dialect::Postgres);
/// let mut film = Table::new(None, "film");
/// film.columns = ["length", "limit"].map(|name| Column::new(name, SqlType::INTEGER)).to_vec();
/// schema.push_table(film);
/// let check = Expr::binary(BinaryOp::Lt, Expr::column(ColumnIdx(0)), Expr::column(ColumnIdx(1)));
/// let program = Program::compile(&check, &Context::new(&schema, Some(&schema.tables[0])), None).expect("two integers");
/// let mut run = program.run();
/// assert_eq!(run.truth(&Lengths(90, 120)), Some(Some(true)));
/// assert_eq!(run.truth(&Lengths(90, 60)), Some(Some(false)));
/// ```
#[derive(Debug)]
pub struct Program {
    steps: Vec<Step>,
    /// Texts that constants are.
    texts: Vec<String>,
    /// Constants that are looked through at once.
    lists: Vec<Vec<Constant>>,
    patterns: Vec<Pattern>,
}

/// Cells on the stack at most; a condition that needs more is left to the evaluator.
const STACK: usize = 24;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Pushes a column's cell, if it is as it is stored.
    Load(ColumnIdx, Kept),
    /// Pushes a domain's value.
    Value(Kept),
    /// Pushes a constant.
    Constant(Constant),
    /// Pops two, pushes their comparison.
    Compare(BinaryOp),
    /// Pops two texts of a collation that is not bytes alone: only equal bytes are sure.
    CompareFolded(BinaryOp),
    /// Pops one, pushes whether it equals a constant of a list. Of texts that are `folded`, only equal bytes are sure.
    Among {
        list: usize,
        folded: bool,
    },
    /// Pops two truths.
    And,
    Or,
    Not,
    /// Pops one; whether it is NULL.
    IsNull {
        negated: bool,
    },
    /// Pops a truth.
    IsTruth {
        truth: Option<bool>,
        negated: bool,
    },
    /// Pops two; whether they are distinct, NULLs being equal.
    IsDistinct {
        negated: bool,
    },
    /// Pops two numbers.
    Add,
    Subtract,
    Multiply,
    /// Pops two; the first that is not NULL.
    Coalesce,
    /// Pops a truth, a value and another: the value where it is true.
    Choose,
    /// Pops a text, pushes its characters.
    Characters,
    /// Pops a text, pushes it if lower or upper case leaves it as it is.
    Lower,
    Upper,
    /// Pops a text without the blanks at both ends.
    Trim,
    /// Pops a text; whether it matches.
    Matches {
        pattern: usize,
        negated: bool,
    },
    /// Pops so many; how many of them are NULL, or are not.
    CountNulls {
        of: usize,
        nulls: bool,
    },
}

/// What a column keeps of a cell exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kept {
    Truth,
    Integer,
    /// Decimals with so many digits behind the point; `None` for any.
    Decimal(Option<u8>),
    Float,
    Text,
    /// Texts of exactly so many characters, without a blank at the end.
    Blank(u32),
    Date,
    /// Whole multiples of so many microseconds.
    Timestamp(i64),
}

#[derive(Clone, Copy, Debug)]
enum Constant {
    Null,
    Truth(bool),
    Integer(i64),
    Decimal(Decimal),
    Float(f64),
    Text(usize),
    Date(i32),
    Timestamp(i64),
}

/// A program at work on the rows of one batch.
#[derive(Debug)]
pub struct ProgramRun<'a> {
    program: &'a Program,
    stack: Stack<'a>,
}

impl Program {
    /// Gets ready for any number of rows.
    pub fn run(&self) -> ProgramRun<'_> {
        ProgramRun { program: self, stack: Stack { cells: [Cell::Null; STACK], len: 0 } }
    }
}

impl<'a> ProgramRun<'a> {
    /// The condition's truth of a row, where the program is sure of it; the inner `None` is unknown.
    #[inline]
    pub fn truth(&mut self, row: &impl CellRow<'a>) -> Option<Option<bool>> {
        self.stack.len = 0;
        for step in &self.program.steps {
            self.program.step(*step, row, &mut self.stack)?;
        }
        truth(self.stack.pop())
    }
}

impl Program {
    #[inline]
    fn step<'a>(&'a self, step: Step, row: &impl CellRow<'a>, stack: &mut Stack<'a>) -> Option<()> {
        let pushed = match step {
            Step::Load(column, kept) => kept.exactly(row.cell(column))?,
            Step::Value(kept) => kept.exactly(row.domain_value())?,
            Step::Constant(constant) => self.constant(constant),
            Step::Compare(op) => {
                let (right, left) = (stack.pop(), stack.pop());
                truth_cell(compared(op, left, right)?)
            }
            Step::CompareFolded(op) => {
                let (right, left) = (stack.pop(), stack.pop());
                match (left, right) {
                    (Cell::Text(a), Cell::Text(b)) if a != b => return None,
                    _ => truth_cell(compared(op, left, right)?),
                }
            }
            Step::Among { list, folded } => {
                truth_cell(self.among(stack.pop(), self.lists.get(list)?, folded)?)
            }
            Step::And => {
                let (right, left) = (truth(stack.pop())?, truth(stack.pop())?);
                truth_cell(and(left, right))
            }
            Step::Or => {
                let (right, left) = (truth(stack.pop())?, truth(stack.pop())?);
                truth_cell(or(left, right))
            }
            Step::Not => truth_cell(truth(stack.pop())?.map(|t| !t)),
            Step::IsNull { negated } => Cell::Truth((stack.pop() == Cell::Null) != negated),
            Step::IsTruth { truth: wanted, negated } => {
                Cell::Truth((truth(stack.pop())? == wanted) != negated)
            }
            Step::IsDistinct { negated } => {
                let (right, left) = (stack.pop(), stack.pop());
                let distinct = match compared(BinaryOp::Eq, left, right)? {
                    Some(equal) => !equal,
                    None => left != Cell::Null || right != Cell::Null,
                };
                Cell::Truth(distinct != negated)
            }
            Step::Add => arithmetic(stack, i64::checked_add, i128::checked_add)?,
            Step::Subtract => arithmetic(stack, i64::checked_sub, i128::checked_sub)?,
            Step::Multiply => multiplied(stack)?,
            Step::Coalesce => {
                let (second, first) = (stack.pop(), stack.pop());
                if first == Cell::Null { second } else { first }
            }
            Step::Choose => {
                let (other, chosen, condition) = (stack.pop(), stack.pop(), truth(stack.pop())?);
                if condition == Some(true) { chosen } else { other }
            }
            Step::Characters => match stack.pop() {
                Cell::Text(text) => Cell::Integer(text.chars().count() as i64),
                Cell::Null => Cell::Null,
                _ => return None,
            },
            Step::Lower => unchanged(stack.pop(), |byte| !byte.is_ascii_uppercase())?,
            Step::Upper => unchanged(stack.pop(), |byte| !byte.is_ascii_lowercase())?,
            Step::Trim => match stack.pop() {
                Cell::Text(text) => Cell::Text(text.trim_matches(' ')),
                Cell::Null => Cell::Null,
                _ => return None,
            },
            Step::Matches { pattern, negated } => match stack.pop() {
                Cell::Text(text) => Cell::Truth(self.patterns.get(pattern)?.matches(text)? != negated),
                Cell::Null => Cell::Null,
                _ => return None,
            },
            Step::CountNulls { of, nulls } => {
                let counted = (0..of).filter(|_| (stack.pop() == Cell::Null) == nulls).count();
                Cell::Integer(counted as i64)
            }
        };
        stack.push(pushed);
        Some(())
    }

    /// Whether a cell equals one of some constants; `None` where that is not sure.
    fn among(&self, cell: Cell<'_>, constants: &[Constant], folded: bool) -> Option<Option<bool>> {
        let (mut found, mut sure) = (Some(false), true);
        for constant in constants {
            let constant = self.constant(*constant);
            match (cell, constant) {
                (Cell::Text(a), Cell::Text(b)) if folded && a != b => sure = false,
                _ => match compared(BinaryOp::Eq, cell, constant)? {
                    Some(true) => return Some(Some(true)),
                    Some(false) => {}
                    None => found = None,
                },
            }
        }
        sure.then_some(found)
    }

    fn constant(&self, constant: Constant) -> Cell<'_> {
        match constant {
            Constant::Null => Cell::Null,
            Constant::Truth(truth) => Cell::Truth(truth),
            Constant::Integer(n) => Cell::Integer(n),
            Constant::Decimal(d) => Cell::Decimal(d),
            Constant::Float(f) => Cell::Float(f),
            Constant::Text(at) => self.texts.get(at).map_or(Cell::Other, |text| Cell::Text(text)),
            Constant::Date(days) => Cell::Date(days),
            Constant::Timestamp(micros) => Cell::Timestamp(micros),
        }
    }
}

/// Cells in the making. Compiling has seen to it that none is missing and none too many.
#[derive(Debug)]
struct Stack<'a> {
    cells: [Cell<'a>; STACK],
    len: usize,
}

impl<'a> Stack<'a> {
    #[inline]
    fn push(&mut self, cell: Cell<'a>) {
        if let Some(place) = self.cells.get_mut(self.len) {
            *place = cell;
            self.len += 1;
        }
    }

    #[inline]
    fn pop(&mut self) -> Cell<'a> {
        self.len = self.len.saturating_sub(1);
        self.cells.get(self.len).copied().unwrap_or(Cell::Other)
    }
}

impl Kept {
    /// The cell, where the column keeps it as it is.
    #[inline]
    fn exactly(self, cell: Cell<'_>) -> Option<Cell<'_>> {
        let kept = match (self, cell) {
            (_, Cell::Null) => true,
            (Self::Truth, Cell::Truth(_))
            | (Self::Integer, Cell::Integer(_))
            | (Self::Text, Cell::Text(_)) => true,
            (Self::Decimal(scale), Cell::Decimal(d)) => scale.is_none_or(|scale| scale == d.scale),
            (Self::Float, Cell::Float(f)) => f.is_finite(),
            (Self::Blank(length), Cell::Text(text)) => {
                !text.ends_with(' ') && text.chars().count() == length as usize
            }
            // The ends are the infinities.
            (Self::Date, Cell::Date(days)) => !matches!(days, i32::MIN | i32::MAX),
            (Self::Timestamp(unit), Cell::Timestamp(micros)) => {
                !matches!(micros, i64::MIN | i64::MAX) && micros % unit == 0
            }
            _ => false,
        };
        kept.then_some(cell)
    }
}

fn truth(cell: Cell<'_>) -> Option<Option<bool>> {
    match cell {
        Cell::Truth(truth) => Some(Some(truth)),
        Cell::Null => Some(None),
        _ => None,
    }
}

fn truth_cell<'a>(truth: Option<bool>) -> Cell<'a> {
    truth.map_or(Cell::Null, Cell::Truth)
}

/// A comparison of cells of kinds that meet as they are; the outer `None` for others.
#[inline]
fn compared(op: BinaryOp, left: Cell<'_>, right: Cell<'_>) -> Option<Option<bool>> {
    let order = match (left, right) {
        (Cell::Null, _) | (_, Cell::Null) => return Some(None),
        (Cell::Integer(a), Cell::Integer(b)) => a.cmp(&b),
        (Cell::Decimal(a), Cell::Decimal(b)) => a.compare(b),
        (Cell::Integer(a), Cell::Decimal(b)) => Decimal::new(a.into(), 0).compare(b),
        (Cell::Decimal(a), Cell::Integer(b)) => a.compare(Decimal::new(b.into(), 0)),
        (Cell::Float(a), Cell::Float(b)) => a.partial_cmp(&b)?,
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Truth(a), Cell::Truth(b)) => a.cmp(&b),
        (Cell::Date(a), Cell::Date(b)) => a.cmp(&b),
        (Cell::Timestamp(a), Cell::Timestamp(b)) => a.cmp(&b),
        (Cell::Date(a), Cell::Timestamp(b)) => i64::from(a).checked_mul(DAY)?.cmp(&b),
        (Cell::Timestamp(a), Cell::Date(b)) => a.cmp(&i64::from(b).checked_mul(DAY)?),
        _ => return None,
    };
    Some(Some(crate::evaluate::holds(op, order)))
}

/// Results that any server's integers hold, whatever their width and with or without a sign.
fn in_any_width(n: i64) -> Option<i64> {
    (0..=i64::from(i16::MAX)).contains(&n).then_some(n)
}

/// A sum or a difference: of integers one that no width of integers refuses, of decimals an exact one.
fn arithmetic<'a>(
    stack: &mut Stack<'a>,
    integers: fn(i64, i64) -> Option<i64>,
    unscaled: fn(i128, i128) -> Option<i128>,
) -> Option<Cell<'a>> {
    let (right, left) = (stack.pop(), stack.pop());
    Some(match (left, right) {
        (Cell::Null, _) | (_, Cell::Null) => Cell::Null,
        (Cell::Integer(a), Cell::Integer(b)) => Cell::Integer(in_any_width(integers(a, b)?)?),
        (Cell::Decimal(a), Cell::Decimal(b)) if a.scale == b.scale => {
            Cell::Decimal(Decimal::new(unscaled(a.unscaled, b.unscaled)?, a.scale))
        }
        _ => return None,
    })
}

fn multiplied<'a>(stack: &mut Stack<'a>) -> Option<Cell<'a>> {
    let (right, left) = (stack.pop(), stack.pop());
    Some(match (left, right) {
        (Cell::Null, _) | (_, Cell::Null) => Cell::Null,
        (Cell::Integer(a), Cell::Integer(b)) => Cell::Integer(in_any_width(a.checked_mul(b)?)?),
        _ => return None,
    })
}

/// A text of ASCII that a change of case leaves as it is.
fn unchanged(cell: Cell<'_>, stays: fn(&u8) -> bool) -> Option<Cell<'_>> {
    match cell {
        Cell::Null => Some(cell),
        Cell::Text(text) => (text.is_ascii() && text.as_bytes().iter().all(stays)).then_some(cell),
        _ => None,
    }
}
