//! The parent rows that a reference may draw: those whose key is not NULL.
//!
//! SQL lets a unique key that is referred to be NULL, and such rows can't be referred to. NULLs follow laws, so which
//! rows have one is arithmetic: counted and numbered without a look at them, as long as one law alone decides.

use seedbed_laws::Stratified;
use seedbed_rows::{Candidates, ColumnProgram, Filler, Program, Programs};
use seedbed_schema_model::ColumnIdx;

/// The rows of a planned table in which none of some columns is NULL.
///
/// Cost: none per row where at most one NULL law is at work. Where several are, or the columns follow a sieve's
/// proposals or are generated, each row is looked at and the present ones are kept, 8 bytes for each.
pub(super) fn present_rows(programs: &Programs, parent: &Program, columns: &[ColumnIdx]) -> Candidates {
    let mut laws: Vec<&Stratified> = Vec::new();
    let mut rows = parent.rows;
    if rows == 0 {
        return Candidates::All(0);
    }
    let is_generated = |c: &ColumnIdx| matches!(parent.cells[*c], ColumnProgram::Generated(_));
    // Strata of sieved columns count proposals, not rows, and whether a generated column is NULL only its value tells.
    if parent.sieve.as_ref().is_some_and(|sieve| columns.iter().any(|c| sieve.follows(parent, *c)))
        || columns.iter().any(is_generated)
    {
        let numbers: Vec<u64> = (0..rows).collect();
        let mut filler = Filler::of(programs, parent, &numbers);
        let filled = filler.columns(columns);
        let is_present = |row: &u64| filled.iter().all(|f| f.is_present(*row as usize));
        return Candidates::Listed(numbers.iter().copied().filter(is_present).collect());
    }
    for column in columns {
        let nulls = match &parent.cells[*column] {
            ColumnProgram::Null | ColumnProgram::Server | ColumnProgram::Generated(_) => {
                return Candidates::All(0);
            }
            ColumnProgram::Listed { nulls, .. } => nulls,
            ColumnProgram::Referenced { nullable: false, .. } => continue,
            ColumnProgram::Referenced { reference, .. } => &parent.references[*reference].nulls,
        };
        rows = rows.min(nulls.surplus_from);
        if let Some(law) = &nulls.law {
            laws.push(law);
        }
    }
    match laws.as_slice() {
        [] => Candidates::All(rows),
        [law] => Candidates::Present { law: (*law).clone(), rows, count: law.count(1, rows) },
        _ => Candidates::Listed((0..rows).filter(|r| laws.iter().all(|law| law.stratum(*r) == 1)).collect()),
    }
}
