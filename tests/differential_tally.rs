//! What the differential suites of the evaluator share: which texts to try, and when to be content.

use seedbed_schema_model::BinaryOp;

pub(crate) const COMPARISONS: [BinaryOp; 6] =
    [BinaryOp::Eq, BinaryOp::NotEq, BinaryOp::Lt, BinaryOp::LtEq, BinaryOp::Gt, BinaryOp::GtEq];

/// Strings that try conversions: numbers, almost numbers, case, accents, wildcards, spaces.
pub(crate) const TEXTS: [&str; 18] = [
    "", "a", "A", "abc", "ABC", "aXc", "é", "É", "1", "12", " 7 ", "1.5", "1e2", "12abc", "-3", "a%c", "a_c",
    "x  ",
];

pub(crate) const PATTERNS: [&str; 12] =
    ["%", "a%", "A%", "%c", "a_c", "_", "", "é%", "a\\%c", "1%", "%b%", "abc"];

/// How the evaluations of one suite ended.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) cases: usize,
    pub(crate) unsupported: usize,
    pub(crate) disagreements: Vec<String>,
}

impl Tally {
    /// Demands that nothing disagrees and that hardly anything was left out.
    #[expect(clippy::print_stdout, reason = "the figures are part of the test's answer")]
    pub(crate) fn expect_agreement(&self, dialect: &str) {
        let Self { cases, unsupported, disagreements } = self;
        println!(
            "{dialect}: {cases} evaluations, {unsupported} not supported, {} disagree",
            disagreements.len()
        );
        assert!(
            disagreements.is_empty(),
            "{} disagreements:\n{}",
            disagreements.len(),
            disagreements[..disagreements.len().min(12)].join("\n")
        );
        assert!(unsupported * 20 < *cases, "{unsupported} of {cases} evaluations were not supported");
    }
}
