//! A service, a dataset, and what can be seen of both.

use crate::fake_advisor::{FakeAdvisor, Said};
use seedbed_edit::Advisor;
use seedbed_service::{
    Delivery, ExportRequest, GenerateConfig, GenerateRequest, ModifyRequest, PageQuery, SchemaSource,
    Service, ServiceOptions,
};
use seedbed_store::{DatasetId, Digest, JobId, JobRecord, JobStatus};
use seedbed_store_sqlite::{QueryLimits, QueryPool, SqliteStore, WorkerCommand};
use serde_json::Value;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const DDL: &str = "CREATE TABLE author (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL UNIQUE, note TEXT);
    CREATE TABLE book (id INT PRIMARY KEY, author_id INT NOT NULL REFERENCES author, title VARCHAR(200) NOT NULL,
        price NUMERIC(8, 2) CHECK (price > 0));";

pub(crate) const LONG: Duration = Duration::from_secs(120);

/// A service with its folder, its advisor, and a dataset of 100 authors and 100 books.
pub(crate) struct Library {
    pub(crate) folder: TempDir,
    pub(crate) service: Service,
    pub(crate) advisor: Option<Arc<FakeAdvisor>>,
    pub(crate) id: DatasetId,
}

/// The process that answers queries is this suite, run for one test. What a test writes goes to nobody; the answers go where
/// the standard output went.
const COMMAND: &str =
    "exec \"$0\" --ignored --exact questions::answers_queries --nocapture 3>&1 1>/dev/null 2>/dev/null";

fn pool() -> QueryPool {
    let suite = std::env::current_exe().expect("the suite has a path");
    let arguments = vec!["-c".into(), COMMAND.into(), suite.into_os_string()];
    let command = WorkerCommand { program: "/bin/sh".into(), arguments };
    QueryPool::new(command, QueryLimits::default()).expect("a thread can be started")
}

/// Without an advisor.
pub(crate) fn library() -> Library {
    library_of(1)
}

/// Without an advisor, made with a seed.
pub(crate) fn library_of(seed: u64) -> Library {
    let mut request = request(None);
    request.config.seed = Some(seed);
    made(None, ServiceOptions::default(), &request)
}

/// With an advisor that says this.
pub(crate) fn advised(says: impl IntoIterator<Item = Said>) -> Library {
    with(Some(Arc::new(FakeAdvisor::saying(says))), ServiceOptions::default())
}

pub(crate) fn with(advisor: Option<Arc<FakeAdvisor>>, options: ServiceOptions) -> Library {
    made(advisor, options, &request(None))
}

fn made(advisor: Option<Arc<FakeAdvisor>>, options: ServiceOptions, request: &GenerateRequest) -> Library {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path()).expect("the folder can be written to").with_queries(pool());
    let asked = advisor.clone().map(|advisor| advisor as Arc<dyn Advisor>);
    let service = Service::open_with(Arc::new(store), options, asked).expect("a service");
    let job = service.generate(request, None).expect("it is accepted").job_id;
    let id = done(&service, &job).dataset_id.expect("a job that is done has its dataset");
    Library { folder, service, advisor, id }
}

pub(crate) fn request(instructions: Option<&str>) -> GenerateRequest {
    GenerateRequest {
        schema: SchemaSource::Ddl(DDL.to_owned()),
        instructions: instructions.map(str::to_owned),
        config: GenerateConfig { num_records: Some(100), seed: Some(1), ..GenerateConfig::default() },
        save_name: Some("books".to_owned()),
        ..GenerateRequest::default()
    }
}

pub(crate) fn prompt(words: &str) -> ModifyRequest {
    ModifyRequest { prompt: Some(words.to_owned()), ..ModifyRequest::default() }
}

pub(crate) fn done(service: &Service, job: &JobId) -> JobRecord {
    let record = service.wait(job, LONG).expect("the job is there");
    assert_eq!((record.status, record.progress), (JobStatus::Done, 100), "{:?}", record.error);
    record
}

impl Library {
    pub(crate) fn accepted(&self, request: &ModifyRequest) -> JobId {
        self.service.modify(self.id, request, None).expect("it is accepted").job_id
    }

    /// The result of a change that is carried out.
    pub(crate) fn modified(&self, request: &ModifyRequest) -> Value {
        done(&self.service, &self.accepted(request)).result.expect("it has a result")
    }

    /// Why a change is not carried out.
    pub(crate) fn failed(&self, request: &ModifyRequest) -> String {
        let record = self.service.wait(&self.accepted(request), LONG).expect("the job is there");
        assert_eq!(record.status, JobStatus::Error);
        record.error.expect("a reason").code
    }

    pub(crate) fn undone(&self) -> Value {
        let job = self.service.undo(self.id, None, None).expect("it is accepted").job_id;
        done(&self.service, &job).result.expect("it has a result")
    }

    pub(crate) fn version(&self) -> u64 {
        self.service.dataset(self.id).expect("it is there").metadata.version
    }

    /// What the rows are found by.
    pub(crate) fn digest(&self) -> Digest {
        self.service.dataset(self.id).expect("it is there").metadata.digest
    }

    /// All rows, as one text.
    pub(crate) fn rows(&self) -> Vec<u8> {
        rows_of(&self.service, self.id)
    }

    /// The values of a column, in the order of the rows.
    pub(crate) fn column(&self, table: &str, column: &str) -> Vec<Value> {
        let query = PageQuery { limit: 1_000, ..PageQuery::default() };
        let page = self.service.page(self.id, table, &query).expect("a page");
        let page: Value = serde_json::from_slice(&page.json).expect("JSON");
        page["rows"].as_array().expect("rows").iter().map(|row| row[column].clone()).collect()
    }

    pub(crate) fn meta(&self) -> serde_json::Map<String, Value> {
        self.service.dataset(self.id).expect("it is there").generation_meta
    }

    /// All that is told of a job that is over.
    pub(crate) fn told(&self, job: &JobId) -> Vec<Delivery> {
        let mut events = self.service.subscribe(job, Some(0)).expect("it is there");
        std::iter::from_fn(|| events.ready()).collect()
    }
}

pub(crate) fn rows_of(service: &Service, id: DatasetId) -> Vec<u8> {
    let request = ExportRequest { format: "sql".to_owned(), tables: None };
    let mut file = service.export(id, &request).expect("a file");
    let mut bytes = Vec::new();
    file.file.read_to_end(&mut bytes).expect("it can be read");
    bytes
}
