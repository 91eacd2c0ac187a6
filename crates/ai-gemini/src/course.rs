//! How a question goes on after a call that failed: whether at all, when, and what is asked differently.

use crate::answer_schema::Form;
use crate::config::{GeminiConfig, Retries};
use crate::error::GeminiError;
use std::time::Duration;

/// Tokens that Gemini gives at most in one call, by its documentation.
const MOST_TOKENS_STREAMED: u32 = 65_536;
const MOST_TOKENS_AT_ONCE: u32 = 32_768;
/// Tokens that a first answer may have: most need fewer, and one that goes astray costs no more.
const FIRST_ROOM: u32 = 16_384;

/// How far trying has got.
#[derive(Debug)]
pub(crate) struct Course {
    /// Calls that were made.
    pub(crate) calls: u32,
    /// How much of the answer's schema is sent.
    pub(crate) form: Form,
    /// Tokens that the answer may have.
    pub(crate) room: u32,
    most_room: u32,
    has_had_second_chance: bool,
    pause: Duration,
}

impl Course {
    pub(crate) fn new(config: &GeminiConfig, form: Form) -> Self {
        let most = if config.streaming { MOST_TOKENS_STREAMED } else { MOST_TOKENS_AT_ONCE };
        let most_room = config.max_output_tokens.min(most);
        Self {
            calls: 0,
            form,
            room: most_room.min(FIRST_ROOM),
            most_room,
            has_had_second_chance: false,
            pause: config.retries.first_pause,
        }
    }

    /// Whether another call is within their number.
    pub(crate) fn may_call(&self, retries: Retries) -> bool {
        self.calls < retries.calls
    }

    /// How long to wait before the next call, or none when there is to be no other.
    pub(crate) fn next(&mut self, error: &GeminiError, retries: Retries) -> Option<Duration> {
        if !self.may_call(retries) {
            return None;
        }
        match error {
            GeminiError::RequestRefused { may_be_the_form: true, .. } => {
                self.form = self.form.simpler()?;
                Some(Duration::ZERO)
            }
            // With less room than it was to have, the budget has no more either.
            GeminiError::Truncated { tokens } if *tokens >= self.room && self.room < self.most_room => {
                self.room = self.most_room;
                Some(Duration::ZERO)
            }
            GeminiError::Recitation
            | GeminiError::Empty { .. }
            | GeminiError::Repetition
            | GeminiError::Malformed { .. }
                if !self.has_had_second_chance =>
            {
                self.has_had_second_chance = true;
                Some(Duration::ZERO)
            }
            // A delay of nothing is offered as well.
            GeminiError::QuotaMinute { after, .. } => {
                Some(self.next_pause(retries).max(after.unwrap_or_default()))
            }
            GeminiError::Incomplete { .. }
            | GeminiError::Timeout { .. }
            | GeminiError::Unreachable { .. }
            | GeminiError::Overloaded { .. }
            | GeminiError::ServerFailed { .. } => Some(self.next_pause(retries)),
            _ => None,
        }
    }

    fn next_pause(&mut self, retries: Retries) -> Duration {
        let pause = self.pause.min(retries.longest_pause);
        self.pause = self.pause.saturating_mul(2);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(error: &GeminiError) -> Vec<u64> {
        let config = GeminiConfig::new("k".to_owned());
        let mut course = Course::new(&config, Form::Whole);
        std::iter::from_fn(|| {
            course.calls += 1;
            course.next(error, config.retries)
        })
        .map(|pause| pause.as_secs())
        .collect()
    }

    #[test]
    fn pauses_double_and_end() {
        assert_eq!(pauses(&GeminiError::Overloaded { message: String::new() }), [1, 2, 4, 8]);
        let quota = |after: Option<u64>| {
            pauses(&GeminiError::QuotaMinute {
                message: String::new(),
                after: after.map(Duration::from_secs),
            })
        };
        assert_eq!(quota(Some(7)), [7, 7, 7, 8]);
        assert_eq!([quota(Some(0)), quota(None)], [[1, 2, 4, 8]; 2]);
    }

    #[test]
    fn what_will_not_change_is_not_tried_again() {
        assert_eq!(pauses(&GeminiError::QuotaDay { message: String::new() }), [0; 0]);
        assert_eq!(pauses(&GeminiError::Blocked { reason: String::new() }), [0; 0]);
        assert_eq!(
            pauses(&GeminiError::Malformed { message: String::new() }),
            [0],
            "it has one second chance"
        );
    }

    #[test]
    fn a_cut_answer_gets_more_room_and_a_refused_form_a_simpler_one() {
        let config = GeminiConfig::new("k".to_owned());
        let mut course = Course::new(&config, Form::Whole);
        let cut = |tokens: u32| GeminiError::Truncated { tokens };
        assert_eq!(course.next(&cut(1_000), config.retries), None, "the budget had no more");
        assert!(course.next(&cut(FIRST_ROOM), config.retries).is_some());
        assert_eq!(course.room, MOST_TOKENS_STREAMED);
        assert_eq!(course.next(&cut(MOST_TOKENS_STREAMED), config.retries), None);
        let refused = GeminiError::RequestRefused { message: String::new(), may_be_the_form: true };
        assert!(course.next(&refused, config.retries).is_some());
        assert_eq!(course.form, Form::WithoutBounds);
    }
}
