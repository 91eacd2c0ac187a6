//! The key: where it goes, and where it does not.

use crate::kit::{Asker, KEY, config, gemini};
use seedbed_ai_gemini::mock::{Mock, modes};
use seedbed_ai_gemini::{Gemini, GeminiConfig};
use seedbed_edit::Advisor;
use std::time::Duration;

#[test]
fn an_answer_that_tells_the_key_is_kept_without_it() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let advice = gemini(&mock.mode_url("echo-key-in-answer")).query(&asker.question("x"), &[]);
    assert_eq!(advice.proposal.as_ref().expect("a query").sentence, "The key is [key]");
    let kept = asker.record.kept.lock().expect("no test panicked").clone();
    assert!(!format!("{advice:?} {kept:?}").contains(KEY));
    assert_eq!(kept.len(), 1);
}

#[test]
fn no_escape_and_no_border_of_pieces_hides_the_key() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let escaped = gemini(&mock.mode_url("echo-key-escaped"));
    let query = escaped.query(&asker.question("x"), &[]);
    let proposal = query.proposal.as_ref().expect("a query");
    assert_eq!((proposal.sql.as_str(), proposal.sentence.as_str()), ("SELECT '[key]'", "[key]"));
    let changes = escaped.changes(&asker.question("x"));
    assert_eq!(changes.proposal.as_ref().map(Vec::len), Some(2), "{:?}", changes.errors);
    let two = gemini(&mock.mode_url("echo-key-in-two")).query(&asker.question("y"), &[]);
    assert_eq!(two.proposal.as_ref().expect("a query").sentence, "The key is [key]");
    let kept = asker.record.kept.lock().expect("no test panicked").clone();
    assert_eq!(kept.len(), 3);
    let told = format!("{query:?} {changes:?} {two:?} {kept:?}");
    let hidden: String = KEY.bytes().map(|b| format!("\\u{b:04X}")).collect();
    assert!(!told.contains(KEY) && !told.contains(&hidden) && !told.contains("u0041"), "{told}");
}

#[test]
fn reasons_that_tell_the_key_are_told_without_it() {
    let mock = Mock::start().expect("a port is free");
    for mode in ["echo-key-in-finish", "echo-key-in-block"] {
        let advice = gemini(&mock.mode_url(mode)).query(&Asker::shop().question("x"), &[]);
        let message = &advice.errors[0].message;
        assert!(message.contains("X[key]") && !message.contains(KEY), "{mode}: {message}");
    }
}

#[test]
fn an_error_that_tells_the_key_is_told_without_it() {
    let mock = Mock::start().expect("a port is free");
    let advice = gemini(&mock.mode_url("echo-key")).query(&Asker::shop().question("x"), &[]);
    let message = &advice.errors[0].message;
    assert!(message.contains("[key]") && !message.contains(KEY), "{message}");
    assert!(message.chars().count() <= 200);
}

#[test]
fn a_key_that_is_refused_is_not_used_again() {
    for (mode, code) in [("key-invalid", "ai-key-invalid"), ("key-leaked", "ai-key-refused")] {
        let mock = Mock::start().expect("a port is free");
        let asker = Asker::shop();
        let gemini = gemini(&mock.mode_url(mode));
        let clone = gemini.clone();
        for words in ["one", "two", "three"] {
            assert_eq!(gemini.changes(&asker.question(words)).errors[0].code, code);
            assert_eq!(clone.query(&asker.question(words), &[]).errors[0].code, code);
        }
        assert_eq!(mock.requests().len(), 1, "{mode}");
    }
}

#[test]
fn a_key_that_may_be_taken_later_is_tried_again() {
    for (mode, calls) in [("no-billing", 2), ("echo-key", 2), ("key-invalid", 1), ("key-leaked", 1)] {
        let mock = Mock::start().expect("a port is free");
        let asker = Asker::shop();
        let config = GeminiConfig { refused_for: Duration::from_millis(300), ..config(&mock.mode_url(mode)) };
        let gemini = Gemini::new(config).expect("the configuration is good");
        let first = gemini.changes(&asker.question("one")).errors;
        assert_eq!(gemini.clone().changes(&asker.question("two")).errors, first);
        assert_eq!(mock.requests().len(), 1, "{mode}: not at once");
        std::thread::sleep(Duration::from_millis(400));
        assert_eq!(gemini.changes(&asker.question("three")).errors, first);
        assert_eq!(mock.requests().len(), calls, "{mode}");
    }
}

#[test]
fn a_redirect_gets_no_key() {
    let mock = Mock::start().expect("a port is free");
    assert_eq!(
        gemini(&mock.mode_url("redirect")).changes(&Asker::shop().question("x")).errors[0].code,
        "ai-unreachable"
    );
    assert!(mock.requests().iter().all(|r| !r.target.contains("elsewhere")));
    assert!(modes().any(|m| m == "redirect"));
}

#[test]
fn a_client_shows_how_it_asks_and_no_key() {
    let shown = format!("{:?}", gemini("http://127.0.0.1:9/path"));
    assert!(shown.contains("127.0.0.1:9/path") && shown.contains("gemini-flash-latest"), "{shown}");
    assert!(!shown.contains(KEY));
}
