//! Google Gemini as an [`Advisor`](seedbed_edit::Advisor).
