//! The parts of an expression, in order of writing.

use crate::Expr;

/// The direct parts of `$expr`, borrowed as `$borrow` says (`&` or `&mut`). One list, so that both kinds of walks see
/// the same parts.
macro_rules! parts {
    ($expr:expr, $deref:ident, $iter:ident $(, $mutable:tt)?) => {
        match $expr {
            Expr::Literal(_)
            | Expr::Column(_)
            | Expr::DomainValue
            | Expr::Parameter(_)
            | Expr::Unreadable(_) => Vec::new(),
            Expr::Unary { operand, .. }
            | Expr::IsNull { operand, .. }
            | Expr::IsTruth { operand, .. }
            | Expr::Extract { operand, .. }
            | Expr::Cast { operand, .. }
            | Expr::Collate { operand, .. } => vec![operand],
            Expr::Binary { left, right, .. } | Expr::IsDistinct { left, right, .. } => vec![left, right],
            Expr::InList { operand, list, .. } => {
                std::iter::once(& $($mutable)? **operand).chain(list).collect()
            }
            Expr::Between { operand, low, high, .. } => vec![operand, low, high],
            Expr::Like { operand, pattern, .. } => vec![operand, pattern],
            Expr::Case { operand, branches, otherwise } => operand
                .$deref()
                .into_iter()
                .chain(branches.$iter().flat_map(|(when, then)| [when, then]))
                .chain(otherwise.$deref())
                .collect(),
            Expr::Function { args, .. } | Expr::UserFunction { args, .. } => args.$iter().collect(),
            Expr::Array(items) | Expr::Row(items) => items.$iter().collect(),
            Expr::Quantified { left, array, .. } => vec![left, array],
            Expr::Subscript { operand, index } => vec![operand, index],
        }
    };
}

impl Expr {
    /// The direct sub-expressions, in order of writing.
    pub fn children(&self) -> Vec<&Expr> {
        parts!(self, as_deref, iter)
    }

    /// The direct sub-expressions, to be changed.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        parts!(self, as_deref_mut, iter_mut, mut)
    }

    /// Calls `visit` on this expression and everything below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// Calls `visit` on this expression and everything below it, parents first, and goes on into what it leaves there.
    pub fn walk_mut(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        visit(self);
        for child in self.children_mut() {
            child.walk_mut(visit);
        }
    }

    /// Whether `test` holds for this expression or for one below it.
    pub fn any(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|child| child.any(test))
    }

    /// Whether `test` holds for this expression and for all below it.
    pub fn all(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        test(self) && self.children().into_iter().all(|child| child.all(test))
    }

    /// How many expressions lie inside one another: 1 for a constant or a column.
    pub fn depth(&self) -> usize {
        1 + self.children().into_iter().map(Expr::depth).max().unwrap_or(0)
    }

    /// The first part that no static reader can know: a user's function or text that was not understood.
    pub fn opaque_part(&self) -> Option<&Expr> {
        if matches!(self, Self::UserFunction { .. } | Self::Unreadable(_)) {
            return Some(self);
        }
        self.children().into_iter().find_map(Expr::opaque_part)
    }
}
