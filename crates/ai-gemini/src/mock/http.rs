//! HTTP/1.1, as little of it as clients of Gemini speak.

use super::request::MockRequest;
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes that a request may have.
const LARGEST: usize = 32 << 20;

/// Reads one request; none when the client went away.
pub(super) async fn read(stream: &mut TcpStream) -> io::Result<Option<MockRequest>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at;
        }
        if !more(stream, &mut bytes).await? {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (verb, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
        .collect();
    let header = |wanted: &str| headers.iter().find(|(n, _)| n == wanted).map(|(_, v)| v.as_str());
    let length: usize = header("content-length").and_then(|v| v.parse().ok()).unwrap_or(0);
    if header("expect").is_some_and(|v| v.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let is_chunked = header("transfer-encoding").is_some_and(|v| v.contains("chunked"));
    let body_start = head_end + 4;
    let body = if is_chunked {
        while !bytes[body_start..].ends_with(b"0\r\n\r\n") {
            if !more(stream, &mut bytes).await? {
                return Ok(None);
            }
        }
        unchunked(&bytes[body_start..])
    } else {
        while bytes.len() < body_start + length {
            if !more(stream, &mut bytes).await? {
                return Ok(None);
            }
        }
        bytes[body_start..body_start + length].to_vec()
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(MockRequest::new(verb, target, headers, body)))
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<bool> {
    if bytes.len() > LARGEST {
        return Err(io::Error::other("the request is too large"));
    }
    let mut piece = [0; 16 << 10];
    let count = stream.read(&mut piece).await?;
    bytes.extend_from_slice(&piece[..count]);
    Ok(count > 0)
}

fn unchunked(bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at])
            .ok()
            .and_then(|s| usize::from_str_radix(s, 16).ok())
            .unwrap_or(0);
        let Some(chunk) = rest.get(at + 2..at + 2 + size).filter(|c| !c.is_empty()) else { break };
        body.extend_from_slice(chunk);
        rest = rest.get(at + 4 + size..).unwrap_or_default();
    }
    body
}
