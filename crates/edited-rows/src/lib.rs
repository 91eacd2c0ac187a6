//! Edits on rows.
