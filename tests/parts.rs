//! The checks of shares of the rows, joined: what one check of all rows says.

use seedbed_datagen_core::{Part, RunOptions};
use seedbed_job::{Job, JobError, Options, Overrides, PlannedJob, Silent, Target, summary_file};
use seedbed_schema_model::SourceMap;
use std::path::{Path, PathBuf};

const DDL: &str = "
CREATE TABLE author (id bigint PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, born date CHECK (born < '2010-01-01'));
CREATE TABLE book (
    isbn char(13) PRIMARY KEY,
    author bigint NOT NULL REFERENCES author (id),
    price numeric(8, 2) NOT NULL CHECK (price > 0),
    note text
);
CREATE TABLE copy (isbn char(13) REFERENCES book (isbn), number int, PRIMARY KEY (isbn, number));
";

fn planned(rows: u64, seed: u64) -> PlannedJob {
    let overrides = Overrides { rows: Some(rows), seed: Some(seed), ..Overrides::default() };
    Job::new(SourceMap::of(DDL)).overrides(overrides).plan(&mut Silent).expect("a plan")
}

/// Makes one share, and gives its folder.
fn make(job: &PlannedJob, place: &Path, index: u64, count: u64) -> PathBuf {
    let part = Part::new(index, count).expect("a share");
    let options =
        Options { run: RunOptions { threads: 2, part, ..RunOptions::default() }, ..Options::default() };
    let folder = place.join(format!("part-{index}"));
    let outcome =
        job.clone().options(options).run(Target::csv_folder(&folder), &mut Silent).expect("written");
    assert_eq!(outcome.validation, None, "a share is not judged alone");
    folder
}

#[test]
fn joined_checks_say_what_a_check_of_the_whole_says() {
    let place = tempfile::tempdir().expect("a folder");
    let job = planned(9_000, 1);
    let whole = job.run(Target::Null, &mut Silent).expect("made").validation.expect("checked");
    let parts: Vec<PathBuf> = (1..=3).rev().map(|index| make(&job, place.path(), index, 3)).collect();
    let joined = job.join_parts(&parts, &mut Silent).expect("joined").validation.expect("checked");
    assert_eq!(joined, whole);
    assert_eq!((joined.violations(), joined.summary.rows), (0, 27_000));
    assert!(joined.summary.fk_coverage == 1.0, "parents are in other shares");
}

#[test]
fn summaries_that_do_not_go_together_are_told() {
    let place = tempfile::tempdir().expect("a folder");
    let job = planned(100, 1);
    let [one, two] = [1, 2].map(|index| make(&job, place.path(), index, 3));
    let code = |job: &PlannedJob, parts: &[PathBuf]| match job.join_parts(parts, &mut Silent) {
        Err(error @ JobError::Parts(_)) => error.code(),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&job, &[one.clone(), two.clone()]), "summaries-missing");
    assert_eq!(code(&job, &[one.clone(), one.clone()]), "summary-of-other-share");
    assert_eq!(code(&planned(100, 2), std::slice::from_ref(&one)), "summary-of-other-rows");
    assert_eq!(code(&job, &[place.path().join("nothing")]), "summary-unreadable");
    let summary = summary_file(&two);
    let bytes = std::fs::read(&summary).expect("a summary");
    std::fs::write(&summary, &bytes[..bytes.len() - 9]).expect("cut");
    assert_eq!(code(&job, &[one, two]), "summary-unreadable");
}

#[test]
fn any_bytes_are_refused_or_read() {
    let place = tempfile::tempdir().expect("a folder");
    let job = planned(300, 1);
    let folder = make(&job, place.path(), 1, 1 + 1);
    let summary = summary_file(&folder);
    let bytes = std::fs::read(&summary).expect("a summary");
    for at in (90..bytes.len()).step_by(bytes.len() / 200 + 1) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x81;
        std::fs::write(&summary, &changed).expect("changed");
        // The second share is missing in any case.
        assert!(job.join_parts(std::slice::from_ref(&folder), &mut Silent).is_err());
    }
}
