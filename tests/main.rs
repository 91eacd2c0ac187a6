//! Cross-crate suites, one module a subject.
