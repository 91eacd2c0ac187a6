//! The real database servers that judge, and scratch databases on them that go away by themselves.
//!
//! `SEEDBED_POSTGRES` is the URL of a PostgreSQL server (a superuser, as some schemas make extensions and roles),
//! `SEEDBED_MYSQL` that of a MariaDB server. Without an answer from there the suites say so and pass, except under
//! `CI=true`, where they fail. Files are loaded by the servers' own clients: `psql`, `mariadb`, `sqlite3`.

use crate::corpus;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A PostgreSQL server.
#[derive(Clone, Debug)]
pub(crate) struct PostgresServer {
    /// URL without a database.
    base: String,
}

impl PostgresServer {
    /// The server, if it answers.
    pub(crate) fn connect() -> Option<Self> {
        let base = std::env::var("SEEDBED_POSTGRES")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432".to_owned())
            .trim_end_matches('/')
            .to_owned();
        let server = Self { base };
        match server.psql("postgres", &["-c", "select 1"]) {
            Ok(()) => Some(server),
            Err(why) => {
                corpus::skip(&format!("no PostgreSQL server (set SEEDBED_POSTGRES): {why}"));
                None
            }
        }
    }

    /// Runs a script of roles and the like against the server itself.
    pub(crate) fn prepare(&self, script: &Path) -> Result<(), String> {
        self.psql("postgres", &["-f", &script.to_string_lossy()])
    }

    /// An empty database.
    pub(crate) fn scratch(&self, label: &str) -> Result<PostgresDatabase, String> {
        let name = scratch_name(label);
        let sql = format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        );
        self.psql("postgres", &["-c", &sql])?;
        Ok(PostgresDatabase { server: self.clone(), name })
    }

    /// A database like another one, to which nobody may be connected. It costs a fifth of what loading a large schema does.
    pub(crate) fn copy_of(
        &self,
        database: &PostgresDatabase,
        label: &str,
    ) -> Result<PostgresDatabase, String> {
        let name = scratch_name(label);
        self.psql("postgres", &["-c", &format!("CREATE DATABASE {name} TEMPLATE {}", database.name)])?;
        Ok(PostgresDatabase { server: self.clone(), name })
    }

    fn psql(&self, database: &str, arguments: &[&str]) -> Result<(), String> {
        let mut command = self.client(database);
        command.args(["-v", "ON_ERROR_STOP=1"]).args(arguments);
        run(command).map(drop)
    }

    fn client(&self, database: &str) -> Command {
        let mut command = Command::new("psql");
        command
            .args(["-X", "-q", "-d", &format!("{}/{database}", self.base)])
            // Losing a scratch database with the power is no loss, waiting for the disk at each statement is.
            .env("PGOPTIONS", "-c client_min_messages=error -c lock_timeout=20s -c synchronous_commit=off");
        command
    }
}

/// A scratch database; dropped with this.
#[derive(Debug)]
pub(crate) struct PostgresDatabase {
    server: PostgresServer,
    name: String,
}

impl PostgresDatabase {
    /// Runs a file with `psql`, stopping at the first error.
    pub(crate) fn load(&self, file: &Path) -> Result<(), String> {
        self.server.psql(&self.name, &["-f", &file.to_string_lossy()])
    }

    /// Runs a script of a folder with `psql` in that folder, stopping at the first error.
    pub(crate) fn load_in(&self, folder: &Path, script: &str) -> Result<(), String> {
        let mut command = self.server.client(&self.name);
        command.current_dir(folder).args(["-v", "ON_ERROR_STOP=1", "-f", script]);
        run(command).map(drop)
    }

    /// Runs SQL and returns what the client prints: a line a row, fields apart by `|`.
    pub(crate) fn query(&self, sql: &str) -> Result<String, String> {
        let mut command = self.server.client(&self.name);
        command.args(["-At", "-c", sql]);
        run(command)
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server.base, self.name)
    }

    /// The database's URL by way of another port of this machine.
    pub(crate) fn url_through(&self, port: u16) -> String {
        through(&self.url(), port)
    }

    /// Where the server listens.
    pub(crate) fn host_and_port(&self) -> String {
        host_and_port(&self.url(), "5432")
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let _ = self
            .server
            .psql("postgres", &["-c", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)]);
    }
}

/// A MariaDB server.
#[derive(Clone, Debug)]
pub(crate) struct MariaDbServer {
    /// URL without a database.
    base: String,
    arguments: Vec<String>,
}

impl MariaDbServer {
    /// The server, if it answers.
    pub(crate) fn connect() -> Option<Self> {
        let url = std::env::var("SEEDBED_MYSQL").unwrap_or_else(|_| "root@127.0.0.1:3306".to_owned());
        let url = url.trim_start_matches("mysql://").trim_end_matches('/');
        let server = Self { base: format!("mysql://{url}"), arguments: client_arguments(url) };
        match server.query(None, "select 1") {
            Ok(_) => Some(server),
            Err(why) => {
                corpus::skip(&format!("no MariaDB server (set SEEDBED_MYSQL): {why}"));
                None
            }
        }
    }

    /// An empty database.
    pub(crate) fn scratch(&self, label: &str) -> Result<MariaDbDatabase, String> {
        let name = scratch_name(label);
        self.query(None, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"))?;
        Ok(MariaDbDatabase { server: self.clone(), name })
    }

    fn query(&self, database: Option<&str>, sql: &str) -> Result<String, String> {
        let mut command = self.client(database);
        command.args(["-e", sql]);
        run(command)
    }

    fn client(&self, database: Option<&str>) -> Command {
        let mut command = Command::new("mariadb");
        command.args(&self.arguments).args(["-N", "-B", "--raw"]).args(database);
        command
    }
}

/// A URL with another port, of this machine.
fn through(url: &str, port: u16) -> String {
    let (before, database) = url.rsplit_once('/').unwrap_or((url, ""));
    let login = before.rsplit_once('@').map_or(before, |(login, _)| login);
    format!("{login}@127.0.0.1:{port}/{database}")
}

/// The host and port of a URL.
fn host_and_port(url: &str, port: &str) -> String {
    let place = url.split_once("://").map_or(url, |(_, rest)| rest);
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    let place = place.split('/').next().unwrap_or(place);
    if place.contains(':') { place.to_owned() } else { format!("{place}:{port}") }
}

/// Whether `SEEDBED_LONG` asks for the long form of a suite.
pub(crate) fn is_long() -> bool {
    std::env::var_os("SEEDBED_LONG").is_some()
}

/// `user[:password]@host[:port]` as options of the client.
fn client_arguments(url: &str) -> Vec<String> {
    let (login, place) = url.rsplit_once('@').unwrap_or(("root", url));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (host, port) = place.rsplit_once(':').unwrap_or((place, "3306"));
    let mut arguments = vec![format!("-u{user}"), format!("-h{host}"), format!("-P{port}")];
    if !password.is_empty() {
        arguments.push(format!("-p{password}"));
    }
    arguments
}

/// A scratch database; dropped with this.
#[derive(Debug)]
pub(crate) struct MariaDbDatabase {
    server: MariaDbServer,
    name: String,
}

impl MariaDbDatabase {
    /// Runs a file with the `mariadb` client, stopping at the first error.
    pub(crate) fn load(&self, file: &Path) -> Result<(), String> {
        let mut command = self.server.client(Some(&self.name));
        command.stdin(open(file)?);
        run(command).map(drop)
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server.base, self.name)
    }

    /// The database's URL by way of another port of this machine.
    pub(crate) fn url_through(&self, port: u16) -> String {
        through(&self.url(), port)
    }

    /// Where the server listens.
    pub(crate) fn host_and_port(&self) -> String {
        host_and_port(&self.url(), "3306")
    }

    /// A client that runs statements and then holds its session open until it is killed.
    pub(crate) fn session(&self, sql: &str) -> Session {
        let mut command = self.server.client(Some(&self.name));
        command.args(["--unbuffered", "-e", &format!("{sql}; SELECT 'ready'; SELECT SLEEP(600)")]);
        Session::begin(command)
    }

    /// Runs a script and returns what the client prints, going on after errors.
    pub(crate) fn answers(&self, script: &str) -> Result<String, String> {
        let mut file = tempfile::tempfile().map_err(|e| e.to_string())?;
        file.write_all(script.as_bytes()).and_then(|()| file.rewind()).map_err(|e| e.to_string())?;
        let mut command = self.server.client(Some(&self.name));
        command.arg("--force").stdin(file);
        // With errors on the way the client's exit status is no success.
        let output = command.output().map_err(|e| e.to_string())?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs SQL and returns what the client prints: a line a row, fields apart by tabs, unescaped.
    pub(crate) fn query(&self, sql: &str) -> Result<String, String> {
        self.server.query(Some(&self.name), sql)
    }
}

impl Drop for MariaDbDatabase {
    fn drop(&mut self) {
        let _ = self.server.query(None, &format!("DROP DATABASE IF EXISTS {}", self.name));
    }
}

/// A client that holds a session open; it ends with this.
#[derive(Debug)]
pub(crate) struct Session(Child);

impl Session {
    /// Runs a client until it says `ready`.
    fn begin(mut command: Command) -> Self {
        let mut client =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the client runs");
        let mut said = BufReader::new(client.stdout.take().expect("it is piped"));
        let mut line = String::new();
        while line.trim() != "ready" {
            line.clear();
            assert!(said.read_line(&mut line).expect("it says something") > 0, "the client has ended");
        }
        Self(client)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A scratch SQLite file; removed with this.
#[derive(Debug)]
pub(crate) struct SqliteDatabase {
    folder: tempfile::TempDir,
}

impl SqliteDatabase {
    /// An empty database, if the `sqlite3` client is there to load files.
    pub(crate) fn scratch() -> Option<Self> {
        let mut command = Command::new("sqlite3");
        command.arg("--version");
        if let Err(why) = run(command) {
            corpus::skip(&format!("no sqlite3 client: {why}"));
            return None;
        }
        Some(Self { folder: tempfile::tempdir().expect("a temporary folder can be made") })
    }

    /// Runs a file with the `sqlite3` client, stopping at the first error.
    pub(crate) fn load(&self, file: &Path) -> Result<(), String> {
        let mut command = Command::new("sqlite3");
        command.arg("-bail").arg(self.path()).stdin(open(file)?);
        run(command).map(drop)
    }

    /// Runs a script of a folder with the `sqlite3` client in that folder, stopping at the first error.
    pub(crate) fn load_in(&self, folder: &Path, script: &str) -> Result<(), String> {
        let mut command = Command::new("sqlite3");
        command.arg("-bail").arg(self.path()).stdin(open(&folder.join(script))?).current_dir(folder);
        run(command).map(drop)
    }

    /// Runs SQL and returns what the client prints: a line a row, fields apart by `|`.
    pub(crate) fn query(&self, sql: &str) -> Result<String, String> {
        let mut command = Command::new("sqlite3");
        command.arg(self.path()).arg(sql);
        run(command)
    }

    /// The database's file.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("scratch.db")
    }
}

/// A name that no other process and no other thread uses at the same time.
fn scratch_name(label: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let label: String = label.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("seedbed_{}_{number}_{}", std::process::id(), label.to_ascii_lowercase())
}

fn open(file: &Path) -> Result<Stdio, String> {
    File::open(file).map(Stdio::from).map_err(|e| format!("{}: {e}", file.display()))
}

/// What a client printed, or the beginning of its complaint.
fn run(mut command: Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command
        .output()
        .map_err(|e| format!("cannot run {}: {e}", command.get_program().to_string_lossy()))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&stderr).trim().chars().take(300).collect())
}
