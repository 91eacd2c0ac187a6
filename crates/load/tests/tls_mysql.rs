//! TLS and sockets of MySQL's protocol, with a MariaDB server of our own that has a certificate of our own.

use crate::loading::loaded;
use crate::own_servers;
use seedbed_load::{DatabaseTarget, LoadError, TlsFault};
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;
use tempfile::TempDir;

/// Where Debian and its kin have the server.
const SERVER: &str = "/usr/sbin/mariadbd";

/// A MariaDB server with a certificate for `localhost`, which `ca.crt` has signed. `tls_only` comes by encrypted connections
/// alone, `card` by those with a client's certificate.
struct Server {
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Server {
    /// One that answers, where there are programs for it. Without `with_tls` it speaks none.
    fn start(with_tls: bool) -> Option<Self> {
        if !Path::new(SERVER).exists() {
            own_servers::skip("no programs of MariaDB");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("sb").tempdir_in("/tmp").expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let path = |name: &str| folder.path().join(name).display().to_string();
        own_servers::make(folder.path());
        std::fs::create_dir(path("data")).expect("a folder");
        let own = format!("chown -R mysql {}", folder.path().display());
        let mut user = Vec::new();
        if own_servers::is_root() {
            assert!(Command::new("sh").args(["-c", &own]).status().expect("a shell").success());
            user.push("--user=mysql");
        }
        let log = || Stdio::from(File::create(path("log")).expect("a file"));
        let made = Command::new("mariadb-install-db")
            .arg("--no-defaults")
            .args(&user)
            .arg(format!("--datadir={}", path("data")))
            .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
            .stdout(Stdio::null())
            .stderr(log())
            .status();
        let told = std::fs::read_to_string(path("log")).unwrap_or_default();
        assert!(made.expect("mariadb-install-db").success(), "{told}");
        let mut command = Command::new(SERVER);
        command.arg("--no-defaults").args(&user).args([
            format!("--datadir={}", path("data")),
            format!("--port={port}"),
            format!("--socket={}", path("socket")),
            "--bind-address=127.0.0.1".to_owned(),
            "--innodb-flush-log-at-trx-commit=0".to_owned(),
        ]);
        if with_tls {
            let files = [("cert", "server.crt"), ("key", "server.key"), ("ca", "ca.crt")];
            command.args(files.map(|(option, file)| format!("--ssl-{option}={}", path(file))));
        }
        let process = command.stdout(Stdio::null()).stderr(log()).spawn().expect("mariadbd");
        let server = Self { folder, port, process };
        server.wait();
        server.sql(
            "CREATE DATABASE shop; USE shop; CREATE TABLE genre (id bigint NOT NULL); CREATE TABLE way (cipher text);
            CREATE TRIGGER tell AFTER INSERT ON genre FOR EACH ROW INSERT INTO way SELECT variable_value
                FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER';
            CREATE USER clear@'%'; GRANT ALL ON shop.* TO clear@'%';
            CREATE USER guarded@'%' IDENTIFIED BY 'hunter2'; GRANT ALL ON shop.* TO guarded@'%';
            CREATE USER tls_only@'%' REQUIRE SSL; GRANT ALL ON shop.* TO tls_only@'%';
            CREATE USER card@'%' REQUIRE X509; GRANT ALL ON shop.* TO card@'%';",
        );
        Some(server)
    }

    fn wait(&self) {
        for _ in 0..300 {
            if self.client("SELECT 1").is_ok() {
                return;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("no answer: {}", std::fs::read_to_string(self.path("log")).unwrap_or_default());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn client(&self, sql: &str) -> Result<String, String> {
        let output = Command::new("mariadb")
            .args(["--no-defaults", "-uroot", "-N", "-B", "-S"])
            .arg(self.path("socket"))
            .args(["-e", sql])
            .output()
            .map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    fn sql(&self, sql: &str) -> String {
        self.client(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Loads as a user by a host, with parameters, and tells whether the connection was encrypted.
    fn load(&self, user: &str, host: &str, parameters: &str) -> Result<bool, LoadError> {
        let parameters = parameters.replace('~', &self.folder.path().display().to_string());
        let url = format!("mysql://{user}@{host}/shop?{parameters}");
        let target: DatabaseTarget = url.replace("PORT", &self.port.to_string()).parse()?;
        self.sql("TRUNCATE shop.genre; TRUNCATE shop.way");
        loaded(&target)?;
        assert_eq!(self.sql("SELECT count(*) FROM shop.genre"), "100");
        Ok(!self.sql("SELECT DISTINCT cipher FROM shop.way").is_empty())
    }

    fn fault(&self, host: &str, parameters: &str) -> TlsFault {
        match self.load("clear", host, parameters) {
            Err(LoadError::Tls { fault, .. }) => fault,
            other => panic!("{parameters}: {other:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn connections_are_encrypted_and_checked_as_the_manual_has_it() {
    let Some(server) = Server::start(true) else { return };
    let host = "localhost:PORT";
    let encrypted = |user: &str, parameters: &str| {
        server.load(user, host, parameters).unwrap_or_else(|error| panic!("{user} {parameters}: {error:?}"))
    };
    for (mode, want) in [
        ("DISABLED", false),
        ("PREFERRED", true),
        ("REQUIRED", true),
        ("required&SSL_CA=~/other.crt", true),
        ("VERIFY_IDENTITY&ssl-ca=~/ca.crt", true),
    ] {
        assert_eq!(encrypted("clear", &format!("ssl-mode={mode}")), want, "{mode}");
    }
    assert!(encrypted("clear", ""), "`PREFERRED` when nobody says");
    assert!(encrypted("tls_only", ""));
    assert!(encrypted("guarded:hunter2", "ssl-mode=REQUIRED"));
    assert!(encrypted("card", "ssl-cert=~/client.crt&ssl-key=~/client.key"));
    let without = server.load("card", host, "ssl-mode=REQUIRED").expect_err("no certificate");
    assert_eq!(without.code(), "load-authentication");
    assert_eq!(
        server.load("tls_only", host, "ssl-mode=DISABLED").expect_err("in clear").code(),
        "load-authentication"
    );
    let identity = |ca: &str| format!("ssl-mode=VERIFY_IDENTITY&ssl-ca=~/{ca}");
    assert_eq!(server.fault(host, &identity("other.crt")), TlsFault::Untrusted);
    assert_eq!(server.fault("127.0.0.1:PORT", &identity("ca.crt")), TlsFault::WrongName);
    assert_eq!(server.fault(host, &identity("none.crt")), TlsFault::File { setting: "ssl-ca" });
    assert_eq!(server.fault(host, "ssl-mode=VERIFY_IDENTITY"), TlsFault::NoRoots { setting: "ssl-ca" });
    assert!(matches!(
        server.fault(host, "ssl-ca=~/ca.crt"),
        TlsFault::Unsupported { setting: "ssl-mode", .. }
    ));
    let incomplete = TlsFault::Incomplete { given: "ssl-cert", setting: "ssl-key" };
    assert_eq!(server.fault(host, "ssl-cert=~/client.crt"), incomplete);
    // Sockets.
    for host in ["", "localhost"] {
        assert_eq!(server.load("clear", host, "socket=~/socket").ok(), Some(false), "{host}");
    }
    let socket = server.fault("", "socket=~/socket&ssl-mode=REQUIRED");
    assert!(matches!(socket, TlsFault::Unsupported { setting: "ssl-mode", .. }));
}

#[test]
fn a_server_without_tls_is_reached_in_clear_unless_that_is_ruled_out() {
    let Some(server) = Server::start(false) else { return };
    assert_eq!(server.load("clear", "127.0.0.1:PORT", "").ok(), Some(false));
    assert_eq!(server.fault("127.0.0.1:PORT", "ssl-mode=REQUIRED"), TlsFault::NotOffered);
}
