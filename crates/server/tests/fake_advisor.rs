//! An advisor that knows a few sentences.

use seedbed_edit::{Advice, AdviceError, Advisor, Edit, Exchange, ProposedQuery, Question, RefusedQuery};
use serde_json::json;
use std::time::Duration;

/// Knows a few sentences, and refuses every other; over those that begin with `wait` it thinks until nobody waits.
#[derive(Debug)]
pub(crate) struct FakeAdvisor;

fn advice<T>(question: &Question<'_>, proposal: Option<T>) -> Advice<T> {
    let exchange = Exchange {
        request: format!("{:x}", question.words.len()),
        prompt: "fake".to_owned(),
        prompt_version: 1,
        model: "fake-1".to_owned(),
        model_version: None,
        answer: "the whole answer".to_owned(),
        prompt_tokens: 10,
        answer_tokens: 5,
        from_record: false,
    };
    question.record.keep(&exchange);
    let error = AdviceError {
        code: "ai-blocked".to_owned(),
        message: "that is not answered".to_owned(),
        table: None,
        column: None,
        instead: None,
    };
    let errors = if proposal.is_none() { vec![error] } else { Vec::new() };
    let temperature = question.sampling.temperature.map(|t| format!("the temperature was {t}"));
    Advice { proposal, exchanges: vec![exchange], errors, notes: temperature.into_iter().collect() }
}

impl Advisor for FakeAdvisor {
    fn wishes(&self, question: &Question<'_>) -> Advice<Vec<Edit>> {
        self.changes(question)
    }

    fn changes(&self, question: &Question<'_>) -> Advice<Vec<Edit>> {
        let edits = json!([{"edit": "set", "table": "film", "column": "title", "to": {"value": "Shorter"}}]);
        let known = question.words.starts_with("give the films");
        advice(question, known.then(|| serde_json::from_value(edits).expect("they are edits")))
    }

    fn query(&self, question: &Question<'_>, _: &[RefusedQuery]) -> Advice<ProposedQuery> {
        while question.words.starts_with("wait") && !question.cancel.is_canceled() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let sql = "SELECT count(*) AS films, 9007199254740993 AS large FROM film".to_owned();
        let proposed = ProposedQuery { sql, sentence: "The number of films".to_owned() };
        advice(question, question.words.starts_with("which films").then_some(proposed))
    }
}
