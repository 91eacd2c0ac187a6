//! What the fixtures must show between them.

use crate::fixtures;

/// Laws by their names, codes of limitations, shortfalls and errors, and the reasons that a plan gives: each stands in the
/// plan of some fixture.
#[rustfmt::skip]
const SHOWN: &[&str] = &[
    ", sequence;", ", permutation;", ", hashed;", ", stratified;", ", entity;", ", joint;", ", joint, sieved;",
    ", joint, as the other key;", ", one-to-one;", ", aligned;", ", fan-out;", ", position;", ", tree;", ", chain;",
    ", among the rows that share its columns;", ", dealt out;", ", in rounds;", ", another of the same parent;",
    "fewer [capacity]", "fewer [unreachable-partition]", "fewer [empty-parent]",
    "guaranteed [check-several-columns]", "guaranteed [check-unreadable]", "guaranteed [exclusion]",
    "guaranteed [reference-overlap]", "guaranteed [reference-unresolved]", "guaranteed [type-unknown]",
    "guaranteed [unique-overlap]", "guaranteed [about-now]",
    "error [spec-unknown-table]", "error [spec-ambiguous-table]", "error [spec-left-out-table]",
    "error [spec-unknown-column]", "error [spec-unknown-provider]", "error [spec-column]", "error [spec-reference]",
    "error [spec-null-rate]", "error [capacity]", "can't hold", "found no way to hold",
    "possible", "undecided", "impossible",
    "a CHECK lists the values", "a CHECK asks for JSON", "a CHECK gives the pattern", "a CHECK leaves only NULL",
    "a CHECK speaks of their members", "its form could not be read", "the labels of its enum type", "the labels of its ENUM",
    "every other row takes its default", "text too short for words", "by its type", "wide enough to be distinct",
    "values must differ, so each carries a code", "the spec lists the values", "the spec asks for it", "the spec gives examples",
    "numbers that count up", "numbers the rows of one parent", "nothing is known of its type",
    "nothing is known of its type; it has a default", "no value satisfies its constraints", "a generated column",
    "files leave it out", "its expression fails in some rows", "it refers to what does not exist", "has no rows",
    "ask for the values", "the first rows hold the values that", "refers to it by UUIDs", "show it of both tables",
    "one to each in turn", "none twice beside", "the first refers to the second", "the first refers to the last",
    "no row of which has them all", "the first row is the session's user", "the spec names the reference", "inferred: ",
    "any of its", "the row of its own number", "at most once", "together with", "dealt out among", "refers to itself",
    "a root has none", "the row before", "with the same (", "whose key is not NULL", "that fit",
    "is unique by itself", "NULLs never collide", "alone differs in every row", "each row refers to the one before",
    "which differ there", "numbers the rows of each parent", "counts up", "carries the number of its row",
    "drawn without repetition", "are NULL", "keeps the other key apart", "holds by the sieve", "UNIQUE (id, main_mail), as in",
    "no row satisfies", "together", "allows no row of", "declares no partition", "leaves only NULL", "leaves no column to choose",
    "a sieve of distinct values", "that a CHECK allows", "that agree with", "an index of", "a sieve of",
    "by cases", "reads ", "absent ", "sets ", "computes ",
    "deferred to the end", "updated afterwards", "filled by one statement", "while its cycle is being filled",
    "before each row", "after each row", "before the statement", "after the statement", "adds rows to",
];

#[test]
fn the_fixtures_show_every_law_code_and_reason() {
    let plans: String = fixtures().into_iter().map(|(_, fixture)| fixture.expected).collect();
    let missing: Vec<&&str> = SHOWN.iter().filter(|shown| !plans.contains(**shown)).collect();
    assert!(missing.is_empty(), "no fixture shows {missing:?}");
}
