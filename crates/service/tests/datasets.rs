//! Datasets from request to file, on a real store.

use seedbed_job::{Job, Overrides, Silent, Target};
use seedbed_schema_model::SourceMap;
use seedbed_service::{
    ErrorKind, ExportRequest, GenerateConfig, GenerateRequest, IdempotencyKey, PageQuery, RegenerateRequest,
    SchemaSource, Service, ServiceError, ServiceOptions,
};
use seedbed_store::{
    DatasetFilter, DatasetId, Direction, JobFilter, JobId, JobKind, JobRecord, JobStatus, Store, Timestamp,
};
use seedbed_store_sqlite::SqliteStore;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const DDL: &str = "CREATE TABLE author (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL UNIQUE, note TEXT);
    CREATE TABLE book (id INT PRIMARY KEY, author_id INT NOT NULL REFERENCES author, title VARCHAR(200) NOT NULL,
        price NUMERIC(8, 2) CHECK (price > 0));";

const LONG: Duration = Duration::from_secs(120);

fn service_in(folder: &Path, options: ServiceOptions) -> Service {
    let store = SqliteStore::open(folder).expect("the folder can be written to");
    Service::open(Arc::new(store), options).expect("a service")
}

fn service(options: ServiceOptions) -> (TempDir, Service) {
    let folder = tempfile::tempdir().expect("a folder");
    let service = service_in(folder.path(), options);
    (folder, service)
}

fn request(rows: u64, seed: u64) -> GenerateRequest {
    GenerateRequest {
        schema: SchemaSource::Ddl(DDL.to_owned()),
        config: GenerateConfig { num_records: Some(rows), seed: Some(seed), ..GenerateConfig::default() },
        save_name: Some("books".to_owned()),
        ..GenerateRequest::default()
    }
}

fn made(service: &Service, request: &GenerateRequest) -> DatasetId {
    let job = service.generate(request, None).expect("it is accepted").job_id;
    done(service, &job).dataset_id.expect("a job that is done has its dataset")
}

fn done(service: &Service, job: &JobId) -> JobRecord {
    let record = service.wait(job, LONG).expect("the job is there");
    assert_eq!((record.status, record.progress), (JobStatus::Done, 100), "{:?}", record.error);
    record
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("it is there").count()
}

fn exported(service: &Service, id: DatasetId, format: &str, tables: Option<&[&str]>) -> Vec<u8> {
    let tables = tables.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let mut file = service.export(id, &ExportRequest { format: format.to_owned(), tables }).expect("a file");
    let mut bytes = Vec::new();
    file.file.read_to_end(&mut bytes).expect("it can be read");
    assert_eq!(bytes.len() as u64, file.bytes);
    bytes
}

#[test]
fn events_tell_the_whole_story_in_order_and_can_be_told_again() {
    let (_folder, service) = service(ServiceOptions::default());
    let job = service.generate(&request(300, 1), None).expect("it is accepted").job_id;
    let mut live = service.subscribe(&job, None).expect("it is there");
    let record = done(&service, &job);
    let heard: Vec<_> = std::iter::from_fn(|| live.ready()).collect();
    let told: Vec<&str> = heard.iter().map(|d| &*d.name).filter(|name| *name != "table:progress").collect();
    let table = ["table:start", "table:complete"];
    let expected = [
        &["generation:start"][..],
        &table,
        &table,
        &["generation:validation", "dataset:saved", "generation:complete"],
    ];
    assert_eq!(told, expected.concat());
    let ids: Vec<u64> = heard.iter().filter_map(|d| d.id).collect();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>(), "no gap");
    let progress: Vec<u64> = heard
        .iter()
        .filter(|d| &*d.name == "table:progress")
        .map(|d| serde_json::from_str::<serde_json::Value>(d.payload.get()).expect("JSON"))
        .map(|p| {
            assert!(p["chunk"].as_array().is_some_and(|rows| !rows.is_empty() && rows.len() <= 50));
            p["progress"].as_u64().expect("a number")
        })
        .collect();
    assert!(progress.windows(2).all(|pair| pair[0] <= pair[1]) && progress.iter().all(|p| *p < 100));
    assert_eq!(record.tables.iter().map(|t| t.delivered).collect::<Vec<_>>(), [300, 300]);
    // What lasts is told again after any of its events, as often as anybody asks.
    for after in 0..ids.len() as u64 {
        let mut again = service.subscribe(&job, Some(after)).expect("it is there");
        let ids: Vec<Option<u64>> = std::iter::from_fn(|| again.ready()).map(|d| d.id).collect();
        assert_eq!(ids, (after + 1..=ids.len() as u64 + after).map(Some).collect::<Vec<_>>());
        assert!(again.is_over());
    }
    let mut unknown = service.subscribe(&job, Some(999)).expect("it is there");
    assert_eq!(unknown.ready().map(|d| d.name.to_string()).as_deref(), Some("snapshot"));
}

#[test]
fn a_dataset_is_what_the_job_makes_and_its_files_are_the_same_bytes() {
    let (_folder, service) = service(ServiceOptions::default());
    let id = made(&service, &request(2_000, 7));
    let files = tempfile::tempdir().expect("a folder");
    let out = files.path().join("out");
    let overrides = Overrides { rows: Some(2_000), seed: Some(7), ..Overrides::default() };
    let job = Job::new(SourceMap::of(DDL)).overrides(overrides);
    job.run(Target::csv_folder(&out), &mut Silent).expect("it can be made");
    for table in ["author", "book"] {
        let csv = std::fs::read(out.join(format!("public.{table}.csv")).as_path())
            .or_else(|_| std::fs::read(out.join(format!("{table}.csv"))))
            .expect("the folder's file");
        assert!(exported(&service, id, "csv", Some(&[table])) == csv, "{table}");
    }
    let lines = exported(&service, id, "jsonl", Some(&["book"]));
    assert_eq!(lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()).count(), 2_000);
    let answer = service.dataset(id).expect("it is there");
    assert_eq!(answer.generation_meta["validation"]["checkViolations"], 0);
    assert_eq!(answer.generation_meta["columnStats"]["public.book"][0]["distinct"], 2_000);
    let deep = PageQuery { offset: 1_990, limit: 100, ..PageQuery::default() };
    let page = service.page(id, "book", &deep).expect("a page");
    assert_eq!((page.rows, page.total), (10, 2_000));
    assert!(service.page_at_hand(id, "book", &deep).is_some(), "it was asked for a moment ago");
    let order = vec![("PRICE".to_owned(), Direction::Descending)];
    let sorted = PageQuery { limit: 50, order, ..PageQuery::default() };
    let page = service.page(id, "public.book", &sorted).expect("a page");
    let page: serde_json::Value = serde_json::from_slice(&page.json).expect("JSON");
    let prices: Vec<f64> =
        page["rows"].as_array().expect("rows").iter().filter_map(|row| row["price"].as_f64()).collect();
    assert!(prices.len() > 40 && prices.windows(2).all(|pair| pair[0] >= pair[1]));
    let unknown = PageQuery { order: vec![("flavour".to_owned(), Direction::Ascending)], ..sorted };
    assert_eq!(service.page(id, "book", &unknown).expect_err("no such column").kind(), ErrorKind::Invalid);
    assert_eq!(service.page(id, "flim", &deep).expect_err("no such table").code(), "unknown-table");
}

#[test]
fn the_same_rows_are_kept_once_and_as_long_as_anybody_has_them() {
    let (folder, service) = service(ServiceOptions::default());
    let rows = folder.path().join("rows");
    let (one, two) = (made(&service, &request(500, 1)), made(&service, &request(500, 1)));
    assert_ne!(one, two);
    assert_eq!(files_in(&rows), 1);
    let digest = |id| service.dataset(id).expect("it is there").metadata.digest;
    assert_eq!(digest(one), digest(two));
    let before = exported(&service, two, "csv", None);
    service.delete(one).expect("it is there");
    assert_eq!(exported(&service, two, "csv", None), before);
    assert_eq!(service.delete(one).expect_err("it is gone").kind(), ErrorKind::NotFound);
    service.delete(two).expect("it is there");
    assert_eq!((files_in(&rows), files_in(&folder.path().join("exports"))), (0, 0));
    assert_eq!(service.datasets(&DatasetFilter::default()).expect("a list").total, 0);
}

#[test]
fn rows_that_somebody_reads_outlive_their_dataset() {
    let (folder, service) = service(ServiceOptions::default());
    let id = made(&service, &request(500, 1));
    let store = SqliteStore::open(folder.path()).expect("the same store");
    let digest = service.dataset(id).expect("it is there").metadata.digest;
    let version = store.version(&digest).expect("the catalog").expect("it is there");
    let job = Job::new(version.facts.recipe.source_map()).dialect(version.facts.recipe.dialect);
    let schema = Arc::clone(&job.schema().schema);
    let held = store.rows(&digest, &schema).expect("the rows");
    service.delete(id).expect("it is there");
    let book = seedbed_schema_model::TableId(1);
    let page = held.page(book, &seedbed_store::PageRequest::default(), &Default::default()).expect("a page");
    assert_eq!(page.total, 500);
    assert_eq!(files_in(&folder.path().join("rows")), 1);
    drop(held);
    assert_eq!(files_in(&folder.path().join("rows")), 0, "the last one to leave removes them");
}

#[test]
fn every_version_of_a_dataset_goes_with_it_also_those_that_were_read() {
    let (folder, service) = service(ServiceOptions::default());
    let id = made(&service, &request(100, 1));
    let rows = folder.path().join("rows");
    for seed in 2..5 {
        // Read, and so open.
        service.dataset(id).expect("it is there");
        let again = RegenerateRequest { seed: Some(seed), ..RegenerateRequest::default() };
        done(&service, &service.regenerate(id, &again, None).expect("it is accepted").job_id);
    }
    service.validation(id).expect("it is there");
    assert_eq!(files_in(&rows), 4);
    service.delete(id).expect("it is there");
    assert_eq!(files_in(&rows), 0);
}

#[test]
fn regenerating_with_the_same_seed_changes_nothing_and_with_another_makes_a_version() {
    let (_folder, service) = service(ServiceOptions::default());
    let id = made(&service, &request(100, 1));
    let regenerated = |request: &RegenerateRequest| {
        let job = service.regenerate(id, request, None).expect("it is accepted").job_id;
        let dataset = done(&service, &job).dataset_id.expect("a dataset");
        service.dataset(dataset).expect("it is there").metadata
    };
    let first = service.dataset(id).expect("it is there").metadata;
    let same = regenerated(&RegenerateRequest::default());
    assert_eq!((same.version, same.digest), (1, first.digest));
    let other = regenerated(&RegenerateRequest { seed: Some(2), ..RegenerateRequest::default() });
    assert_eq!((other.id, other.version), (id, 2));
    assert_ne!(other.digest, first.digest);
    let back = regenerated(&RegenerateRequest { seed: Some(1), ..RegenerateRequest::default() });
    assert_eq!((back.version, back.digest), (3, first.digest));
    let save_name = Some("copy".to_owned());
    let copy = regenerated(&RegenerateRequest { save_name, ..RegenerateRequest::default() });
    assert_eq!((copy.version, copy.parent_id, copy.name.as_str()), (1, Some(id), "copy"));
}

#[test]
fn a_canceled_job_ends_soon_and_leaves_nothing() {
    let mut options = ServiceOptions { max_jobs: 1, ..ServiceOptions::default() };
    options.limits.table_rows = 100_000_000;
    options.limits.job_rows = 200_000_000;
    options.limits.table_bytes = u64::MAX;
    let (folder, service) = service(options);
    let running = service.generate(&request(20_000_000, 1), None).expect("it is accepted").job_id;
    let waiting = service.generate(&request(10, 1), None).expect("it is accepted").job_id;
    let record = service.cancel(&waiting).expect("it is there");
    assert_eq!((record.status, record.started_at), (JobStatus::Canceled, None));
    let mut events = service.subscribe(&running, None).expect("it is there");
    let began = Instant::now();
    while service.job(&running).expect("it is there").progress == 0 && began.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(5));
    }
    service.cancel(&running).expect("it is there");
    let record = service.wait(&running, LONG).expect("it is there");
    assert_eq!(record.status, JobStatus::Canceled);
    assert_eq!(record.error.expect("a reason").code, "canceled");
    let last = std::iter::from_fn(|| events.ready()).last().expect("events");
    assert_eq!(&*last.name, "generation:canceled");
    assert_eq!(files_in(&folder.path().join("rows")), 0);
    let own = std::fs::read_dir(folder.path().join("tmp")).expect("it is there").flatten().map(|e| e.path());
    assert!(own.into_iter().all(|own| files_in(&own) == 1), "nothing but the lock is left");
    // A job that is over stays as it is.
    assert_eq!(service.cancel(&running).expect("it is there").status, JobStatus::Canceled);
    assert_eq!(service.datasets(&DatasetFilter::default()).expect("a list").total, 0);
}

#[test]
fn a_job_that_takes_too_long_is_an_error() {
    let mut options = ServiceOptions { job_time: Duration::from_millis(30), ..ServiceOptions::default() };
    options.limits.table_rows = 100_000_000;
    options.limits.job_rows = 200_000_000;
    options.limits.table_bytes = u64::MAX;
    let (_folder, service) = service(options);
    let job = service.generate(&request(20_000_000, 1), None).expect("it is accepted").job_id;
    let record = service.wait(&job, LONG).expect("it is there");
    assert_eq!((record.status, record.error.expect("a reason").code.as_str()), (JobStatus::Error, "timeout"));
}

#[test]
fn what_may_not_be_asked_for_is_refused_before_there_is_a_job() {
    let mut options = ServiceOptions { queue: 1, max_jobs: 1, ..ServiceOptions::default() };
    options.limits.ddl_bytes = 1_000;
    options.limits.tables = 2;
    let (_folder, service) = service(options);
    let refused = |request: &GenerateRequest| -> ServiceError {
        service.generate(request, None).expect_err("it may not be asked for")
    };
    let of = |ddl: &str| GenerateRequest { schema: SchemaSource::Ddl(ddl.to_owned()), ..request(1, 1) };
    let mut many = request(1, 1);
    many.config.per_table_row_counts.insert("book".to_owned(), 10_001);
    let error = refused(&many);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Invalid, "row-limit"));
    let error = refused(&of(&format!("{DDL}{}", " ".repeat(1_000))));
    assert_eq!((error.kind(), error.code()), (ErrorKind::TooLarge, "ddl-too-long"));
    let error = refused(&of(&format!("{DDL} CREATE TABLE c (id int);")));
    assert_eq!(error.code(), "table-limit");
    let error = refused(&of("SELECT 1"));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Invalid, "no-table"));
    let mut words = request(1, 1);
    words.instructions = Some("more of everything ".repeat(1_000));
    assert_eq!(refused(&words).code(), "instructions-too-long");
    let unknown = GenerateRequest {
        schema: SchemaSource::Uploaded(seedbed_store::SchemaId("x".into())),
        ..request(1, 1)
    };
    assert_eq!(refused(&unknown).code(), "unknown-schema");
    assert_eq!(service.jobs(&JobFilter::default()).expect("a list").total, 0);
}

#[test]
fn what_can_not_be_planned_is_told_by_the_job_with_its_places() {
    let (_folder, service) = service(ServiceOptions::default());
    let ddl = "CREATE TABLE t (id int PRIMARY KEY CHECK (id > 5 AND id < 3));";
    let mut impossible = GenerateRequest { schema: SchemaSource::Ddl(ddl.to_owned()), ..request(5, 1) };
    impossible.config.per_table_row_counts.insert("t".to_owned(), 5);
    let error = service.plan(&impossible).expect_err("no such row");
    assert_eq!(error.kind(), ErrorKind::Unprocessable);
    let job = service.generate(&impossible, None).expect("it is accepted").job_id;
    let record = service.wait(&job, LONG).expect("it is there");
    let failure = record.error.expect("a reason");
    assert_eq!((record.status, failure.code.as_str()), (JobStatus::Error, error.code()));
    assert!(failure.details.expect("the reasons")[0]["line"].is_number());
}

#[test]
fn rows_that_would_fill_the_memory_are_refused() {
    let (_folder, service) = service(ServiceOptions::default());
    for ddl in [
        "CREATE TABLE t (a text NOT NULL CHECK (length(a) >= 1000000));",
        "CREATE TABLE t (a text NOT NULL CHECK (length(a) >= 900000));",
    ] {
        let wide = GenerateRequest { schema: SchemaSource::Ddl(ddl.to_owned()), ..request(10_000, 1) };
        let job = service.generate(&wide, None).expect("it is accepted").job_id;
        let record = service.wait(&job, LONG).expect("it is there");
        assert_eq!(record.error.expect("a reason").code, "row-bytes-limit", "{ddl}");
    }
}

/// A CHECK that nobody here can read, and a trigger that binds one parent's column as another's.
const HARD: &str = "CREATE TABLE club (id text PRIMARY KEY, city text NOT NULL);
    CREATE TABLE meetup (code text PRIMARY KEY, club text NOT NULL, word text CHECK (strange(word)));
    CREATE TABLE closed_club (club text PRIMARY KEY REFERENCES club, closed_by text NOT NULL REFERENCES meetup);
    CREATE TABLE closed_meetup (club text NOT NULL REFERENCES closed_club, meetup text NOT NULL UNIQUE REFERENCES meetup);
    CREATE FUNCTION same_club() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM meetup WHERE meetup.code = NEW.meetup AND meetup.club <> NEW.club) THEN
            RAISE EXCEPTION 'another club';
        END IF;
        RETURN NEW; END $$;
    CREATE TRIGGER same_club BEFORE INSERT ON closed_meetup FOR EACH ROW EXECUTE FUNCTION same_club();";

#[test]
fn a_bundle_of_a_dataset_is_the_one_that_a_job_writes() {
    let (_folder, service) = service(ServiceOptions::default());
    let hard = GenerateRequest { schema: SchemaSource::Ddl(HARD.to_owned()), ..request(40, 7) };
    let id = made(&service, &hard);
    let files = tempfile::tempdir().expect("a folder");
    let out = files.path().join("out.zip");
    let overrides = Overrides { rows: Some(40), seed: Some(7), ..Overrides::default() };
    let job = Job::new(SourceMap::of(HARD)).overrides(overrides);
    let outcome = job.run(Target::Zip(out.clone()), &mut Silent).expect("it can be made");
    assert_eq!(outcome.limitations.len(), 1, "{:?}", outcome.limitations);
    assert!(exported(&service, id, "csv", None) == std::fs::read(&out).expect("the bundle"));
}

#[test]
fn a_file_is_called_after_the_dataset_that_it_is_asked_for() {
    let (_folder, service) = service(ServiceOptions::default());
    let (one, two) = (made(&service, &request(5, 1)), made(&service, &request(5, 1)));
    service.rename(two, Some("Ü/..\\ \"x\"\r\nfilms"), None).expect_err("no control characters");
    service.rename(two, Some("Ü/..\\ \"x\" films"), None).expect("a name");
    let of = |id| {
        let request = ExportRequest { format: "csv".to_owned(), tables: None };
        service.export(id, &request).expect("a file").file_name
    };
    assert_eq!((of(one).as_str(), of(two).as_str()), ("books-v1.zip", "x-films-v1.zip"));
}

#[test]
fn a_key_makes_a_request_once() {
    let (_folder, service) = service(ServiceOptions::default());
    let key = IdempotencyKey { caller: "me".to_owned(), key: "k1".to_owned() };
    let first = service.generate(&request(10, 1), Some(&key)).expect("it is accepted");
    let again = service.generate(&request(10, 1), Some(&key)).expect("it is accepted");
    assert_eq!((first.is_new, again.is_new), (true, false));
    assert_eq!(first.job_id, again.job_id);
    let error = service.generate(&request(11, 1), Some(&key)).expect_err("another request");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unprocessable, "idempotency-key-reused"));
    let other = IdempotencyKey { caller: "you".to_owned(), ..key };
    assert!(service.generate(&request(11, 1), Some(&other)).expect("another's key").is_new);
}

#[test]
fn ten_who_ask_at_the_same_time_get_one_file() {
    let (_folder, service) = service(ServiceOptions::default());
    let id = made(&service, &request(5_000, 1));
    let files: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..10).map(|_| scope.spawn(|| exported(&service, id, "sql", None))).collect();
        asked.into_iter().map(|thread| thread.join().expect("it only asks")).collect()
    });
    assert!(files.iter().all(|file| file == &files[0]));
    let jobs = service.jobs(&JobFilter::default()).expect("a list").entries;
    assert_eq!(jobs.iter().filter(|job| job.kind == JobKind::Export).count(), 1);
}

#[test]
fn jobs_of_a_process_that_is_gone_are_interrupted() {
    let folder = tempfile::tempdir().expect("a folder");
    let job = JobRecord {
        id: "01900000-0000-7000-8000-000000000000".into(),
        kind: JobKind::Generate,
        status: JobStatus::Queued,
        progress: 0,
        tables: Vec::new(),
        dataset_id: None,
        error: None,
        result: None,
        created_at: Timestamp::now(),
        started_at: None,
        finished_at: None,
    };
    let gone = SqliteStore::open(folder.path()).expect("a store");
    gone.create_job(&job, None).expect("it is noted");
    assert!(gone.start_job(&job.id).expect("it is there"));
    let service = service_in(folder.path(), ServiceOptions::default());
    assert_eq!(service.job(&job.id).expect("it is there").status, JobStatus::Running, "its process lives");
    drop(service);
    drop(gone);
    let service = service_in(folder.path(), ServiceOptions::default());
    let record = service.job(&job.id).expect("it is there");
    assert_eq!(
        (record.status, record.error.expect("a reason").code.as_str()),
        (JobStatus::Error, "interrupted")
    );
    let mut events = service.subscribe(&job.id, None).expect("it is there");
    assert_eq!(events.ready().map(|d| d.name.to_string()).as_deref(), Some("generation:error"));
    assert!(events.is_over());
}

#[test]
fn a_service_that_ends_takes_nothing_more_and_ends_what_runs() {
    let mut options = ServiceOptions { max_jobs: 1, ..ServiceOptions::default() };
    options.limits.table_rows = 100_000_000;
    options.limits.job_rows = 200_000_000;
    options.limits.table_bytes = u64::MAX;
    let (folder, service) = service(options);
    let running = service.generate(&request(20_000_000, 1), None).expect("it is accepted").job_id;
    let waiting = service.generate(&request(10, 1), None).expect("it is accepted").job_id;
    service.shutdown(Duration::from_millis(50));
    assert_eq!(service.generate(&request(10, 1), None).expect_err("it ends").code(), "stopping");
    for job in [&running, &waiting] {
        assert_eq!(service.job(job).expect("it is there").status, JobStatus::Canceled);
    }
    drop(service);
    let store = SqliteStore::open(folder.path()).expect("the same store");
    assert!(store.verify().expect("it can be looked at").is_empty(), "nothing is left");
}
