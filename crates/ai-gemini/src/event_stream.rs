//! A body in pieces: events, or JSON as a whole, and which of them is seen as it comes.

/// Cuts a body into payloads, each a piece of JSON as bytes. Lines may end in LF or CR LF, and a character may be cut between two
/// pieces: bytes are looked at, and only whole lines.
#[derive(Debug, Default)]
pub(crate) struct EventStream {
    /// A line that has no end yet.
    line: Vec<u8>,
    /// The data lines of an event that has no end yet.
    event: Vec<u8>,
    has_event: bool,
    /// What is no event: a whole body without events, or an error that comes bare between them.
    bare: Vec<u8>,
}

impl EventStream {
    /// Takes some bytes and hands over the events that they end.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut ended = Vec::new();
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|b| *b == b'\n') {
            self.line.extend_from_slice(&rest[..at]);
            rest = &rest[at + 1..];
            let line = std::mem::take(&mut self.line);
            ended.extend(self.take_line(line.strip_suffix(b"\r").unwrap_or(&line)));
        }
        self.line.extend_from_slice(rest);
        ended
    }

    /// The end of the body: what is left of events, and what was none.
    pub(crate) fn finish(mut self) -> (Option<Vec<u8>>, Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        let mut last = self.take_line(line.strip_suffix(b"\r").unwrap_or(&line));
        if self.has_event {
            last = Some(self.event);
        }
        (last, self.bare.trim_ascii().to_vec())
    }

    fn take_line(&mut self, line: &[u8]) -> Option<Vec<u8>> {
        if let Some(data) = line.strip_prefix(b"data:") {
            if self.has_event {
                self.event.push(b'\n');
            }
            self.event.extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
            self.has_event = true;
            return None;
        }
        if line.is_empty() {
            if self.has_event {
                self.has_event = false;
                return Some(std::mem::take(&mut self.event));
            }
            return None;
        }
        let is_other_field =
            [b":".as_slice(), b"event:", b"id:", b"retry:"].iter().any(|f| line.starts_with(f));
        if !is_other_field {
            self.bare.extend_from_slice(line);
            self.bare.push(b'\n');
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&[u8]]) -> (Vec<String>, String) {
        let mut stream = EventStream::default();
        let mut events: Vec<Vec<u8>> = pieces.iter().flat_map(|p| stream.push(p)).collect();
        let (last, bare) = stream.finish();
        events.extend(last);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (events.into_iter().map(text).collect(), text(bare))
    }

    #[test]
    fn both_ends_of_lines_are_ends() {
        let wanted = (vec!["{\"a\":1}".to_owned(), "{\"b\":2}".to_owned()], String::new());
        assert_eq!(all(&[b"data: {\"a\":1}\r\n\r\ndata: {\"b\":2}\r\n\r\n"]), wanted);
        assert_eq!(all(&[b"data: {\"a\":1}\n\ndata:{\"b\":2}"]), wanted);
    }

    #[test]
    fn bytes_may_come_one_by_one() {
        let body = "data: {\"t\":\"größe \u{2028}東\"}\r\n\r\n".as_bytes();
        let pieces: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(all(&pieces), (vec!["{\"t\":\"größe \u{2028}東\"}".to_owned()], String::new()));
    }

    #[test]
    fn comments_and_other_fields_are_no_payload() {
        let body: &[u8] = b": beat\nevent: x\nid: 1\nretry: 5\ndata: 1\ndata: 2\n\n";
        assert_eq!(all(&[body]), (vec!["1\n2".to_owned()], String::new()));
    }

    #[test]
    fn what_is_no_event_is_kept_apart() {
        let body: &[u8] = b"data: {}\n\n{\n  \"error\": {\n    \"code\": 503\n  }\n}\n";
        let (events, bare) = all(&[body]);
        assert_eq!(events, ["{}"]);
        assert_eq!(bare, "{\n  \"error\": {\n    \"code\": 503\n  }\n}");
    }
}
