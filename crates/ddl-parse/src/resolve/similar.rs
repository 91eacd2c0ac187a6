//! Names that are close to a missing one, for the hint of a problem.
//!
//! A name is close when at most a third of the wanted one's bytes have to change: `genres` is close to `genre`, `film`
//! is not.

use seedbed_ddl_catalog::SystemCatalog;
use seedbed_schema_model::QualifiedName;
use seedbed_sql_syntax::NameComparison;

/// The existing table whose name is closest to `wanted`, if any is close; the first of several. A table of the very
/// same name is told only where case is ignored.
pub(super) fn similar(catalog: &SystemCatalog, wanted: &QualifiedName) -> Option<String> {
    let live = catalog.drafts.iter().zip(&catalog.schema.tables).filter(|(d, _)| !d.dropped && !d.temporary);
    let comparison = catalog.syntax().names.comparison;
    let mut best: Option<(usize, String)> = None;
    for (_, table) in live {
        let distance = distance(&table.name.name, &wanted.name);
        if distance <= wanted.name.len() / 3 && best.as_ref().is_none_or(|(d, _)| distance < *d) {
            best = Some((distance, table.name.to_string()));
        }
    }
    best.map(|(_, name)| name)
        .filter(|name| *name != wanted.to_string() || comparison == NameComparison::IgnoringCase)
}

/// Levenshtein's distance over bytes, case ignored: how many have to be put in, taken out or replaced. Names longer
/// than 64 bytes count as far, so that the time stays small.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(!x.eq_ignore_ascii_case(&y));
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
