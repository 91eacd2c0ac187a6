//! Tickets: what opens the events of one job for a while.
//!
//! A browser's `EventSource` can't send a header, and a token in an address ends up in logs and histories. So whoever has
//! the token asks for a ticket first: it reads the events of one job and nothing else, and soon nothing at all.

use crate::config::Secret;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// For how long a ticket opens a stream; one that is open stays so.
const VALID: Duration = Duration::from_secs(15 * 60);

/// What makes and knows tickets.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    key: [u8; 32],
}

impl Ticket {
    /// Tickets of a server with this token. They hold beyond a restart, as the token does.
    pub(crate) fn new(token: Option<&Secret>) -> Self {
        let token = token.map_or("", Secret::reveal);
        Self { key: blake3::derive_key("seedbed 2026 tickets for the events of a job", token.as_bytes()) }
    }

    /// A ticket for the events of a job, and the second since 1970 until which it is valid.
    pub(crate) fn hand_out(&self, job: &str) -> (String, u64) {
        let until = now() + VALID.as_secs();
        (format!("{until}.{}", self.seal(job, until).to_hex()), until)
    }

    /// Whether a text is a ticket for a job that is still valid.
    pub(crate) fn accepts(&self, text: &str, job: &str) -> bool {
        self.accepts_at(text, job, now())
    }

    fn accepts_at(&self, text: &str, job: &str, now: u64) -> bool {
        let Some((until, seal)) = text.split_once('.') else { return false };
        let (Ok(until), Ok(seal)) = (until.parse(), blake3::Hash::from_hex(seal)) else { return false };
        now <= until && seal == self.seal(job, until)
    }

    fn seal(&self, job: &str, until: u64) -> blake3::Hash {
        blake3::keyed_hash(&self.key, format!("{until} {job}").as_bytes())
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_for_one_job_and_for_a_while() {
        let tickets = Ticket::new(Secret::new("0123456789abcdef").as_ref());
        let (ticket, until) = tickets.hand_out("job");
        assert!(tickets.accepts(&ticket, "job"));
        assert!(!tickets.accepts(&ticket, "other"));
        assert!(!tickets.accepts_at(&ticket, "job", until + 1));
        let longer = ticket.replacen(&until.to_string(), &(until + 900).to_string(), 1);
        assert!(!tickets.accepts(&longer, "job"));
        assert!(!Ticket::new(None).accepts(&ticket, "job"));
        for text in ["", ".", "1.", "x.y", &until.to_string()] {
            assert!(!tickets.accepts(text, "job"), "{text}");
        }
    }
}
