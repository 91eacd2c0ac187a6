//! Messages between a process and those that answer its queries: JSON behind its length, four bytes, the least first.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// Bytes of a message. An answer is as long as its request allows, and no request allows this much.
const MOST: u32 = 1 << 30;

/// Writes a message and sends it off.
pub(crate) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_vec(message)?;
    let length = u32::try_from(text.len()).ok().filter(|length| *length <= MOST);
    let length = length.ok_or_else(|| io::Error::other("a message is too long"))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&text)?;
    to.flush()
}

/// Reads the next message; `None` where they end.
pub(crate) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length);
    if length > MOST {
        return Err(io::Error::other("a message is too long"));
    }
    let mut text = Vec::new();
    from.take(length.into()).read_to_end(&mut text)?;
    Ok(Some(serde_json::from_slice(&text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_one_after_the_other() {
        let mut sent = Vec::new();
        send(&mut sent, &"one").expect("memory takes it");
        send(&mut sent, &2).expect("memory takes it");
        let mut read = sent.as_slice();
        assert_eq!(receive::<String>(&mut read).expect("whole"), Some("one".to_owned()));
        assert_eq!(receive::<u8>(&mut read).expect("whole"), Some(2));
        assert_eq!(receive::<u8>(&mut read).expect("the end"), None);
        assert!(receive::<String>(&mut &sent[..6]).is_err(), "half a message");
        assert!(receive::<String>(&mut &[255; 9][..]).is_err(), "no length");
    }
}
