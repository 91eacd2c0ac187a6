//! Typed edits: what an instruction becomes, whoever wrote it.
//!
//! - An [`Edit`] is one change of a dataset as a value, with a form in JSON and its schema. What it does to rows is the
//!   business of `seedbed-edited-rows`.
//! - [`parse_edits`] reads them from text that people write, and [`to_text`] writes it.
//! - [`fold_into_spec`] makes wishes of them where the rows are yet to be made.
//! - An [`Advisor`] makes edits of sentences.

mod advice;
mod edit;
mod fold;
mod json_schema;
mod text;

pub use advice::{
    Advice, AdviceError, Advisor, ColumnSample, Exchange, ExchangeRecord, ProposedQuery, Question,
    RefusedQuery, Sampling, SqlTable,
};
pub use edit::{
    AddRows, Distribution, Edit, Literal, LiteralRange, NullShare, Referrers, RemoveRows, RenameValues,
    Renamed, RowCount, ScaleNumber, Selection, SetColumn, SetLocale, ShiftTime, Source, SpreadReference,
    TimeUnit, WeightedLiteral,
};
pub use fold::fold_into_spec;
pub use json_schema::json_schema;
pub use text::{TextError, parse_edits, parse_question, to_text};
