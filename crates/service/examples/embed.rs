//! Datasets in a program of one's own, without HTTP: made, watched, looked at and handed out.

#![expect(clippy::print_stdout, reason = "a program's answer")]

use seedbed_service::{GenerateConfig, GenerateRequest, PageQuery, SchemaSource, Service, ServiceOptions};
use seedbed_store_sqlite::SqliteStore;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

const DDL: &str = "CREATE TABLE author (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL UNIQUE);
    CREATE TABLE book (id INT PRIMARY KEY, author_id INT NOT NULL REFERENCES author, title VARCHAR(200) NOT NULL);";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = Arc::new(SqliteStore::open(folder.path())?);
    let service = Service::open(store, ServiceOptions::default())?;
    let request = GenerateRequest {
        schema: SchemaSource::Ddl(DDL.to_owned()),
        config: GenerateConfig { num_records: Some(1000), seed: Some(7), ..GenerateConfig::default() },
        save_name: Some("books".to_owned()),
        ..GenerateRequest::default()
    };
    let job = service.generate(&request, None)?.job_id;
    let mut events = service.subscribe(&job, None)?;
    let record = service.wait(&job, Duration::from_secs(60))?;
    while let Some(event) = events.ready() {
        println!("{} {}", event.name, &event.payload.get()[..event.payload.get().len().min(100)]);
    }
    let id = record.dataset_id.ok_or_else(|| format!("{:?}", record.error))?;
    let page = service.page(id, "book", &PageQuery { limit: 3, ..PageQuery::default() })?;
    println!("{}", String::from_utf8_lossy(&page.json));
    assert_eq!((page.rows, page.total), (3, 1000));
    Ok(())
}
