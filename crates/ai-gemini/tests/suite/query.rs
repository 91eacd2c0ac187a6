//! Questions into queries.

use crate::kit::{Asker, gemini};
use seedbed_ai_gemini::mock::Mock;
use seedbed_edit::{Advisor, ProposedQuery, RefusedQuery, SqlTable};
use serde_json::json;

#[test]
fn a_question_becomes_a_query_with_the_names_of_sql() {
    let mock = Mock::start().expect("a port is free");
    let mut asker = Asker::shop();
    let orders = asker.table_named("orders");
    let columns =
        asker.schema[orders].columns.iter().map(|c| (format!("\"{}\"", c.name), "TEXT".to_owned())).collect();
    asker.sql_names = Some(vec![SqlTable { table: orders, name: "\"shop orders\"".to_owned(), columns }]);
    mock.answer("How many", json!({"sql": "SELECT count(*) AS n FROM \"shop orders\";", "sentence": "How many orders there are."}));
    let advice = gemini(&mock.base_url()).query(&asker.question("How many orders?"), &[]);
    let wanted = ProposedQuery {
        sql: "SELECT count(*) AS n FROM \"shop orders\"".to_owned(),
        sentence: "How many orders there are.".to_owned(),
    };
    assert_eq!((advice.proposal, advice.errors), (Some(wanted), vec![]));
    let given = mock.requests()[0].data("schema").expect("the schema is given");
    let tables = given["tables"].as_array().expect("a list");
    assert_eq!(tables.len(), 1, "only what can be queried");
    assert_eq!(tables[0]["name"], json!("\"shop orders\""));
    assert_eq!(tables[0]["columns"][0], json!({"name": "\"id\"", "type": "TEXT"}));
}

#[test]
fn what_was_refused_is_told_and_makes_another_question() {
    let mock = Mock::start().expect("a port is free");
    let asker = Asker::shop();
    mock.answer("late", json!({"sql": "SELECT * FROM order", "sentence": "Late orders."}));
    mock.answer("late", json!({"sql": "SELECT * FROM orders", "sentence": "Late orders."}));
    let gemini = gemini(&mock.base_url());
    let first = gemini.query(&asker.question("late"), &[]).proposal.expect("a query");
    let refused = RefusedQuery { sql: first.sql, message: "near \"order\": syntax error".to_owned() };
    let second = gemini.query(&asker.question("late"), std::slice::from_ref(&refused));
    assert_eq!(second.proposal.expect("a query").sql, "SELECT * FROM orders");
    let told = json!([{"sql": refused.sql, "message": refused.message}]);
    assert_eq!(mock.requests()[1].data("refused"), Some(told));
}

#[test]
fn text_of_no_text_is_no_query() {
    let mock = Mock::start().expect("a port is free");
    for mode in ["nul", "lone-surrogate", "bad-utf8"] {
        let advice = gemini(&mock.mode_url(mode)).query(&Asker::shop().question("x"), &[]);
        assert_eq!(advice.proposal, None, "{mode}");
        assert_eq!(advice.errors[0].code, "ai-malformed", "{mode}");
    }
}
