//! Changes that are taken back.

use crate::setup::{done, library, prompt};
use seedbed_service::{ErrorKind, RegenerateRequest};
use seedbed_store::{ChangeKind, DatasetId, JobKind};
use serde_json::json;

#[test]
fn undoing_goes_back_further_and_further() {
    let library = library();
    let first = library.rows();
    library.modified(&prompt("set author.note = 'n'"));
    let second = library.rows();
    library.modified(&prompt("rows book = 50"));
    let result = library.undone();
    assert_eq!((&result["version"], library.rows()), (&json!(4), second.clone()));
    assert_eq!(result["rowCountChanges"], json!({"public.book": {"before": 50, "after": 100}}));
    let books = &result["diff"]["public.book"];
    assert_eq!((books["added"].as_u64(), books["removed"].as_u64()), (Some(50), Some(0)), "the way back");
    let result = library.undone();
    assert_eq!((&result["version"], library.rows()), (&json!(5), first.clone()));
    assert_eq!(result["modifiedTables"], json!(["public.author"]));
    let error = library.service.undo(library.id, None, None).expect_err("it is as it was made");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unprocessable, "nothing-to-undo"));
    let line = library.service.versions(library.id).expect("it is there");
    let from: Vec<Option<u64>> = line.iter().map(|version| version.made_from).collect();
    assert_eq!(from, [None, Some(1), Some(2), Some(1), None]);
    let kinds: Vec<ChangeKind> = line.iter().map(|version| version.change.kind).collect();
    use ChangeKind::{Generate, Modify, Undo};
    assert_eq!(kinds, [Generate, Modify, Modify, Undo, Undo]);
    assert_eq!((line[3].digest, line[4].digest), (line[1].digest, line[0].digest));
    // What was changed after an undoing is taken back before it.
    library.modified(&prompt("rows book = 10"));
    library.undone();
    assert_eq!(library.rows(), first);
}

#[test]
fn rows_that_were_made_again_are_taken_back_as_well() {
    let library = library();
    let rows = library.rows();
    let other = RegenerateRequest { seed: Some(9), ..RegenerateRequest::default() };
    done(&library.service, &library.service.regenerate(library.id, &other, None).expect("accepted").job_id);
    assert_ne!(library.rows(), rows);
    let result = library.undone();
    assert_eq!((&result["diff"], library.rows()), (&json!(null), rows));
    let line = library.service.versions(library.id).expect("it is there");
    assert_eq!((line[1].change.kind, line[2].change.restores), (ChangeKind::Regenerate, Some(1)));
}

#[test]
fn the_events_of_an_undoing_are_those_of_a_change() {
    let library = library();
    library.modified(&prompt("rows book = 50"));
    let job = library.service.undo(library.id, None, None).expect("it is accepted").job_id;
    assert_eq!(done(&library.service, &job).kind, JobKind::Undo);
    let told: Vec<String> = library.told(&job).iter().map(|d| d.name.to_string()).collect();
    let expected = ["modify:start", "modify:diff", "modify:validation", "dataset:saved", "modify:complete"];
    assert_eq!(told, expected);
    let unknown = library.service.undo(DatasetId(999), None, None).expect_err("there is none");
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    assert_eq!(
        library.service.versions(DatasetId(999)).expect_err("there is none").code(),
        "unknown-dataset"
    );
}

#[test]
fn who_expects_another_version_takes_nothing_back() {
    let library = crate::setup::library();
    library.modified(&prompt("set author.note = 'a'"));
    let stale = library.service.undo(library.id, Some(1), None).expect_err("it is in version 2");
    assert_eq!((stale.kind(), stale.code()), (seedbed_service::ErrorKind::Conflict, "version-conflict"));
    assert_eq!(library.version(), 2);
    let job = library.service.undo(library.id, Some(2), None).expect("it is accepted").job_id;
    crate::setup::done(&library.service, &job);
    assert_eq!(library.version(), 3);
}
