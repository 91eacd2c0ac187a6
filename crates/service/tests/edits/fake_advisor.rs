//! An advisor that says what it was told to say.

use seedbed_edit::{
    Advice, AdviceError, Advisor, Edit, Exchange, ProposedQuery, Question, RefusedQuery, Sampling,
};
use std::collections::VecDeque;
use std::sync::Mutex;

/// What it says next: edits or a query, or why not.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Edits(Vec<Edit>),
    Query(&'static str),
    Failed(&'static str),
}

/// Says one thing after the other, and remembers what it was asked.
#[derive(Debug, Default)]
pub(crate) struct FakeAdvisor {
    says: Mutex<VecDeque<Said>>,
    asked: Mutex<Vec<Asked>>,
}

/// What it was asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) words: String,
    pub(crate) sampling: Sampling,
    pub(crate) refused: Vec<RefusedQuery>,
    pub(crate) spent: u64,
    pub(crate) sql_names: Vec<String>,
    /// Columns of which it has seen values.
    pub(crate) seen: Vec<String>,
    /// Rows of all tables that it was told of.
    pub(crate) rows: u64,
}

pub(crate) fn edits(json: serde_json::Value) -> Vec<Edit> {
    serde_json::from_value(json).expect("edits as JSON")
}

impl FakeAdvisor {
    pub(crate) fn saying(says: impl IntoIterator<Item = Said>) -> Self {
        Self { says: Mutex::new(says.into_iter().collect()), asked: Mutex::default() }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics with it").clone()
    }

    fn next(&self, question: &Question<'_>, refused: &[RefusedQuery]) -> (Option<Said>, Exchange) {
        let mut asked = self.asked.lock().expect("nobody panics with it");
        let names = question.sql_names.unwrap_or_default().iter().map(|table| table.name.clone());
        asked.push(Asked {
            words: question.words.to_owned(),
            sampling: question.sampling,
            refused: refused.to_vec(),
            spent: question.record.spent_today(),
            sql_names: names.collect(),
            seen: question.samples.iter().map(|sample| sample.column.clone()).collect(),
            rows: question.rows.values().sum(),
        });
        let exchange = Exchange {
            request: format!("{:04x}", asked.len()),
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
        question.record.spend(15);
        (self.says.lock().expect("nobody panics with it").pop_front(), exchange)
    }
}

fn advice<T>(said: Option<Said>, exchange: Exchange, of: impl Fn(Said) -> Option<T>) -> Advice<T> {
    let error = |code: &str| AdviceError {
        code: code.to_owned(),
        message: "it says nothing".to_owned(),
        table: None,
        column: None,
        instead: None,
    };
    match said {
        Some(Said::Failed(code)) => {
            Advice { proposal: None, exchanges: vec![exchange], errors: vec![error(code)], notes: Vec::new() }
        }
        said => Advice {
            proposal: said.and_then(of),
            exchanges: vec![exchange],
            errors: Vec::new(),
            notes: vec!["the names of tables have left the machine".to_owned()],
        },
    }
}

impl Advisor for FakeAdvisor {
    fn wishes(&self, question: &Question<'_>) -> Advice<Vec<Edit>> {
        self.changes(question)
    }

    fn changes(&self, question: &Question<'_>) -> Advice<Vec<Edit>> {
        let (said, exchange) = self.next(question, &[]);
        advice(said, exchange, |said| match said {
            Said::Edits(edits) => Some(edits),
            _ => None,
        })
    }

    fn query(&self, question: &Question<'_>, refused: &[RefusedQuery]) -> Advice<ProposedQuery> {
        let (said, exchange) = self.next(question, refused);
        advice(said, exchange, |said| match said {
            Said::Query(sql) => {
                Some(ProposedQuery { sql: sql.to_owned(), sentence: "The books by price".to_owned() })
            }
            _ => None,
        })
    }
}
