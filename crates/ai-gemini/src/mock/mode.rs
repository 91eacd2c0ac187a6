//! The ways to play.

use super::request::{Method, MockRequest};
use super::wire::Reply;
use super::{failures, frame, odd_answers};

/// A request that is to be answered in some way.
pub(super) struct Scene<'a> {
    pub(super) request: &'a MockRequest,
    pub(super) method: Method,
    /// What would be answered if all went well.
    pub(super) text: &'a str,
    /// Tokens of the question.
    pub(super) tokens: usize,
    /// Requests of this mode that came before.
    pub(super) before: usize,
}

pub(super) type Play = fn(&Scene<'_>) -> Reply;

/// The names of all ways to play badly, or oddly.
///
/// ```
/// assert!(seedbed_ai_gemini::mock::modes().any(|mode| mode == "quota-day"));
/// ```
pub fn modes() -> impl Iterator<Item = &'static str> {
    all().map(|(name, _)| *name)
}

fn all() -> impl Iterator<Item = &'static (&'static str, Play)> {
    odd_answers::PLAYS.iter().chain(failures::PLAYS)
}

/// The play of a name.
pub(super) fn play(name: &str) -> Option<Play> {
    all().find(|(n, _)| *n == name).map(|(_, play)| *play)
}

impl Scene<'_> {
    /// As it should be.
    pub(super) fn well(&self) -> Reply {
        self.ends(self.text, "STOP")
    }

    /// A text with an end.
    pub(super) fn ends(&self, text: &str, finish: &str) -> Reply {
        match self.method {
            Method::Stream { .. } => {
                frame::reply(self.method, &frame::pieces(text, Some(finish), self.tokens))
            }
            _ => frame::reply(self.method, &[frame::response(text, Some(finish), self.tokens)]),
        }
    }

    /// The first half of the text, on a border of characters.
    pub(super) fn half(&self) -> String {
        self.text.chars().take(self.text.chars().count() / 2).collect()
    }

    pub(super) fn is_streamed(&self) -> bool {
        self.method == Method::Stream { sse: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_name_comes_twice() {
        let names: Vec<_> = modes().collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(names.len() > 50, "{}", names.len());
    }
}
