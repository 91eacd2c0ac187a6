//! TLS and sockets of PostgreSQL, with a server of our own that has a certificate of our own.

use crate::loading::loaded;
use crate::own_servers;
use seedbed_load::{DatabaseTarget, LoadError, TlsFault};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Where Debian and its kin have the server's programs.
const PROGRAMS: [&str; 4] = [
    "/usr/lib/postgresql/15/bin",
    "/usr/lib/postgresql/16/bin",
    "/usr/lib/postgresql/17/bin",
    "/usr/lib/postgresql/18/bin",
];

/// A PostgreSQL server with a certificate for `localhost`, which `ca.crt` has signed. `tls_only` takes encrypted connections
/// alone, `clear_only` others alone, `card` those with a client's certificate.
struct Server {
    programs: &'static Path,
    folder: TempDir,
    port: u16,
}

impl Server {
    /// One that answers, where there are programs for it.
    fn start() -> Option<Self> {
        let Some(programs) = PROGRAMS.iter().map(Path::new).find(|folder| folder.join("initdb").exists())
        else {
            own_servers::skip("no programs of PostgreSQL");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("sb").tempdir_in("/tmp").expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let server = Self { programs, folder, port };
        own_servers::make(server.folder.path());
        server.initialise();
        Some(server)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program of the server's, which doesn't run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = match own_servers::is_root() {
            true => Command::new("runuser"),
            false => Command::new(&program),
        };
        if own_servers::is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        let output = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let output = output.output().expect("a program of the server");
        assert!(output.status.success(), "{program:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn initialise(&self) {
        let own =
            format!("chown -R postgres {0} 2>/dev/null; chmod -R go= {0}/*", self.folder.path().display());
        let owned = Command::new("sh").args(["-c", &own]).status().expect("a shell");
        assert!(owned.success());
        self.run("initdb", &["-D", "data", "-A", "trust", "-U", "postgres", "--no-sync"]);
        let hba = "local all all trust
            hostssl all tls_only 127.0.0.1/32 trust
            hostnossl all clear_only 127.0.0.1/32 trust
            hostssl all card 127.0.0.1/32 cert
            hostssl all guarded 127.0.0.1/32 scram-sha-256
            host all postgres 127.0.0.1/32 trust\n";
        fs::write(self.path("data/pg_hba.conf"), hba).expect("a file");
        let folder = self.folder.path().display();
        let settings = format!(
            "port = {}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\nfsync = off\nssl = on\n\
             ssl_cert_file = '{folder}/server.crt'\nssl_key_file = '{folder}/server.key'\nssl_ca_file = '{folder}/ca.crt'\n",
            self.port
        );
        fs::write(self.path("data/postgresql.conf"), settings).expect("a file");
        self.run("pg_ctl", &["-D", "data", "-l", "log", "-w", "start"]);
        let sql = "CREATE ROLE tls_only SUPERUSER LOGIN; CREATE ROLE clear_only SUPERUSER LOGIN;
            CREATE ROLE card SUPERUSER LOGIN; CREATE ROLE guarded SUPERUSER LOGIN PASSWORD 'hunter2';
            CREATE TABLE genre (id bigint NOT NULL); CREATE TABLE way (encrypted boolean);
            CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO way SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid(); RETURN NULL;
            END $$;
            CREATE TRIGGER tell AFTER INSERT ON genre EXECUTE FUNCTION tell();";
        self.psql(sql);
    }

    /// Runs SQL by the socket and gives what is printed.
    fn psql(&self, sql: &str) -> String {
        let port = self.port.to_string();
        let output = Command::new(self.programs.join("psql"))
            .args([
                "-XAtq",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-d",
                "postgres",
                "-p",
                &port,
                "-c",
                sql,
            ])
            .arg("-h")
            .arg(self.folder.path())
            .output()
            .expect("psql");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Loads as a user by a host, with parameters, and tells whether the connection was encrypted.
    fn load(&self, user: &str, host: &str, parameters: &str) -> Result<bool, LoadError> {
        let parameters = parameters.replace('~', &self.folder.path().display().to_string());
        let url = format!("postgres://{user}@{host}:{}/postgres?{parameters}", self.port);
        let target: DatabaseTarget = url.parse()?;
        self.psql("TRUNCATE genre, way");
        loaded(&target)?;
        assert_eq!(self.psql("SELECT count(*) FROM genre"), "100");
        Ok(self.psql("SELECT DISTINCT encrypted FROM way") == "t")
    }

    fn fault(&self, host: &str, parameters: &str) -> TlsFault {
        match self.load("postgres", host, parameters) {
            Err(LoadError::Tls { fault, .. }) => fault,
            other => panic!("{parameters}: {other:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-D", "data", "-m", "immediate", "stop"]);
    }
}

#[test]
fn connections_are_encrypted_and_checked_as_libpq_has_it() {
    let Some(server) = Server::start() else { return };
    let encrypted = |user: &str, parameters: &str| {
        server
            .load(user, "localhost", parameters)
            .unwrap_or_else(|error| panic!("{user} {parameters}: {error:?}"))
    };
    // Whatever each mode may be, as whoever may come either way.
    for (mode, want) in [
        ("disable", false),
        ("allow", false),
        ("prefer", true),
        ("require", true),
        ("verify-ca", true),
        ("verify-full", true),
    ] {
        assert_eq!(encrypted("postgres", &format!("sslmode={mode}&sslrootcert=~/ca.crt")), want, "{mode}");
    }
    assert!(encrypted("postgres", ""), "`prefer` when nobody says");
    assert!(encrypted("postgres", "sslmode=require"), "nobody to trust is named");
    // What one way alone is open to.
    assert!(encrypted("tls_only", "sslmode=allow"));
    assert!(!encrypted("clear_only", "sslmode=prefer"));
    let closed = server.load("tls_only", "localhost", "sslmode=disable").expect_err("encrypted alone");
    assert_eq!((closed.code(), closed.hint().is_some()), ("load-tls-needed", true));
    let closed = server.load("clear_only", "localhost", "sslmode=require").expect_err("in clear alone");
    assert_eq!(closed.code(), "load-authentication");
    // Certificates.
    assert!(encrypted("postgres", "sslmode=verify-full&sslrootcert=~/server.crt"), "it vouches for itself");
    assert_eq!(server.fault("localhost", "sslmode=verify-ca&sslrootcert=~/other.crt"), TlsFault::Untrusted);
    assert_eq!(server.fault("localhost", "sslmode=require&sslrootcert=~/other.crt"), TlsFault::Untrusted);
    assert_eq!(server.fault("127.0.0.1", "sslmode=verify-full&sslrootcert=~/ca.crt"), TlsFault::WrongName);
    assert_eq!(
        server.load("postgres", "127.0.0.1", "sslmode=verify-ca&sslrootcert=~/ca.crt").ok(),
        Some(true)
    );
    assert_eq!(server.fault("localhost", "sslrootcert=system"), TlsFault::Untrusted);
    let file = TlsFault::File { setting: "sslrootcert" };
    assert_eq!(server.fault("localhost", "sslmode=verify-ca&sslrootcert=~/none.crt"), file);
    assert_eq!(server.fault("localhost", "sslmode=verify-ca&sslrootcert=~/san"), file);
    // The client's own.
    for name in ["client", "old"] {
        assert!(
            encrypted("card", &format!("sslmode=require&sslcert=~/{name}.crt&sslkey=~/{name}.key")),
            "{name}"
        );
    }
    assert!(server.load("card", "localhost", "sslmode=require").is_err(), "no certificate");
    let key = TlsFault::File { setting: "sslkey" };
    assert_eq!(server.fault("localhost", "sslcert=~/server.crt&sslkey=~/ca.key"), key);
    let incomplete = TlsFault::Incomplete { given: "sslcert", setting: "sslkey" };
    assert_eq!(server.fault("localhost", "sslcert=~/client.crt"), incomplete);
    // Passwords, told apart from what is wrong with the encryption.
    assert!(encrypted("guarded:hunter2", "sslmode=require"));
    let wrong = server.load("guarded:hunter3", "localhost", "").expect_err("a wrong password");
    assert_eq!(wrong.code(), "load-authentication");
    // Sockets, by each way to name one.
    let folder = server.folder.path().display().to_string();
    for mode in ["disable", "verify-full"] {
        let parameters = format!("host={folder}&sslmode={mode}");
        assert_eq!(server.load("postgres", "", &parameters).ok(), Some(false), "{parameters}");
    }
    assert_eq!(server.load("postgres", &folder.replace('/', "%2F"), "").ok(), Some(false));
}
