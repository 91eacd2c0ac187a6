//! The parts of an expression, in order of writing.

use crate::Expr;

/// Hands the direct parts of `$expr` to `$each`, borrowed as `$iter` borrows. One list, so that both kinds of walks see the
/// same parts; handed over one by one, as most expressions have one part or two and are walked often.
macro_rules! each_part {
    ($expr:expr, $each:ident, $iter:ident, $deref:ident) => {
        match $expr {
            Expr::Literal(_)
            | Expr::Column(_)
            | Expr::DomainValue
            | Expr::Parameter(_)
            | Expr::Unreadable(_) => {}
            Expr::Unary { operand, .. }
            | Expr::IsNull { operand, .. }
            | Expr::IsTruth { operand, .. }
            | Expr::Extract { operand, .. }
            | Expr::Cast { operand, .. }
            | Expr::Field { operand, .. }
            | Expr::Collate { operand, .. } => $each(operand),
            Expr::Binary { left, right, .. } | Expr::IsDistinct { left, right, .. } => {
                $each(left);
                $each(right);
            }
            Expr::InList { operand, list, .. } => {
                $each(operand);
                list.$iter().for_each($each);
            }
            Expr::Between { operand, low, high, .. } => {
                $each(operand);
                $each(low);
                $each(high);
            }
            Expr::Like { operand, pattern, .. } => {
                $each(operand);
                $each(pattern);
            }
            Expr::Case { operand, branches, otherwise } => {
                operand.$deref().into_iter().for_each(&mut $each);
                for (when, then) in branches.$iter() {
                    $each(when);
                    $each(then);
                }
                otherwise.$deref().into_iter().for_each($each);
            }
            Expr::Function { args, .. } | Expr::UserFunction { args, .. } => args.$iter().for_each($each),
            Expr::Array(items) | Expr::Row(items) | Expr::Lookup { at: items, .. } => {
                items.$iter().for_each($each)
            }
            Expr::Quantified { left, array, .. } => {
                $each(left);
                $each(array);
            }
            Expr::Subscript { operand, index } => {
                $each(operand);
                $each(index);
            }
        }
    };
}

impl Expr {
    /// The direct sub-expressions, in order of writing.
    pub fn children(&self) -> Vec<&Expr> {
        let mut children = Vec::new();
        self.each_child(|child| children.push(child));
        children
    }

    /// The direct sub-expressions, to be changed.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        let mut children = Vec::new();
        self.each_child_mut(|child| children.push(child));
        children
    }

    fn each_child<'a>(&'a self, mut each: impl FnMut(&'a Expr)) {
        each_part!(self, each, iter, as_deref);
    }

    fn each_child_mut<'a>(&'a mut self, mut each: impl FnMut(&'a mut Expr)) {
        each_part!(self, each, iter_mut, as_deref_mut);
    }

    /// Calls `visit` on this expression and everything below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        self.each_child(|child| child.walk(visit));
    }

    /// Calls `visit` on this expression and everything below it, parents first, and goes on into what it leaves there.
    pub fn walk_mut(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        visit(self);
        self.each_child_mut(|child| child.walk_mut(visit));
    }

    /// Whether `test` holds for this expression or for one below it.
    pub fn any(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        let mut any = test(self);
        self.each_child(|child| any = any || child.any(test));
        any
    }

    /// Whether `test` holds for this expression and for all below it.
    pub fn all(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        let mut all = test(self);
        self.each_child(|child| all = all && child.all(test));
        all
    }

    /// How many expressions lie inside one another: 1 for a constant or a column.
    pub fn depth(&self) -> usize {
        let mut deepest = 0;
        self.each_child(|child| deepest = deepest.max(child.depth()));
        1 + deepest
    }

    /// The first part that no static reader can know: a user's function or text that was not understood.
    pub fn opaque_part(&self) -> Option<&Expr> {
        if matches!(self, Self::UserFunction { .. } | Self::Unreadable(_)) {
            return Some(self);
        }
        let mut opaque = None;
        self.each_child(|child| opaque = opaque.or_else(|| child.opaque_part()));
        opaque
    }
}
