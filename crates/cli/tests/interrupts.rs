//! Ctrl-C and the system's request to end: one is enough, whatever a load waits for.

use crate::workdir::Workdir;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_server_that_says_nothing_is_left_at_once() {
    // Connections wait in the listener's own queue: nobody accepts them.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let workdir =
        Workdir::with_schema("CREATE TABLE author (id int PRIMARY KEY, name varchar(30) NOT NULL);");
    for (dialect, url) in [("postgres", "postgres://me"), ("mysql", "mysql://me")] {
        for signal in ["-INT", "-TERM"] {
            let url = format!("{url}@127.0.0.1:{port}/any");
            let running = Command::new(env!("CARGO_BIN_EXE_seedbed"))
                .args(["generate", "schema.sql", "--dialect", dialect, "--to", &url])
                .current_dir(workdir.path("."))
                .stdin(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            thread::sleep(Duration::from_millis(600));
            let asked = Instant::now();
            assert!(
                Command::new("kill").args([signal, &running.id().to_string()]).status().unwrap().success()
            );
            let ended = running.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(asked.elapsed() < Duration::from_millis(1300), "{signal}: {:?}", asked.elapsed());
            assert_eq!(ended.status.code(), Some(130), "{signal}: {said}");
            assert_eq!(said, "interrupted; the database is as it was\n", "{signal}");
        }
    }
}
