//! CASE, COALESCE and their kin, taken apart into cases that are free of them.
//!
//! `CASE WHEN a THEN x ELSE y END > 0` has two cases: `a` true and `x > 0`, or `a` not true and `y > 0`. What was a
//! value that depends on a condition becomes a choice that the search can make.

use super::reader::{FormulaReader, MOST_VARIANTS, bare};
use super::{ALWAYS, Formula, Truths};
use seedbed_schema_model::{BinaryOp, Expr, Literal, SqlType, UnaryOp};

/// When a case applies, and what the expression then is.
pub(super) type Variant = (Formula, Expr);

impl FormulaReader<'_> {
    /// Whether it holds a part whose value depends on a condition.
    pub(super) fn is_conditional(&self, e: &Expr) -> bool {
        let mut found = false;
        e.walk(&mut |part| found |= self.chooses(part));
        found
    }

    /// Whether an expression picks its value by a condition.
    fn chooses(&self, e: &Expr) -> bool {
        match e {
            Expr::Case { .. } => true,
            Expr::Function { name, .. } => {
                matches!(name.as_str(), "coalesce" | "ifnull" | "nullif" | "if" | "iif")
                    && !e.columns().is_empty()
            }
            Expr::Cast { operand, target: SqlType::Integer { .. } } => self.is_predicate(operand),
            _ => false,
        }
    }

    /// The cases of an expression: exactly one of them applies to any row. `None` if they are too many, or the choice
    /// is inside something that isn't read.
    pub(super) fn variants(&self, e: &Expr) -> Option<Vec<Variant>> {
        if !self.is_conditional(e) {
            return Some(vec![(ALWAYS, e.clone())]);
        }
        let found = match e {
            Expr::Row(items) if items.len() == 1 => self.variants(&items[0])?,
            Expr::Case { operand, branches, otherwise } => {
                self.variants_of_case(operand.as_deref(), branches, otherwise.as_deref())?
            }
            Expr::Function { name, args } => self.variants_of_call(name, args)?,
            Expr::Cast { operand, target: SqlType::Integer { .. } } if self.is_predicate(operand) => vec![
                (self.read(operand, Truths::TRUE), Expr::integer(1)),
                (self.read(operand, Truths::FALSE), Expr::integer(0)),
                (self.read(operand, Truths::UNKNOWN), Expr::Literal(Literal::Null)),
            ],
            Expr::Cast { operand, target } => self
                .variants(operand)?
                .into_iter()
                .map(|(when, e)| (when, Expr::Cast { operand: Box::new(e), target: target.clone() }))
                .collect(),
            Expr::Unary { op, operand } if *op != UnaryOp::Not => self
                .variants(operand)?
                .into_iter()
                .map(|(when, e)| (when, Expr::Unary { op: *op, operand: Box::new(e) }))
                .collect(),
            Expr::Binary { op, left, right } if !op.is_comparison() => {
                let sides = [(**left).clone(), (**right).clone()];
                self.combined(&sides, &|mut sides| {
                    let right = sides.pop().unwrap_or(Expr::Literal(Literal::Null));
                    let left = sides.pop().unwrap_or(Expr::Literal(Literal::Null));
                    Expr::binary(*op, left, right)
                })?
            }
            _ => return None,
        };
        (found.len() <= MOST_VARIANTS)
            .then(|| found.into_iter().filter(|(when, _)| !when.is_never()).collect())
    }

    /// The cases of a function's value: those of COALESCE, NULLIF and IF, or every combination of the arguments' cases.
    fn variants_of_call(&self, name: &str, args: &[Expr]) -> Option<Vec<Variant>> {
        match (name, args) {
            ("coalesce" | "ifnull", args) => self.variants_of_coalesce(args),
            ("nullif", [a, b]) => {
                let equal = Expr::binary(BinaryOp::Eq, a.clone(), b.clone());
                self.variants_of_case(None, &[(equal, Expr::Literal(Literal::Null))], Some(a))
            }
            ("if" | "iif", [test, then, otherwise]) => {
                self.variants_of_case(None, &[(test.clone(), then.clone())], Some(otherwise))
            }
            _ => self.combined(args, &|args| Expr::Function { name: name.to_owned(), args }),
        }
    }

    /// The cases of a CASE: a branch applies where its condition is true and none before it is.
    fn variants_of_case(
        &self,
        operand: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
    ) -> Option<Vec<Variant>> {
        let mut found = Vec::new();
        let mut passed: Vec<Formula> = Vec::new();
        for (when, then) in branches {
            let test = match operand {
                Some(operand) => Expr::binary(BinaryOp::Eq, operand.clone(), when.clone()),
                None => when.clone(),
            };
            let here = Formula::all(passed.iter().cloned().chain([self.read(&test, Truths::TRUE)]));
            for (inner, e) in self.variants(then)? {
                found.push((Formula::all([here.clone(), inner]), e));
            }
            passed.push(self.read(&test, Truths::NOT_TRUE));
        }
        let null = Expr::Literal(Literal::Null);
        for (inner, e) in self.variants(otherwise.unwrap_or(&null))? {
            found.push((Formula::all(passed.iter().cloned().chain([inner])), e));
        }
        Some(found)
    }

    /// The cases of a COALESCE: the first argument that is present, or the last whatever it is.
    fn variants_of_coalesce(&self, args: &[Expr]) -> Option<Vec<Variant>> {
        let mut found = Vec::new();
        let mut passed: Vec<Formula> = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let last = i + 1 == args.len();
            let here = if last { ALWAYS } else { self.present(arg) };
            for (inner, e) in self.variants(arg)? {
                found.push((Formula::all(passed.iter().cloned().chain([here.clone(), inner])), e));
            }
            passed.push(self.null(arg));
        }
        Some(found)
    }

    /// Every combination of the parts' cases.
    fn combined(&self, parts: &[Expr], build: &dyn Fn(Vec<Expr>) -> Expr) -> Option<Vec<Variant>> {
        let mut found: Vec<(Formula, Vec<Expr>)> = vec![(ALWAYS, Vec::new())];
        for part in parts {
            let variants = self.variants(bare(part))?;
            if found.len() * variants.len() > MOST_VARIANTS {
                return None;
            }
            found = found
                .iter()
                .flat_map(|(when, so_far)| {
                    variants.iter().map(move |(also, e)| {
                        let mut parts = so_far.clone();
                        parts.push(e.clone());
                        (Formula::all([when.clone(), also.clone()]), parts)
                    })
                })
                .collect();
        }
        Some(found.into_iter().map(|(when, parts)| (when, build(parts))).collect())
    }
}
