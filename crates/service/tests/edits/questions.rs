//! Questions in words: what an advisor makes of them is asked as any stranger's query.

use crate::fake_advisor::{FakeAdvisor, Said};
use crate::setup::{advised, library, prompt, with};
use seedbed_service::{AskRequest, ErrorKind, QueryRequest, ServiceOptions};
use seedbed_store::Exchanges as _;
use seedbed_store_sqlite::SqliteStore;
use serde_json::json;
use std::fs::File;

#[test]
#[ignore = "it is a process of the others, and answers to nobody else"]
fn answers_queries() {
    if let Ok(answers) = File::options().write(true).open("/dev/fd/3") {
        seedbed_store_sqlite::serve_queries(std::io::stdin().lock(), answers).expect("it answers");
    }
}

fn question(limit: Option<u64>) -> AskRequest {
    AskRequest { question: "Which books cost most?".to_owned(), limit, ..AskRequest::default() }
}

#[test]
fn an_answer_says_what_its_rows_are_and_how_many() {
    let library = advised([
        Said::Query("SELECT title FROM book ORDER BY price DESC"),
        Said::Query("SELECT title FROM book WHERE price < 0"),
        Said::Query("SELECT count(*) AS n FROM book"),
    ]);
    let first = library.service.ask(library.id, &question(Some(5))).expect("an answer");
    assert_eq!((first.rows.len(), first.truncated, first.columns[0].name.as_str()), (5, true, "title"));
    assert_eq!(first.sentence, "The books by price. These are the first 5 rows; there are more.");
    assert!(first.ai.used && first.sql.starts_with("SELECT title"));
    let none = library.service.ask(library.id, &question(None)).expect("an answer");
    assert_eq!((none.rows.len(), none.sentence.as_str()), (0, "The books by price. No row was found."));
    let one = library.service.ask(library.id, &question(None)).expect("an answer");
    assert_eq!(
        (json!(one.rows), one.sentence.as_str()),
        (json!([[100]]), "The books by price. That is 1 row.")
    );
    let asked = library.advisor.as_ref().expect("there is one").asked();
    assert_eq!(asked[0].sql_names, ["\"author\"", "\"book\""]);
    assert_eq!((asked[0].spent, asked[2].spent), (0, 30));
}

#[test]
fn an_advisor_is_told_what_was_wrong_at_most_twice() {
    let library = advised([
        Said::Query("SELECT titel FROM book"),
        Said::Query("SELECT title FROM book LIMIT 1"),
        Said::Query("SELECT a FROM book"),
        Said::Query("SELECT b FROM book"),
        Said::Query("SELECT c FROM book"),
        Said::Failed("ai-overloaded"),
    ]);
    assert_eq!(library.service.ask(library.id, &question(None)).expect("an answer").rows.len(), 1);
    let asked = library.advisor.as_ref().expect("there is one").asked();
    assert_eq!(asked[1].refused[0].sql, "SELECT titel FROM book");
    assert!(asked[1].refused[0].message.contains("titel"), "{}", asked[1].refused[0].message);
    let error = library.service.ask(library.id, &question(None)).expect_err("three bad queries");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unprocessable, "ai-no-answer"));
    let details = error.details().expect("what was tried");
    let tried: Vec<_> = (0..3).map(|at| details[at]["sql"].as_str().unwrap_or_default()).collect();
    assert_eq!(tried, ["SELECT a FROM book", "SELECT b FROM book", "SELECT c FROM book"]);
    assert_eq!(
        (&details[0]["code"], &details[1]["message"]),
        (&json!("query-unknown-column"), &json!("no such column: b"))
    );
    assert_eq!(details[3]["exchanges"].as_array().map(Vec::len), Some(3));
    assert!(!details.to_string().contains("the whole answer"), "{details}");
    let store = SqliteStore::open(library.folder.path()).expect("the same store");
    let is_kept = |request| store.exchange(request).expect("it can be read").is_some();
    assert_eq!(["0001", "0002", "0003", "0005"].map(is_kept), [true, true, false, false]);
    let asked = library.advisor.as_ref().expect("there is one").asked();
    assert_eq!((asked.len(), asked[4].refused.len()), (5, 2));
    let error = library.service.ask(library.id, &question(None)).expect_err("no proposal");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, "ai-overloaded"));
}

#[test]
fn an_advisor_sees_values_only_where_somebody_has_said_so() {
    let few = "SELECT count(*) FROM book";
    for (show_values, seen) in [(false, Vec::new()), (true, vec!["note".to_owned()])] {
        let advisor = FakeAdvisor::saying([Said::Query(few), Said::Edits(Vec::new())]);
        let options = ServiceOptions { show_values, ..ServiceOptions::default() };
        let library = with(Some(advisor.into()), options);
        library.modified(&prompt("set author.note to 'a' (5), 'b' (5)"));
        library.service.ask(library.id, &question(None)).expect("an answer");
        library.modified(&prompt("as you like it"));
        let asked = library.advisor.as_ref().expect("there is one").asked();
        assert_eq!(asked.iter().map(|asked| &asked.seen).collect::<Vec<_>>(), [&seen, &seen]);
        assert!(asked.iter().all(|asked| asked.rows == 200));
    }
}

#[test]
fn what_the_database_says_of_rows_stays_here() {
    let leaky = "SELECT json_extract('{}', title) FROM book";
    for show_values in [false, true] {
        let advisor = FakeAdvisor::saying([Said::Query(leaky), Said::Query("SELECT 1 FROM book")]);
        let options = ServiceOptions { show_values, ..ServiceOptions::default() };
        let library = with(Some(advisor.into()), options);
        let title = library.column("book", "title")[0].as_str().expect("a title").to_owned();
        library.service.ask(library.id, &question(None)).expect("an answer");
        let message = &library.advisor.as_ref().expect("there is one").asked()[1].refused[0].message;
        assert_eq!(message.contains(&title), show_values, "{message}");
        assert!(show_values || message.contains("query-failed"), "{message}");
    }
}

/// An advisor may be led by words of a stranger: what it proposes is a stranger's query.
#[test]
fn what_no_query_may_do_no_advisor_may() {
    let hostile = [
        "DROP TABLE book",
        "ATTACH 'other.db' AS other",
        "SELECT 1; DROP TABLE book",
        "DELETE FROM book; SELECT 1",
        "PRAGMA writable_schema = ON",
        "WITH gone AS (SELECT 1) DELETE FROM book",
        "WITH made AS (SELECT 1) INSERT INTO author (id, name) SELECT 9999, 'x' FROM made",
        "UPDATE author SET note = 'x' RETURNING *",
        "SELECT load_extension('evil.so')",
        "SELECT readfile('/etc/passwd')",
        "SELECT * FROM pragma_database_list",
        "VACUUM INTO 'copy.db'",
    ];
    let library =
        advised(hostile.into_iter().flat_map(|sql| [Said::Query(sql), Said::Query(sql), Said::Query(sql)]));
    let rows = library.rows();
    for sql in hostile {
        let error = library.service.ask(library.id, &question(None)).expect_err(sql);
        assert_eq!(error.code(), "ai-no-answer", "{sql}: {error}");
    }
    assert_eq!((library.version(), library.rows()), (1, rows));
    let count = QueryRequest { sql: "SELECT count(*) FROM book".to_owned(), limit: None, time: None };
    assert_eq!(json!(library.service.query(library.id, &count).expect("an answer").rows), json!([[100]]));
    assert_eq!(library.advisor.as_ref().expect("there is one").asked().len(), 3 * hostile.len());
}

#[test]
fn simple_questions_need_nobody() {
    let library = library();
    let asked = |question: &str| {
        let request = AskRequest { question: question.to_owned(), ..AskRequest::default() };
        library.service.ask(library.id, &request).expect("an answer")
    };
    let answer = asked("How many books are there?");
    assert_eq!((json!(answer.rows), answer.ai.used), (json!([[100]]), false));
    assert_eq!(answer.sentence, "How many rows `public.book` has. That is 1 row.");
    let none = QueryRequest { sql: "SELECT * FROM book".to_owned(), limit: Some(0), time: None };
    let none = library.service.query(library.id, &none).expect("an answer");
    assert_eq!((none.rows.len(), none.truncated), (0, true), "no row is wanted");
    let answer = asked("highest price of book where author_id < 50");
    assert_eq!(answer.sql, "SELECT max(\"price\") AS max FROM \"book\" WHERE author_id < 50");
    assert!(answer.rows[0][0].is_number(), "{:?}", answer.rows);
}

#[test]
fn other_questions_need_an_advisor_and_are_no_longer_than_they_may_be() {
    let library = library();
    let error = library.service.ask(library.id, &question(None)).expect_err("nobody can be asked");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unprocessable, "no-question"));
    let long = AskRequest { question: "?".repeat(5_000), ..AskRequest::default() };
    assert_eq!(
        library.service.ask(library.id, &long).expect_err("it is too long").code(),
        "question-too-long"
    );
}
