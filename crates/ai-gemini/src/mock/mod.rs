//! A server that plays Gemini: well, by a script, or badly in one of many ways.
//!
//! The path before `/v1beta` names the way ([`modes`]); without one it plays well. It answers `generateContent`,
//! `streamGenerateContent` with and without `alt=sse`, `countTokens` and `models`, below `/v1` and `/v1beta`, to whoever speaks
//! plain HTTP/1.1: this client, Google's own, or a shell.
//!
//! ```
//! use seedbed_ai_gemini::mock::Mock;
//! use serde_json::json;
//! let mock = Mock::start()?;
//! mock.answer("fifty customers", json!({"edits": [{"kind": "rows", "table": "customers", "count": 50}]}));
//! let well = mock.base_url();
//! let badly = mock.mode_url("quota-day");
//! assert!(badly.starts_with(&well) && badly.ends_with("/quota-day"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod failures;
mod frame;
mod http;
mod instance;
mod judge;
mod mode;
mod odd_answers;
mod request;
mod script;
mod server;
mod wire;

pub use mode::modes;
pub use request::{MockRequest, Wanted};
pub use script::ScriptedAnswer;
pub use server::Mock;
