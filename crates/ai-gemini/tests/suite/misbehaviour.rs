//! Every way in which Gemini misbehaves: a right answer or the right code, in time, and after as many calls as are of use.

use crate::kit::{Asker, KEY, config, impatient};
use seedbed_ai_gemini::mock::{Mock, modes};
use seedbed_ai_gemini::{Gemini, GeminiConfig};
use seedbed_edit::Advisor;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const OK: &str = "ok";

/// The way, what comes of it, and how many calls are made of four.
#[rustfmt::skip]
const EXPECTED: &[(&str, &str, usize)] = &[
    ("blocked", "ai-blocked", 1),
    ("thoughts-eat-all", "ai-truncated", 2),
    ("thoughts-eat-some", OK, 2),
    ("no-parts", "ai-empty", 2),
    ("no-parts-once", OK, 2),
    ("cut-max-tokens", "ai-truncated", 2),
    ("cut-stop", "ai-malformed", 2),
    ("cut-stop-once", OK, 2),
    ("fenced", OK, 1),
    ("byte-order-mark", OK, 1),
    ("prose", "ai-malformed", 2),
    ("empty-fence", "ai-malformed", 2),
    ("endless-phrase", "ai-repetition", 2),
    ("endless-digits", "ai-repetition", 2),
    ("endless-lines", "ai-repetition", 2),
    ("shuffled-lists", OK, 1),
    ("schema-breaking", "ai-edit-unreadable", 2),
    ("nothing-known", "ai-unknown-table", 2),
    ("extra-keys", "ai-malformed", 2),
    ("bad-escape", "ai-malformed", 2),
    ("lone-surrogate", "ai-malformed", 2),
    ("nul", "ai-malformed", 2),
    ("not-a-number", "ai-malformed", 2),
    ("trailing-comma", "ai-malformed", 2),
    ("huge-number", "ai-edit-unreadable", 2),
    ("long-integer", "ai-edit-unreadable", 2),
    ("bad-utf8", "ai-malformed", 2),
    ("split-utf8", OK, 1),
    ("safety-midway", "ai-blocked", 1),
    ("spii-midway", "ai-blocked", 1),
    ("recitation", "ai-recitation", 2),
    ("recitation-once", OK, 2),
    ("account-limited", "ai-key-refused", 1),
    ("other-once", OK, 2),
    ("thoughts-mixed", OK, 1),
    ("odd-frame", OK, 1),
    ("unknown-finish", "ai-empty", 2),
    ("no-usage", OK, 1),
    ("array-body", OK, 1),
    ("done-marker", OK, 1),
    ("heartbeat", OK, 1),
    ("finish-everywhere", OK, 1),
    ("echo-key-in-answer", "ai-malformed", 2),
    ("echo-key-escaped", OK, 1),
    ("echo-key-in-finish", "ai-empty", 2),
    ("echo-key-in-block", "ai-blocked", 1),
    ("echo-key-in-two", "ai-malformed", 4),
    ("continuation", OK, 2),
    ("endless-continuation", "ai-truncated", 4),
    ("quota-minute", OK, 2),
    ("quota-minute-forever", "ai-quota-minute", 4),
    ("quota-minute-at-once", "ai-quota-minute", 4),
    ("quota-minute-long", "ai-quota-minute", 1),
    ("quota-day", "ai-quota-day", 1),
    ("quota-bare", "ai-quota-minute", 4),
    ("quota-bare-once", OK, 2),
    ("quota-none", "ai-quota-none", 1),
    ("overloaded-twice", OK, 3),
    ("overloaded-forever", "ai-overloaded", 4),
    ("failing-forever", "ai-server-failed", 4),
    ("deadline", "ai-server-failed", 4),
    ("key-invalid", "ai-key-invalid", 1),
    ("key-leaked", "ai-key-refused", 1),
    ("no-billing", "ai-key-refused", 1),
    ("model-gone", "ai-model-unknown", 1),
    ("echo-key", "ai-key-refused", 1),
    ("too-many-states", OK, 3),
    ("no-schemas", OK, 4),
    ("prompt-too-long", "ai-request-refused", 1),
    ("html-502", "ai-server-failed", 4),
    ("html-502-as-json", "ai-server-failed", 4),
    ("html-200", "ai-unreachable", 1),
    ("html-200-as-json", "ai-unreachable", 1),
    ("redirect", "ai-unreachable", 1),
    ("error-midway", "ai-overloaded", 4),
    ("error-midway-behind", "ai-overloaded", 4),
    ("bare-error-midway", "ai-overloaded", 4),
    ("error-in-a-list", "ai-overloaded", 4),
    ("no-finish", "ai-incomplete", 4),
    ("no-finish-once", OK, 2),
    ("reset", "ai-incomplete", 4),
    ("reset-once", OK, 2),
    ("cut-chunk", "ai-incomplete", 4),
    ("empty-body", "ai-incomplete", 4),
    ("long-content-length", "ai-timeout", 4),
    ("long-content-length-after-all", OK, 1),
    ("slow", OK, 1),
    ("silent", "ai-timeout", 4),
    ("headers-only", "ai-timeout", 4),
    ("silent-midway", "ai-timeout", 4),
    ("slow-bytes", "ai-timeout", 4),
    ("huge-body", "ai-too-large", 1),
    ("deep-json", "ai-too-large", 1),
    ("deep-answer", "ai-edit-unreadable", 2),
    ("gzip-bomb", "ai-too-large", 1),
];

#[test]
fn every_way_has_its_line() {
    let lines: BTreeSet<&str> = EXPECTED.iter().map(|(mode, ..)| *mode).collect();
    assert_eq!(lines, modes().collect());
}

#[test]
fn each_has_its_end_in_pieces() {
    each_has_its_end(true);
}

#[test]
fn each_has_its_end_at_once() {
    each_has_its_end(false);
}

fn each_has_its_end(streaming: bool) {
    // Those that wait long stand together: each thread takes one of them.
    const THREADS: usize = 12;
    let part = move |first: usize| {
        let lines = EXPECTED.iter().skip(first).step_by(THREADS);
        lines.filter_map(|line| differs(line, streaming)).collect::<Vec<String>>()
    };
    let threads: Vec<_> = (0..THREADS).map(|first| std::thread::spawn(move || part(first))).collect();
    let wrong: Vec<String> =
        threads.into_iter().flat_map(|thread| thread.join().expect("no thread panics")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How a way ends differently from its line.
fn differs((mode, wanted, calls): &(&str, &str, usize), streaming: bool) -> Option<String> {
    let mock = Mock::start().expect("a port is free");
    let edit = json!({"kind": "set-value", "table": "customers", "column": "city", "value": "Zürich"});
    mock.answer("seven", json!({"edits": [{"kind": "rows", "table": "customers", "count": 7}, edit]}));
    let url = mock.mode_url(mode);
    let never_ends = *wanted == "ai-timeout" || mode.starts_with("long-content-length");
    let config = GeminiConfig { streaming, ..if never_ends { impatient(&url) } else { config(&url) } };
    let longest = config.timeouts.question + Duration::from_secs(2);
    let gemini = Gemini::new(config).expect("the configuration is good");
    let asker = Asker::shop();
    let began = Instant::now();
    let advice = gemini.changes(&asker.question("seven customers"));
    let took = began.elapsed();
    let got = match (&advice.proposal, advice.errors.first()) {
        (Some(_), _) => OK.to_owned(),
        (None, Some(error)) => error.code.clone(),
        (None, None) => "neither a proposal nor an error".to_owned(),
    };
    let made = mock.requests().len();
    let told = format!("{advice:?} {gemini:?}");
    if told.contains(KEY) {
        return Some(format!("{mode}: the key is told: {told}"));
    }
    if advice.errors.iter().any(|e| e.message.chars().count() > 200 || e.message.contains(char::is_control)) {
        return Some(format!("{mode}: a message is no short line: {:?}", advice.errors));
    }
    let is_right = got == *wanted && made == *calls && took < longest;
    let kept = asker.record.kept.lock().expect("no test panicked").len();
    if is_right && kept == usize::from(got == OK) {
        return None;
    }
    Some(format!(
        "{mode}: {got} after {made} calls and {took:?}, {kept} kept, wanted {wanted} after {calls}: {:?}",
        advice.errors
    ))
}

#[test]
fn what_can_be_used_of_a_broken_answer_is_used() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let advice = crate::kit::gemini(&mock.mode_url("schema-breaking")).wishes(&asker.question("seven"));
    let edits = serde_json::to_value(advice.proposal.expect("one edit is good")).expect("it is JSON");
    assert_eq!(edits, json!([{"edit": "rows", "table": "customers", "count": 7}]));
    let codes: Vec<&str> = advice.errors.iter().map(|e| e.code.as_str()).collect();
    let (unreadable, incomplete) = ("ai-edit-unreadable", "ai-edit-incomplete");
    assert_eq!(codes[..5], [unreadable; 5], "{:?}", advice.errors);
    assert_eq!(codes[5..], [incomplete, unreadable]);
}

#[test]
fn a_delay_that_is_asked_for_is_kept() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let began = Instant::now();
    let advice = crate::kit::gemini(&mock.mode_url("quota-minute")).changes(&asker.question("x"));
    assert!(advice.proposal.is_some(), "{:?}", advice.errors);
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(3_500) && took < Duration::from_secs(6), "{took:?}");
}

#[test]
fn an_endless_answer_is_hung_up_on() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let began = Instant::now();
    let advice = crate::kit::gemini(&mock.mode_url("endless-digits")).changes(&asker.question("x"));
    assert_eq!(advice.errors[0].code, "ai-repetition");
    assert!(advice.exchanges.iter().all(|e| e.answer.len() < 20_000), "it is not read to its end");
    assert!(began.elapsed() < Duration::from_secs(6));
}

#[test]
fn nobody_listens_there() {
    let asker = Asker::shop();
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
    for scheme in ["http", "https"] {
        let advice =
            crate::kit::gemini(&format!("{scheme}://127.0.0.1:{port}")).changes(&asker.question("x"));
        assert_eq!(advice.errors[0].code, "ai-unreachable", "{scheme}");
    }
}
