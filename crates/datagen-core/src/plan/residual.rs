//! What lists and laws leave over, as groups of conditions that are met together.

use super::builder::{Cap, TableBuilder};
use super::facts::Remaining;
use crate::ShortfallCode;
use crate::program::{Cell, CellLaw, ReferenceLaw};
use crate::residue::{Residue, ResidueGroup};
use seedbed_schema_model::{ColumnIdx, Expr, Span};
use seedbed_sql_semantics::supported;

/// Conditions that share columns which may change.
#[derive(Default)]
struct Gathered {
    checks: Vec<Expr>,
    reads: Vec<ColumnIdx>,
    changeable: Vec<ColumnIdx>,
    titles: Vec<(String, Span)>,
}

impl TableBuilder<'_> {
    /// Groups the remaining conditions by the columns that may change, and names what can't be evaluated.
    ///
    /// # Errors
    /// [`Cap`] when it is certain that no row meets them.
    pub(super) fn residue(&mut self) -> Result<Residue, Cap> {
        let mut groups: Vec<Gathered> = Vec::new();
        for Remaining { expr, title, span } in std::mem::take(&mut self.remaining) {
            if !self.is_readable(&expr, &title, span) {
                continue;
            }
            let reads = expr.columns();
            let mut group = Gathered {
                checks: vec![expr],
                changeable: self.with_siblings(&reads).into_iter().filter(|c| self.may_change(*c)).collect(),
                reads,
                titles: vec![(title, span)],
            };
            let (rest, apart): (Vec<Gathered>, Vec<Gathered>) = groups
                .into_iter()
                .partition(|other| other.changeable.iter().any(|c| group.changeable.contains(c)));
            for other in rest {
                group.checks.extend(other.checks);
                group.titles.extend(other.titles);
                group.reads.extend(other.reads);
                group.changeable.extend(other.changeable);
            }
            groups = apart;
            groups.push(group);
        }
        let groups: Vec<ResidueGroup> = groups.into_iter().map(|g| self.finished(g)).collect();
        let impossible = groups.iter().find(|g| g.branches.is_impossible(&self.cx()));
        match impossible.filter(|_| self.rows > 0) {
            Some(group) => Err(self.contradiction(group)),
            None => Ok(Residue { groups }),
        }
    }

    fn contradiction(&self, group: &ResidueGroup) -> Cap {
        let titles: Vec<&str> = group.titles.iter().map(|(t, _)| t.as_str()).collect();
        let together = if titles.len() > 1 { " together" } else { "" };
        let reason = format!("no row satisfies{together} {}", titles.join("; "));
        let span = group.titles.first().map_or(self.relation.table.span, |(_, span)| *span);
        Cap::new(0, ShortfallCode::Capacity, reason, span)
    }

    fn finished(&mut self, gathered: Gathered) -> ResidueGroup {
        let Gathered { checks, mut reads, mut changeable, titles } = gathered;
        for list in [&mut reads, &mut changeable] {
            list.sort_unstable();
            list.dedup();
        }
        // By their own words, so that the order of constraints in the DDL doesn't matter.
        let mut both: Vec<(Expr, (String, Span))> = checks.into_iter().zip(titles).collect();
        both.sort_by(|(_, (a, _)), (_, (b, _))| a.cmp(b));
        let (checks, titles): (Vec<Expr>, Vec<(String, Span)>) = both.into_iter().unzip();
        let redrawn = self.redrawable(&changeable);
        let branches = self.branches(&checks, &reads, &changeable);
        ResidueGroup { checks, redrawn, titles, hopeless: false, branches }
    }

    /// Whether anything of a column may change after its own draw: columns in no unique key; else, and of references,
    /// whether they are NULL.
    fn may_change(&self, column: ColumnIdx) -> bool {
        self.freedom(column) != seedbed_solver::Freedom::Fixed || self.is_redrawable(column)
    }

    /// Columns whose values may be drawn again: in no unique key, and not numbered; of references, those whose law no
    /// key has fixed.
    fn is_redrawable(&self, column: ColumnIdx) -> bool {
        let settled = self.is_keyed(column) || self.is_referred_to(column) || self.sieved.contains(&column);
        match &self.cells[column] {
            Some(Cell::Listed { law: CellLaw::Own(_) | CellLaw::Entity(_), .. }) => !settled,
            Some(Cell::Referenced { reference, .. }) => {
                !settled
                    && matches!(
                        self.references[*reference].law,
                        Some(ReferenceLaw::Hashed(_) | ReferenceLaw::Tree { .. } | ReferenceLaw::Indexed(_))
                    )
            }
            _ => false,
        }
    }

    /// Of some columns, those that can be drawn again without leaving others behind that follow them.
    fn redrawable(&self, columns: &[ColumnIdx]) -> Vec<ColumnIdx> {
        let mut redrawn: Vec<ColumnIdx> =
            columns.iter().copied().filter(|c| self.is_redrawable(*c)).collect();
        loop {
            let torn = |c: &ColumnIdx| {
                let Some(owner) = self.owner(*c) else { return false };
                let follows = |r: usize| match &self.references[r].law {
                    Some(ReferenceLaw::Indexed(index)) => index.columns.clone(),
                    Some(ReferenceLaw::Tree { shared, .. }) => shared.iter().map(|(own, _)| *own).collect(),
                    _ => Vec::new(),
                };
                // Its own siblings, what it follows as far as that moves, and what follows it.
                let moves = |c: &ColumnIdx| self.is_redrawable(*c);
                let mut together = self.references[owner].columns.clone();
                together.extend(follows(owner).into_iter().filter(moves));
                for (r, other) in self.references.iter().enumerate() {
                    if follows(r).iter().any(|c| self.references[owner].columns.contains(c)) {
                        together.extend(other.columns.iter().copied());
                    }
                }
                together
                    .iter()
                    .any(|c| matches!(self.cells[*c], Some(Cell::Referenced { .. })) && !redrawn.contains(c))
            };
            let Some(at) = redrawn.iter().position(torn) else { return redrawn };
            redrawn.remove(at);
        }
    }

    /// The columns, and those of the same references and of references that share columns with them.
    fn with_siblings(&self, columns: &[ColumnIdx]) -> Vec<ColumnIdx> {
        let mut all = columns.to_vec();
        for reference in &self.relation.references {
            if reference.columns.iter().any(|c| columns.contains(c)) {
                all.extend(reference.columns.iter().copied());
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn is_readable(&mut self, expr: &Expr, title: &str, span: Span) -> bool {
        if matches!(expr, Expr::Literal(_)) {
            return false;
        }
        let cannot = supported(expr, &self.cx()).err();
        if let Some(unsupported) = cannot {
            self.limit(
                "check-unreadable",
                format!("{title} can't be evaluated here: {}", unsupported.what),
                span,
            );
            return false;
        }
        true
    }
}
