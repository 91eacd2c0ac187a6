//! What is written to a connection, as a value.

use std::io;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Between two writes that a client shall see apart.
const APART: Duration = Duration::from_millis(15);
/// How long a connection hangs that never ends: longer than any test waits.
const FOREVER: Duration = Duration::from_secs(3_600);

/// One thing done to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Bytes, in a write of their own.
    Write(Vec<u8>),
    /// The same bytes again and again.
    Repeat(Vec<u8>, usize),
    /// A pause.
    Pause(Duration),
    /// Nothing more, and no end.
    Hang,
    /// The end, with what was sent perhaps lost.
    Reset,
}

/// A reply: steps, and the end of the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) steps: Vec<Step>,
}

impl Reply {
    /// A head, and what is written behind it.
    pub(super) fn new(status: u16, headers: &[(&str, &str)]) -> Self {
        let reason = match status {
            200 => "OK",
            302 => "Found",
            400 => "Bad Request",
            403 => "Forbidden",
            404 => "Not Found",
            429 => "Too Many Requests",
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            _ => "Internal Server Error",
        };
        let mut head = format!(
            "HTTP/1.1 {status} {reason}\r\nServer: scaffolding on HTTPServer2\r\nConnection: close\r\n"
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        Self { steps: vec![Step::Write(head.into_bytes())] }
    }

    /// A body of a known length.
    pub(super) fn whole(status: u16, kind: &str, body: Vec<u8>) -> Self {
        let length = body.len().to_string();
        Self::new(status, &[("Content-Type", kind), ("Content-Length", &length)]).then(Step::Write(body))
    }

    /// A body in chunks that is still open.
    pub(super) fn chunked(kind: &str) -> Self {
        Self::new(200, &[("Content-Type", kind), ("Transfer-Encoding", "chunked")])
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// A chunk of a body in chunks.
    pub(super) fn chunk(self, bytes: &[u8]) -> Self {
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.then(Step::Write(chunk))
    }

    /// The end of a body in chunks.
    pub(super) fn end(self) -> Self {
        self.then(Step::Write(b"0\r\n\r\n".to_vec()))
    }

    /// Every write in two, the cut inside of a character where there is one of several bytes.
    pub(super) fn cut_in_two(self) -> Self {
        let halves = |step: Step| match step {
            Step::Write(bytes) => {
                let at = bytes.iter().position(|b| *b >= 0xc0).map_or(bytes.len() / 2, |at| at + 1);
                let (before, behind) = bytes.split_at(at);
                vec![Step::Write(before.to_vec()), Step::Pause(APART), Step::Write(behind.to_vec())]
            }
            other => vec![other],
        };
        Self { steps: self.steps.into_iter().flat_map(halves).collect() }
    }

    pub(super) async fn play(&self, stream: &mut TcpStream) -> io::Result<()> {
        for step in &self.steps {
            match step {
                Step::Write(bytes) => stream.write_all(bytes).await?,
                Step::Repeat(bytes, times) => {
                    for _ in 0..*times {
                        stream.write_all(bytes).await?;
                    }
                }
                Step::Pause(pause) => tokio::time::sleep(*pause).await,
                Step::Hang => tokio::time::sleep(FOREVER).await,
                Step::Reset => return stream.set_zero_linger(),
            }
            stream.flush().await?;
        }
        stream.shutdown().await
    }
}
