//! The advisor against a server that plays Gemini, well and badly.

mod budgets;
mod course;
mod injection;
mod instructions;
mod kit;
mod lists;
mod misbehaviour;
mod query;
mod secrecy;
