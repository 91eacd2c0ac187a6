//! What questions may cost: each call of them, and those of all clones together.

use crate::kit::{Asker, config};
use seedbed_ai_gemini::mock::Mock;
use seedbed_ai_gemini::{Gemini, GeminiConfig};
use seedbed_edit::Advisor;
use std::time::{Duration, Instant};

fn with(config: GeminiConfig) -> Gemini {
    Gemini::new(config).expect("the configuration is good")
}

/// The room of each request so far.
fn rooms(mock: &Mock) -> Vec<u64> {
    let room =
        |r: &seedbed_ai_gemini::mock::MockRequest| r.json["generationConfig"]["maxOutputTokens"].as_u64();
    mock.requests().iter().filter_map(room).collect()
}

/// What one question costs.
fn cost() -> u64 {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    assert!(with(config(&mock.base_url())).changes(&asker.question("number 0")).proposal.is_some());
    *asker.record.spent.lock().expect("no test panicked")
}

#[test]
fn pieces_of_an_answer_are_calls_of_the_budget() {
    let limit = cost() * 5 / 2;
    for (job, day, code) in [(Some(limit), None, "ai-budget-job"), (None, Some(limit), "ai-budget-day")] {
        let mock = Mock::start().expect("a port is free");
        let mut config = config(&mock.mode_url("endless-continuation"));
        (config.tokens_per_job, config.tokens_per_day, config.retries.calls) = (job, day, 10);
        let asker = Asker::shop();
        let advice = with(config).changes(&asker.question("number 1"));
        assert_eq!((advice.proposal, advice.errors[0].code.as_str()), (None, code));
        let spent = *asker.record.spent.lock().expect("no test panicked");
        assert!((2..=3).contains(&mock.requests().len()) && spent < limit + limit / 2, "{spent} of {limit}");
    }
}

#[test]
fn pieces_of_an_answer_are_within_the_number_of_calls() {
    let mock = Mock::start().expect("a port is free");
    let mut config = config(&mock.mode_url("endless-continuation"));
    config.retries.calls = 3;
    let advice = with(config).changes(&Asker::shop().question("x"));
    assert_eq!((advice.errors[0].code.as_str(), mock.requests().len()), ("ai-truncated", 3));
}

#[test]
fn an_answer_has_no_more_room_than_the_budget() {
    let limit = cost() + 1_000;
    for (job, day) in [(Some(limit), None), (None, Some(limit))] {
        let mock = Mock::start().expect("a port is free");
        let config = GeminiConfig {
            tokens_per_job: job,
            tokens_per_day: day,
            ..config(&mock.mode_url("cut-max-tokens"))
        };
        let advice = with(config).changes(&Asker::shop().question("x"));
        assert_eq!(advice.errors[0].code, "ai-truncated");
        let [room] = rooms(&mock)[..] else { panic!("one call: {:?}", rooms(&mock)) };
        assert!((256..limit).contains(&room), "{room} of {limit}");
    }
}

#[test]
fn no_call_asks_for_more_than_an_answer_may_have() {
    for (most, wanted) in
        [(1_000, vec![1_000]), (20_000, vec![16_384, 20_000]), (900_000, vec![16_384, 65_536])]
    {
        let mock = Mock::start().expect("a port is free");
        let config = GeminiConfig { max_output_tokens: most, ..config(&mock.mode_url("thoughts-eat-all")) };
        let advice = with(config).changes(&Asker::shop().question("x"));
        assert_eq!((advice.errors[0].code.as_str(), rooms(&mock)), ("ai-truncated", wanted));
    }
}

#[test]
fn a_delay_of_nothing_is_no_leave_to_hurry() {
    let mock = Mock::start().expect("a port is free");
    let mut config = config(&mock.mode_url("quota-minute-at-once"));
    config.retries.first_pause = Duration::from_millis(100);
    config.retries.longest_pause = Duration::from_secs(1);
    config.retries.calls = 3;
    let began = Instant::now();
    assert_eq!(with(config).changes(&Asker::shop().question("x")).errors[0].code, "ai-quota-minute");
    assert!(began.elapsed() >= Duration::from_millis(300), "{:?}", began.elapsed());
    assert_eq!(mock.requests().len(), 3);
}

#[test]
fn calls_at_the_same_time_do_not_spend_the_same_tokens() {
    let cost = cost();
    let limit = cost * 7 / 2;
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    let config =
        GeminiConfig { tokens_per_day: Some(limit), concurrency: 8, ..config(&mock.mode_url("slow")) };
    let gemini = with(config);
    let codes: Vec<String> = std::thread::scope(|scope| {
        let ask = |n: u32| {
            let (gemini, asker) = (gemini.clone(), &asker);
            scope.spawn(move || gemini.changes(&asker.question(&format!("number {n}"))).errors)
        };
        let threads: Vec<_> = (0..8).map(ask).collect();
        threads.into_iter().flat_map(|t| t.join().expect("no thread panics")).map(|e| e.code).collect()
    });
    let spent = *asker.record.spent.lock().expect("no test panicked");
    assert!(spent <= limit + cost, "{spent} of {limit}");
    assert!((3..=4).contains(&mock.requests().len()), "all that is left is used: {}", mock.requests().len());
    assert_eq!(codes, vec!["ai-budget-day"; 8 - mock.requests().len()]);
}
