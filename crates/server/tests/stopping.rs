//! Connections, and the end of a server.

use crate::running::run;
use crate::server::{FILM, Server};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Sends bytes and reads until the connection is closed, or for so long.
async fn exchange(address: SocketAddr, bytes: Vec<u8>, wait: Duration) -> String {
    let talk = move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(wait)).expect("a time");
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            answer.extend_from_slice(&piece[..count]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::task::spawn_blocking(talk).await.expect("it talks")
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_at_once_and_ends_when_it_is_told() {
    let server = Server::with("port = 0\nmax-table-rows = 1000000\ngrace-period = '100ms'");
    let start = Instant::now();
    let running = run(&server);
    let health = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec();
    let answer = exchange(running.address, health, Duration::from_secs(5)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());

    let body = json!({"ddl": FILM, "config": {"numRecords": 500_000}}).to_string();
    let job = server.post("/api/generate", &serde_json::from_str(&body).expect("JSON")).await.ok();
    let job = job.header("location").to_owned();
    let events = format!("GET {job}/events HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes();
    let listening = tokio::spawn(exchange(running.address, events, Duration::from_secs(20)));
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.stop.send(()).expect("it runs");
    let told = listening.await.expect("it listened");
    assert!(told.contains("generation:canceled") || told.contains("generation:error"), "{told}");
    tokio::time::timeout(Duration::from_secs(20), running.ended)
        .await
        .expect("it ends")
        .expect("it ended well");
    assert!(TcpStream::connect(running.address).is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_socket_keeps_its_place_among_the_connections() {
    let server = Server::with("port = 0\nmax-connections = 1");
    let running = run(&server);
    let address = running.address;
    let open = move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a time");
        let upgrade = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n\
            Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(upgrade).expect("it is sent");
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 101");
        stream
    };
    let socket = tokio::task::spawn_blocking(open).await.expect("it talks");
    let health = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec();
    assert_eq!(exchange(address, health.clone(), Duration::from_millis(500)).await, "");
    drop(socket);
    let answer = exchange(address, health, Duration::from_secs(5)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_do_not_end_are_not_waited_for() {
    let server = Server::with("port = 0\nheader-timeout = '200ms'\nbody-timeout = '200ms'");
    let running = run(&server);
    let start = Instant::now();
    let head = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".to_vec();
    exchange(running.address, head, Duration::from_secs(10)).await;
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let body = b"POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Content-Length: 100\r\n\r\n{\"ddl\""
        .to_vec();
    let answer = exchange(running.address, body, Duration::from_secs(10)).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("body-too-slow"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_100_mb_reads_why_they_are_refused() {
    let server = Server::with("port = 0");
    let running = run(&server);
    let mut bytes = b"POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\
        Content-Length: 104857600\r\nConnection: close\r\n\r\n"
        .to_vec();
    bytes.resize(bytes.len() + (100 << 20), b'-');
    let answer = exchange(running.address, bytes, Duration::from_secs(10)).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("body-too-large"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_gets_an_answer_and_no_more() {
    let server = Server::with("port = 0");
    let running = run(&server);
    for bytes in [
        &b"hello\r\n\r\n"[..],
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
        b"\x16\x03\x01\x02",
    ] {
        let answer = exchange(running.address, bytes.to_vec(), Duration::from_secs(1)).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
}
