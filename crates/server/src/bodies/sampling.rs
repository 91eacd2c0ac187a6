//! How a language model speaks.

use crate::request::Whole;
use seedbed_edit::Sampling;
use serde::Deserialize;
use utoipa::ToSchema;

/// How a language model speaks. What lies outside of its range is moved to the nearer end, and `notes` say so.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SamplingBody {
    /// How freely, 0 to 2.
    temperature: Option<f64>,
    /// From which share of its likeliest words, 0 to 1.
    top_p: Option<f64>,
    /// From how many of its likeliest words, 1 to 100.
    top_k: Option<Whole>,
}

impl SamplingBody {
    pub(super) fn sampling(self) -> Sampling {
        let top_k = self.top_k.map(|k| i64::try_from(k.0).unwrap_or(i64::MAX));
        Sampling { temperature: self.temperature, top_p: self.top_p, top_k }
    }
}
