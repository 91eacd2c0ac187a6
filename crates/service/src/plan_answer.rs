//! What would be made, and why.

use crate::ai_use::AiUse;
use crate::instructions::Instructed;
use seedbed_edit::{AdviceError, Edit};
use seedbed_job::{PlannedJob, ProblemEntry};
use seedbed_rows::Explanation;
use serde::Serialize;

/// What would be made, how, and why.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanAnswer {
    /// The seed, the tables in load order with what fills their columns, and what is not guaranteed.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// What could not be read of the schema.
    pub problems: Vec<ProblemEntry>,
    /// What would be done otherwise than it is asked for, as sentences.
    pub notes: Vec<String>,
    /// What the instructions have become.
    pub edits: Vec<Edit>,
    /// What part an advisor had.
    pub ai: AiUse,
    /// What failed at the advisor.
    pub ai_errors: Vec<AdviceError>,
}

impl PlanAnswer {
    pub(crate) fn new(planned: &PlannedJob, mut notes: Vec<String>, instructed: Instructed) -> Self {
        notes.extend(instructed.notes);
        let read = planned.read();
        Self {
            explanation: planned.plan().explain(),
            problems: read.problems.iter().map(|p| ProblemEntry::new(&read.sources, p)).collect(),
            notes,
            edits: instructed.edits,
            ai: instructed.ai,
            ai_errors: instructed.errors,
        }
    }
}
