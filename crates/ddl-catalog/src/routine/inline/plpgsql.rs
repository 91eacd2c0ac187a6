//! PL/pgSQL bodies that only choose among values: IF, CASE, assignments and RETURN become nested CASE expressions.
//!
//! Loops, queries on tables and exception handlers are not followed.

use super::raise::raised;
use super::site::Site;
use super::typing;
use seedbed_schema_model::{BinaryOp, Expr, Literal, SqlType};
use seedbed_sql_syntax::{Cursor, Locals, Names, Scope, TokenKind, read_expr, read_type};

/// What follows an IF is read once for each of its branches that does not return; more steps than this are refused.
const MOST_STEPS: usize = 400;

/// A statement of a body, as far as it is followed.
#[derive(Clone, Debug)]
enum Step<'a> {
    /// `variable := value`, with the type of the variable.
    Assign(usize, Cursor<'a>),
    /// Conditions with what each of them leads to, and what happens when none holds.
    If(Vec<(Cursor<'a>, Vec<Step<'a>>)>, Vec<Step<'a>>),
    /// `RETURN value`
    Return(Cursor<'a>),
    /// `RAISE EXCEPTION`: what does more than tell.
    Raise,
    /// `ASSERT condition`: an error unless it is true.
    Assert(Cursor<'a>),
}

/// The value that a body returns, as an expression over the arguments.
pub(super) fn value(
    names: &dyn Names,
    mut cursor: Cursor<'_>,
    locals: Locals,
    returns: &SqlType,
    site: &Site<'_>,
) -> Option<Expr> {
    let mut types: Vec<Option<SqlType>> = site.parameters.to_vec();
    types.resize(locals.values.len(), None);
    let mut reader = StepReader { names, locals, types };
    let mut steps = Vec::new();
    reader.block(&mut cursor, &mut steps)?;
    while cursor.eat_kind(TokenKind::Semicolon) {}
    if !cursor.is_empty() {
        return None;
    }
    let walk = Walk { names, types: &reader.types, returns, site, steps: std::cell::Cell::new(0) };
    walk.run(&steps.iter().collect::<Vec<_>>(), &reader.locals)
}

/// Reads statements into [`Step`]s. `None` for everything that is not followed.
struct StepReader<'c> {
    /// What types and columns mean.
    names: &'c dyn Names,
    /// Arguments and variables so far.
    locals: Locals,
    /// Parallel to the locals.
    types: Vec<Option<SqlType>>,
}

impl StepReader<'_> {
    /// `[DECLARE ...] BEGIN ... END`.
    fn block<'a>(&mut self, cursor: &mut Cursor<'a>, steps: &mut Vec<Step<'a>>) -> Option<()> {
        if cursor.eat(&["DECLARE"]) {
            while !cursor.is_word(0, "BEGIN") {
                let statement = statement(cursor)?;
                self.declaration(statement, steps)?;
            }
        }
        cursor.eat(&["BEGIN"]).then_some(())?;
        self.steps(cursor, steps)?;
        cursor.eat(&["END"]).then_some(())?;
        // The block's label may follow.
        if cursor.kind_at(0) == Some(TokenKind::Word) {
            cursor.skip(1);
        }
        Some(())
    }

    /// `name [CONSTANT] type [:= value]`, `name ALIAS FOR $1`.
    fn declaration<'a>(&mut self, mut cursor: Cursor<'a>, steps: &mut Vec<Step<'a>>) -> Option<()> {
        let name = cursor.ident()?;
        if cursor.eat(&["ALIAS", "FOR"]) {
            let text = cursor.text().trim_start_matches('$');
            let number: usize = text.parse().ok()?;
            let (_, value) = self.locals.values[..self.locals.arguments].get(number.checked_sub(1)?)?.clone();
            // Without a type, as it is the argument itself: a body that assigns to it is not followed.
            self.types.push(None);
            self.locals.values.push((name, value));
            return Some(());
        }
        if self.locals.position(&name).is_some() {
            return None;
        }
        cursor.eat(&["CONSTANT"]);
        let ty = read_type(self.names, &mut cursor).filter(|_| !cursor.at_op("%"))?.ty;
        self.locals.values.push((name, Expr::Literal(Literal::Null)));
        self.types.push(Some(ty));
        let at = self.types.len() - 1;
        if cursor.is_empty() {
            return Some(());
        }
        let given = cursor.eat(&["DEFAULT"]) || eat_assignment(&mut cursor);
        given.then(|| steps.push(Step::Assign(at, cursor)))
    }

    /// Statements up to the word that ends their list.
    fn steps<'a>(&mut self, cursor: &mut Cursor<'a>, steps: &mut Vec<Step<'a>>) -> Option<()> {
        while !cursor.at_any(&["END", "ELSE", "ELSIF", "ELSEIF", "WHEN"]) {
            if cursor.is_empty() || cursor.is_word(0, "EXCEPTION") {
                return None;
            }
            if cursor.at_any(&["DECLARE", "BEGIN"]) {
                self.block(cursor, steps)?;
                cursor.eat_kind(TokenKind::Semicolon).then_some(())?;
            } else if cursor.eat(&["IF"]) {
                steps.push(self.branches(cursor)?);
            } else if cursor.eat(&["CASE"]) {
                steps.push(self.case(cursor)?);
            } else {
                let statement = statement(cursor)?;
                steps.extend(self.simple(statement)?);
            }
        }
        Some(())
    }

    /// A statement without others inside; the inner `None` is one without effect.
    #[expect(clippy::option_option, reason = "not followed, without effect, and a step are three answers")]
    fn simple<'a>(&self, mut cursor: Cursor<'a>) -> Option<Option<Step<'a>>> {
        if cursor.eat(&["NULL"]) {
            return cursor.is_empty().then_some(None);
        }
        if cursor.eat(&["RETURN"]) {
            return (!cursor.at_any(&["NEXT", "QUERY"])).then_some(Some(Step::Return(cursor)));
        }
        if cursor.eat(&["RAISE"]) {
            let told = cursor.at_any(&["DEBUG", "LOG", "INFO", "NOTICE", "WARNING"]);
            return Some((!told).then_some(Step::Raise));
        }
        if cursor.eat(&["ASSERT"]) {
            return Some(Some(Step::Assert(cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Comma)))));
        }
        if cursor.eat(&["SELECT"]) {
            // `SELECT value INTO variable`, `SELECT INTO variable value`.
            let before = cursor.take_until(|c| c.is_word(0, "INTO"));
            cursor.eat(&["INTO"]).then_some(())?;
            let at = self.locals.position(&cursor.ident()?)?;
            return match (before.is_empty(), cursor.is_empty()) {
                (false, true) => Some(Some(Step::Assign(at, before))),
                (true, false) => Some(Some(Step::Assign(at, cursor))),
                _ => None,
            };
        }
        let at = self.locals.position(&cursor.ident()?)?;
        eat_assignment(&mut cursor).then_some(Some(Step::Assign(at, cursor)))
    }

    /// Behind `IF`: `a THEN ... [ELSIF b THEN ...] [ELSE ...] END IF;`.
    fn branches<'a>(&mut self, cursor: &mut Cursor<'a>) -> Option<Step<'a>> {
        let mut branches = Vec::new();
        loop {
            let condition = condition(cursor)?;
            branches.push((condition, self.list(cursor)?));
            if cursor.eat_any(&["ELSIF", "ELSEIF"]).is_none() {
                break;
            }
        }
        let otherwise = if cursor.eat(&["ELSE"]) { self.list(cursor)? } else { Vec::new() };
        (cursor.eat(&["END", "IF"]) && cursor.eat_kind(TokenKind::Semicolon)).then_some(())?;
        Some(Step::If(branches, otherwise))
    }

    /// Behind `CASE` without an operand: `WHEN a THEN ... [ELSE ...] END CASE;`. Nothing that holds is an error.
    fn case<'a>(&mut self, cursor: &mut Cursor<'a>) -> Option<Step<'a>> {
        let mut branches = Vec::new();
        while cursor.eat(&["WHEN"]) {
            let condition = condition(cursor)?;
            branches.push((condition, self.list(cursor)?));
        }
        let otherwise = if cursor.eat(&["ELSE"]) { self.list(cursor)? } else { vec![Step::Raise] };
        (!branches.is_empty() && cursor.eat(&["END", "CASE"]) && cursor.eat_kind(TokenKind::Semicolon))
            .then_some(Step::If(branches, otherwise))
    }

    /// The steps of a branch.
    fn list<'a>(&mut self, cursor: &mut Cursor<'a>) -> Option<Vec<Step<'a>>> {
        let mut steps = Vec::new();
        self.steps(cursor, &mut steps)?;
        Some(steps)
    }
}

/// The tokens up to the semicolon; moves past it.
fn statement<'a>(cursor: &mut Cursor<'a>) -> Option<Cursor<'a>> {
    let found = cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Semicolon));
    (cursor.eat_kind(TokenKind::Semicolon) && !found.is_empty()).then_some(found)
}

/// The tokens up to the THEN that belongs to them; moves past it.
fn condition<'a>(cursor: &mut Cursor<'a>) -> Option<Cursor<'a>> {
    let start = *cursor;
    let mut open = 0_u32;
    while !cursor.is_empty() && cursor.kind_at(0) != Some(TokenKind::Semicolon) {
        if cursor.is_word(0, "THEN") && open == 0 {
            let found = start.until(cursor);
            cursor.skip(1);
            return Some(found).filter(|found| !found.is_empty());
        }
        if cursor.is_word(0, "CASE") {
            open += 1;
        } else if cursor.is_word(0, "END") {
            open = open.checked_sub(1)?;
        }
        cursor.skip_group();
    }
    None
}

/// `:=`, or `=` as PL/pgSQL also takes it.
fn eat_assignment(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat_op(":");
    cursor.eat_op("=")
}

/// Follows the steps with the variables' values as expressions.
struct Walk<'w> {
    /// What types and columns mean.
    names: &'w dyn Names,
    /// The types of arguments and variables.
    types: &'w [Option<SqlType>],
    /// The type of the function's result.
    returns: &'w SqlType,
    /// Where the body stands.
    site: &'w Site<'w>,
    /// How many steps have been taken.
    steps: std::cell::Cell<usize>,
}

impl Walk<'_> {
    /// The function's value when it goes on with these steps.
    fn run(&self, steps: &[&Step<'_>], locals: &Locals) -> Option<Expr> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS {
            return None;
        }
        // To reach the end without a RETURN is an error.
        let Some((step, rest)) = steps.split_first() else { return Some(raised()) };
        match step {
            Step::Raise => Some(raised()),
            Step::Return(value) => typing::returned(self.read(*value, locals)?, self.returns, self.site),
            Step::Assign(at, value) => {
                let value = self.read(*value, locals)?;
                let value = self.assigned(value, self.types[*at].as_ref()?)?;
                let mut after = locals.clone();
                after.values[*at].1 = value.clone();
                // An error in a value is raised even where the value is not looked at.
                self.run(rest, &after).filter(|found| !may_fail(&value) || always_evaluates(found, &value))
            }
            Step::Assert(condition) => {
                let holds = (self.read(*condition, locals)?, self.run(rest, locals)?);
                Some(Expr::Case { operand: None, branches: vec![holds], otherwise: Some(Box::new(raised())) })
            }
            Step::If(branches, otherwise) => {
                let then = |first: &[Step<'_>]| {
                    self.run(&first.iter().chain(rest.iter().copied()).collect::<Vec<_>>(), locals)
                };
                let mut found = Vec::with_capacity(branches.len());
                for (condition, steps) in branches {
                    found.push((self.read(*condition, locals)?, then(steps)?));
                }
                let otherwise = Some(Box::new(then(otherwise)?));
                Some(Expr::Case { operand: None, branches: found, otherwise })
            }
        }
    }

    /// An expression over the arguments, the variables having their values.
    fn read(&self, cursor: Cursor<'_>, locals: &Locals) -> Option<Expr> {
        read_expr(self.names, Scope::Function(locals), cursor).ok()
    }

    /// A value as a variable holds it. An assignment to a limited string is an error where a cast would cut.
    fn assigned(&self, value: Expr, ty: &SqlType) -> Option<Expr> {
        match ty {
            SqlType::Varchar { length: Some(_) } | SqlType::Domain(_) => None,
            SqlType::Decimal { precision: Some(_), .. } => {
                Some(Expr::Cast { operand: Box::new(value), target: ty.clone() })
            }
            ty => typing::returned(value, ty, self.site),
        }
    }
}

/// Whether to compute it may raise an error.
fn may_fail(expr: &Expr) -> bool {
    expr.any(&|e| match e {
        Expr::Cast { operand, target } => !target.is_text() && !matches!(**operand, Expr::Literal(_)),
        Expr::Binary { op, .. } => {
            !(op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Concat))
        }
        Expr::UserFunction { .. } => true,
        _ => false,
    })
}

/// Whether `part` is computed whatever the row: it stands in what is looked at first.
fn always_evaluates(expr: &Expr, part: &Expr) -> bool {
    match expr {
        Expr::Case { operand: None, branches, .. } => {
            branches.first().is_some_and(|(condition, _)| always_evaluates(condition, part))
        }
        expr => expr.any(&|e| e == part),
    }
}
