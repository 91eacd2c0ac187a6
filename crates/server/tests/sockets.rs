//! Socket.IO over polling, packet by packet.

use crate::server::{Answer, FILM, Server};
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

/// A client that polls.
struct Client<'a> {
    server: &'a Server,
    path: String,
    packets: Vec<String>,
}

impl<'a> Client<'a> {
    /// Opens a connection and sends what is needed to enter the namespace.
    async fn connect(server: &'a Server, auth: Value) -> Self {
        let opened = server.get("/socket.io/?EIO=4&transport=polling").await.ok();
        let open: Value = serde_json::from_str(&opened.text()[1..]).expect("an open packet");
        let sid = open["sid"].as_str().expect("a name");
        let path = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
        let mut client = Self { server, path, packets: Vec::new() };
        client.send(&format!("40/generation,{auth}")).await.ok();
        client
    }

    async fn send(&mut self, packet: &str) -> Answer {
        let request = Request::builder().method(Method::POST).uri(&self.path);
        let request = request.header("content-type", "text/plain;charset=UTF-8");
        self.server.send(request.body(Body::from(packet.to_owned())).expect("a request")).await
    }

    /// The next packet that begins so; those before it are kept.
    async fn until(&mut self, start: &str) -> String {
        for _ in 0..200 {
            if let Some(at) = self.packets.iter().position(|packet| packet.starts_with(start)) {
                return self.packets[at].clone();
            }
            let polled = self.server.get(&self.path).await.ok().text();
            self.packets.extend(polled.split('\u{1e}').map(str::to_owned));
            if self.packets.iter().any(|packet| packet == "2") {
                self.packets.retain(|packet| packet != "2");
                self.send("3").await.ok();
            }
        }
        panic!("no packet begins with {start}: {:?}", self.packets)
    }

    /// The answer to an event.
    async fn ask(&mut self, ack: u32, event: &str, body: &Value) -> Value {
        self.send(&format!("42/generation,{ack}{}", json!([event, body]))).await.ok();
        let start = format!("43/generation,{ack}[");
        let packet = self.until(&start).await;
        let answer: Value = serde_json::from_str(&packet[start.len() - 1..]).expect("JSON");
        answer[0].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dataset_is_asked_for_and_told_of() {
    let server = Server::new();
    let mut client = Client::connect(&server, json!({})).await;
    client.until("40/generation,").await;
    let body = json!({"ddl": FILM, "config": {"numRecords": 20}});
    let accepted = client.ask(1, "generation:request", &body).await;
    let job = accepted["jobId"].as_str().expect("a job");
    let complete = client.until("42/generation,[\"generation:complete\",").await;
    let event: Value = serde_json::from_str(&complete["42/generation,".len()..]).expect("JSON");
    assert_eq!(event[1]["jobId"], job, "{event}");
    let last = event[2].as_u64().expect("an id");
    for name in
        ["generation:start", "table:start", "table:complete", "generation:validation", "dataset:saved"]
    {
        client.until(&format!("42/generation,[\"{name}\",")).await;
    }
    client.packets.clear();
    let told = client.ask(2, "job:subscribe", &json!({"jobId": job, "lastEventId": last - 1})).await;
    assert_eq!(told, json!({"jobId": job, "status": "done"}));
    client.until("42/generation,[\"generation:complete\",").await;
    assert!(!client.packets.iter().any(|packet| packet.contains("table:start")), "{:?}", client.packets);
    let canceled = client.ask(3, "generation:cancel", &json!({ "jobId": job })).await;
    assert_eq!(canceled, json!({"jobId": job, "status": "done"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_of_to_who_subscribes_to_its_job() {
    let server = Server::new();
    let id = server.films().await;
    let body = json!({"prompt": "set film.title = 'Checked'"});
    let accepted = server.post(&format!("/api/datasets/{id}/modify"), &body).await.ok().json();
    let mut client = Client::connect(&server, json!({})).await;
    client.until("40/generation,").await;
    client.ask(1, "job:subscribe", &json!({"jobId": accepted["jobId"]})).await;
    let complete = client.until("42/generation,[\"modify:complete\",").await;
    let event: Value = serde_json::from_str(&complete["42/generation,".len()..]).expect("JSON");
    assert_eq!((&event[1]["jobId"], &event[1]["version"]), (&accepted["jobId"], &json!(2)), "{event}");
    for name in ["modify:start", "modify:diff", "modify:validation", "dataset:saved"] {
        client.until(&format!("42/generation,[\"{name}\",")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_job_and_subscribes_to_it_hears_nothing_twice() {
    let server = Server::new();
    let mut client = Client::connect(&server, json!({})).await;
    client.until("40/generation,").await;
    let body = json!({"ddl": FILM, "config": {"numRecords": 2_000}});
    let accepted = client.ask(1, "generation:request", &body).await;
    let job = json!({"jobId": accepted["jobId"]});
    for ack in 2..5 {
        client.ask(ack, "job:subscribe", &job).await;
    }
    client.until("42/generation,[\"generation:complete\",").await;
    client.ask(5, "job:subscribe", &job).await;
    // What would be told once more came before the answer to a later request.
    client.ask(6, "generation:cancel", &job).await;
    let events = client.packets.iter().filter_map(|packet| packet.strip_prefix("42/generation,"));
    let events = events.map(|event| serde_json::from_str::<Value>(event).expect("JSON"));
    let ids: Vec<u64> = events.filter_map(|event| event[2].as_u64()).collect();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>(), "{:?}", client.packets);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_acknowledged_in_the_one_shape() {
    let server = Server::new();
    let mut client = Client::connect(&server, json!({})).await;
    client.until("40/generation,").await;
    let asked = [
        ("generation:request", json!({"dll": "x"}), "invalid-field"),
        ("generation:request", json!("x"), "invalid-field"),
        ("generation:request", json!({}), "schema-missing"),
        ("job:subscribe", json!({"jobId": "none"}), "unknown-job"),
        ("job:subscribe", json!({"jobId": 7}), "invalid-field"),
        ("generation:cancel", json!({"jobId": "none"}), "unknown-job"),
    ];
    for (ack, (event, body, code)) in (10..).zip(asked) {
        let answer = client.ask(ack, event, &body).await;
        assert_eq!(answer["error"]["code"], code, "{event} {body}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_enters_without_the_token() {
    let server = Server::with("api-token = '0123456789abcdef'");
    let mut client = Client::connect(&server, json!({"token": "0123456789abcdeg"})).await;
    assert!(client.until("44/generation,").await.contains("unauthorized"));
    let mut client = Client::connect(&server, json!({"token": "0123456789abcdef"})).await;
    client.until("40/generation,").await;
}
