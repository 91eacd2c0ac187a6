//! Yes or no, by what the name asks: of `is_active` most rows say yes, of `deleted` few.
//!
//! | provider | yes in |
//! |---|---|
//! | `flag.likely` | nine rows of ten |
//! | `flag.rare` | one row of twenty |
//!
//! Booleans, and numbers that stand for them.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::quantity::Quantity;
use crate::weighted::{TruthValues, Weighted};
use seedbed_schema_model::SqlType;
use std::sync::Arc;

pub(crate) static KINDS: &[Builtin] =
    &[Builtin::alone("flag.likely", |r| flag(r, [1, 9])), Builtin::alone("flag.rare", |r| flag(r, [19, 1]))];

/// No and yes with these weights.
fn flag(request: &BindRequest<'_>, weights: [u64; 2]) -> BindResult {
    let list = match request.ty() {
        SqlType::Boolean => Arc::new(TruthValues),
        _ => Quantity { low: 0, high: 1, digits: 0 }.even(request)?,
    };
    Ok(Weighted::of(list, &weights))
}
