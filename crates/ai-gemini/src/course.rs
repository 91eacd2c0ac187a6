//! How a question goes on after a call that failed: whether at all, when, and what is asked differently.

use crate::answer_schema::Form;
use crate::config::{GeminiConfig, Retries};
use crate::error::GeminiError;
use std::time::Duration;

/// Tokens that Gemini gives at most in one call, by its documentation.
const MOST_TOKENS_STREAMED: u32 = 65_536;
const MOST_TOKENS_AT_ONCE: u32 = 32_768;

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
    has_had_more_room: bool,
    has_had_second_chance: bool,
    pause: Duration,
}

impl Course {
    pub(crate) fn new(config: &GeminiConfig, form: Form) -> Self {
        Self {
            calls: 0,
            form,
            room: config.max_output_tokens,
            most_room: if config.streaming { MOST_TOKENS_STREAMED } else { MOST_TOKENS_AT_ONCE },
            has_had_more_room: false,
            has_had_second_chance: false,
            pause: config.retries.first_pause,
        }
    }

    /// How long to wait before the next call, or none when there is to be no other.
    pub(crate) fn next(&mut self, error: &GeminiError, retries: Retries) -> Option<Duration> {
        if self.calls >= retries.calls {
            return None;
        }
        match error {
            GeminiError::RequestRefused { may_be_the_form: true, .. } => {
                self.form = self.form.simpler()?;
                Some(Duration::ZERO)
            }
            GeminiError::Truncated { .. } if !self.has_had_more_room && self.room < self.most_room => {
                self.has_had_more_room = true;
                self.room = self.room.saturating_mul(4).min(self.most_room);
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
            GeminiError::QuotaMinute { after: Some(after), .. } => Some(*after),
            GeminiError::QuotaMinute { .. }
            | GeminiError::Incomplete { .. }
            | GeminiError::Timeout { .. }
            | GeminiError::Unreachable { .. }
            | GeminiError::Overloaded { .. }
            | GeminiError::ServerFailed { .. } => {
                let pause = self.pause.min(retries.longest_pause);
                self.pause = self.pause.saturating_mul(2);
                Some(pause)
            }
            _ => None,
        }
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
        let after = Some(Duration::from_secs(7));
        assert_eq!(pauses(&GeminiError::QuotaMinute { message: String::new(), after }), [7; 4]);
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
        assert!(course.next(&GeminiError::Truncated { tokens: 1 }, config.retries).is_some());
        assert_eq!(course.room, MOST_TOKENS_STREAMED);
        let refused = GeminiError::RequestRefused { message: String::new(), may_be_the_form: true };
        assert!(course.next(&refused, config.retries).is_some());
        assert_eq!(course.form, Form::WithoutBounds);
    }
}
