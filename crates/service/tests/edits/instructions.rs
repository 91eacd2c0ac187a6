//! Instructions for rows that are to be made.

use crate::fake_advisor::{Said, edits};
use crate::setup::{advised, done, library, request};
use seedbed_service::RegenerateRequest;
use serde_json::json;

#[test]
fn instructions_that_are_commands_need_nobody() {
    let library = library();
    let words = request(Some("rows book = 30; set author.note = 'n'"));
    let plan = library.service.plan(&words).expect("it can be planned");
    assert_eq!((plan.edits.len(), plan.ai.used), (2, false));
    let job = library.service.generate(&words, None).expect("it is accepted").job_id;
    let id = done(&library.service, &job).dataset_id.expect("a dataset");
    let answer = library.service.dataset(id).expect("it is there");
    assert_eq!(answer.tables.iter().map(|t| t.rows).collect::<Vec<_>>(), [100, 30]);
    let meta = &answer.generation_meta;
    assert_eq!((&meta["ai"]["used"], &meta["aiErrors"]), (&json!(false), &json!([])));
    let line = library.service.versions(id).expect("it is there");
    assert_eq!(line[0].change.words.as_deref(), words.instructions.as_deref());
    let other = RegenerateRequest { seed: Some(3), ..RegenerateRequest::default() };
    done(&library.service, &library.service.regenerate(id, &other, None).expect("accepted").job_id);
    let query = seedbed_service::PageQuery { limit: 1_000, ..Default::default() };
    let page = library.service.page(id, "author", &query).expect("a page");
    let page: serde_json::Value = serde_json::from_slice(&page.json).expect("JSON");
    assert!(
        page["rows"].as_array().expect("rows").iter().all(|row| row["note"] == "n"),
        "also with another seed"
    );
}

#[test]
fn other_instructions_are_left_to_the_rules_where_nobody_can_be_asked() {
    let library = library();
    let words = request(Some("as it would be in real life"));
    let accepted = library.service.generate(&words, None).expect("it is accepted");
    assert!(accepted.notes[0].contains("by the rules alone"), "it is told at once: {:?}", accepted.notes);
    let id = done(&library.service, &accepted.job_id).dataset_id.expect("a dataset");
    assert_eq!(crate::setup::rows_of(&library.service, id), library.rows(), "the rules alone");
    let meta = library.service.dataset(id).expect("it is there").generation_meta;
    let reason = meta["ai"]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("no model is configured, and the words are no commands: "), "{reason}");
    assert_eq!(
        (&meta["ai"]["used"], &meta["aiErrors"][0]["code"]),
        (&json!(false), &json!("ai-not-configured"))
    );
    assert_eq!(meta["aiErrors"][0]["instead"], "the rules");
    assert_eq!(meta["notes"], json!(accepted.notes));
    let plan = library.service.plan(&words).expect("the rules have a plan");
    assert_eq!((plan.edits.len(), plan.ai_errors[0].code.as_str()), (0, "ai-not-configured"));
}

#[test]
fn what_an_advisor_wishes_is_done_and_noted() {
    let says = [Said::Edits(edits(json!([{"edit": "rows", "table": "book", "count": 7}])))];
    let library = advised(says);
    let job = library.service.generate(&request(Some("hardly any books")), None).expect("accepted").job_id;
    let id = done(&library.service, &job).dataset_id.expect("a dataset");
    let answer = library.service.dataset(id).expect("it is there");
    assert_eq!(answer.tables.iter().map(|t| t.rows).collect::<Vec<_>>(), [100, 7]);
    assert_eq!(answer.generation_meta["ai"]["model"], "fake-1");
    assert_eq!(library.service.versions(id).expect("it is there")[0].change.exchanges, ["0001"]);
}

#[test]
fn rows_are_made_by_the_rules_when_an_advisor_fails() {
    let nonsense = json!([{"edit": "set", "table": "flim", "column": "x", "to": {"value": "y"}}]);
    let says =
        [Said::Failed("ai-unreachable"), Said::Edits(edits(nonsense.clone())), Said::Edits(edits(nonsense))];
    let library = advised(says);
    for code in ["ai-unreachable", "ai-proposal-refused"] {
        let job = library.service.generate(&request(Some("like at home")), None).expect("accepted").job_id;
        let id = done(&library.service, &job).dataset_id.expect("a dataset");
        assert_eq!(crate::setup::rows_of(&library.service, id), library.rows(), "the rules alone");
        let change = &library.service.versions(id).expect("it is there")[0].change;
        assert!(change.notes.iter().any(|note| note.contains("not carried out")), "{:?}", change.notes);
        let job_end = library.told(&job).pop().expect("an end");
        let told: serde_json::Value = serde_json::from_str(job_end.payload.get()).expect("JSON");
        assert_eq!(told["meta"]["aiErrors"][0]["code"], code);
    }
    let plan = library.service.plan(&request(Some("like at home"))).expect("the rules have a plan");
    assert_eq!((plan.edits.len(), plan.ai_errors[0].code.as_str()), (0, "ai-proposal-refused"));
    let asked = library.advisor.as_ref().expect("there is one").asked();
    assert!(asked.iter().all(|asked| asked.rows == 200), "what is wished in numbers is known");
}
