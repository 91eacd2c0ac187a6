//! Bytes of SQL files to text, whatever encoding they were saved in.
//!
//! UTF-8 is the rule. Editors and shells of Windows write UTF-16 with its mark; old dumps are in the encoding that their
//! client had, which many of them name. What is a guess is told.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use seedbed_schema_model::{Diagnostic, Severity};
use std::str::FromStr;

/// An encoding of text: one of the WHATWG's, by its own name or as PostgreSQL and MySQL call it.
///
/// ```
/// use seedbed_job::{Encoding, decode};
/// let given: Encoding = "latin1".parse()?;
/// assert_eq!(decode("a.sql", b"caf\xe9".to_vec(), Some(given)).0, "caf\u{e9}");
/// assert!("klingon".parse::<Encoding>().is_err());
/// # Ok::<(), seedbed_job::UnknownEncoding>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// The text names no encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown encoding `{0}`; known are utf-8, utf-16le, windows-1252 (latin1), iso-8859-2, koi8-r, shift_jis, gbk and others"
)]
pub struct UnknownEncoding(pub String);

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let own = encoding_rs::Encoding::for_label(name.as_bytes());
        own.or_else(|| of_server(name)).map(Self).ok_or_else(|| UnknownEncoding(name.to_owned()))
    }
}

/// The text of a file, and a note where its encoding was guessed or does not fit. A byte order mark has the first word,
/// then whoever asks, then the script itself, and at last the bytes.
pub fn decode(name: &str, bytes: Vec<u8>, asked: Option<Encoding>) -> (String, Option<Diagnostic>) {
    if let Some((marked, length)) = encoding_rs::Encoding::for_bom(&bytes) {
        return read_as(name, &bytes[length..], marked, Origin::Told);
    }
    if let Some(Encoding(asked)) = asked {
        return read_as(name, &bytes, asked, Origin::Told);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => return (text, None),
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    if let Some(wide) = wide(&bytes) {
        return read_as(name, &bytes, wide, Origin::Guessed);
    }
    if let Some(named) = named_by_script(&bytes).filter(|named| *named != UTF_8) {
        return read_as(name, &bytes, named, Origin::Script);
    }
    let guessed = if is_mostly_utf8(&bytes) { UTF_8 } else { WINDOWS_1252 };
    read_as(name, &bytes, guessed, Origin::Guessed)
}

/// Who says which encoding it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// Whoever asks, or a byte order mark.
    Told,
    /// A setting of the script.
    Script,
    /// Nobody.
    Guessed,
}

fn read_as(
    name: &str,
    bytes: &[u8],
    encoding: &'static encoding_rs::Encoding,
    origin: Origin,
) -> (String, Option<Diagnostic>) {
    let (text, unfit) = encoding.decode_without_bom_handling(bytes);
    let called = encoding.name();
    let message = match origin {
        Origin::Told | Origin::Guessed if unfit => format!("`{name}` holds bytes that are no {called}"),
        Origin::Told => return (text.into_owned(), None),
        Origin::Guessed if encoding == UTF_8 => return (text.into_owned(), None),
        Origin::Guessed => format!("`{name}` is no UTF-8 and was read as {called}"),
        Origin::Script => format!("`{name}` is no UTF-8 and was read as {called}, as it says"),
    };
    let note = Diagnostic {
        code: "encoding".to_owned(),
        severity: Severity::Note,
        message,
        span: None,
        hint: Some("`--encoding` says what it is".to_owned()),
    };
    (text.into_owned(), Some(note))
}

/// UTF-16 without its mark: of text that is mostly ASCII every other byte is 0.
fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = &bytes[..bytes.len().min(1 << 12) & !1];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() * 2 / 5;
    if odd > most && even == 0 {
        Some(UTF_16LE)
    } else if even > most && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding that `SET client_encoding = 'LATIN1'` or `SET NAMES latin1` names, as dumps begin.
fn named_by_script(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1 << 13)]).to_ascii_lowercase();
    let behind = |setting: &str| {
        let rest = &head[head.find(setting)? + setting.len()..];
        let value = rest.trim_start_matches([' ', '=', '\'', '"']).trim_start_matches("to ");
        let value = value.trim_start_matches([' ', '\'', '"']);
        let end = value.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'))?;
        Encoding::from_str(&value[..end]).ok()
    };
    behind("set client_encoding").or_else(|| behind("set names ")).map(|found| found.0)
}

/// Whether more characters of several bytes are in it than bytes that are no UTF-8: then some of its values are binary.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut fit, mut unfit) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        fit += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        unfit += chunk.invalid().len();
    }
    fit > unfit
}

/// An encoding as PostgreSQL (24.3, "Character Set Support") and MySQL (12.10, "Supported Character Sets and Collations")
/// call it.
fn of_server(name: &str) -> Option<&'static encoding_rs::Encoding> {
    let plain: String = name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let label = match plain.as_str() {
        "utf8" | "utf8mb4" | "utf8mb3" | "unicode" => "utf-8",
        "utf16" | "ucs2" => "utf-16le",
        "latin1" | "iso88591" | "ansi" | "sqlascii" => "windows-1252",
        "latin2" => "iso-8859-2",
        "latin3" => "iso-8859-3",
        "latin4" => "iso-8859-4",
        "latin5" => "windows-1254",
        "latin6" => "iso-8859-10",
        "latin7" => "iso-8859-13",
        "latin8" => "iso-8859-14",
        "latin9" => "iso-8859-15",
        "latin10" => "iso-8859-16",
        "win866" | "alt" | "cp866" => "ibm866",
        "koi8" | "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        "greek" => "iso-8859-7",
        "hebrew" => "iso-8859-8",
        "ujis" | "eucjp" | "eucjpms" => "euc-jp",
        "sjis" | "mskanji" | "shiftjis2004" | "cp932" | "win932" => "shift_jis",
        "euckr" | "uhc" | "johab" => "euc-kr",
        "euccn" | "gb2312" | "gbk" | "cp936" => "gbk",
        "euctw" | "win950" => "big5",
        "tis620" => "windows-874",
        other if other.starts_with("iso8859") => {
            let part = &other["iso8859".len()..];
            return encoding_rs::Encoding::for_label(format!("iso-8859-{part}").as_bytes());
        }
        other => {
            let number = other.strip_prefix("win").or_else(|| other.strip_prefix("cp"))?;
            return encoding_rs::Encoding::for_label(format!("windows-{number}").as_bytes());
        }
    };
    encoding_rs::Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Option<String>) {
        let (text, note) = decode("a.sql", bytes.to_vec(), None);
        (text, note.map(|note| note.message))
    }

    fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    #[test]
    fn utf16_is_told_by_its_mark_or_by_its_zeros() {
        let text = "CREATE TABLE été (id int);";
        for bytes_of in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(read(&utf16(&format!("\u{feff}{text}"), bytes_of)), (text.to_owned(), None));
            let (found, note) = read(&utf16(text, bytes_of));
            assert_eq!(found, text);
            assert!(note.unwrap().contains("was read as UTF-16"));
        }
    }

    #[test]
    fn utf8_is_read_as_it_is() {
        assert_eq!(read("\u{feff}été".as_bytes()), ("été".to_owned(), None));
        assert_eq!(read(b""), (String::new(), None));
    }

    #[test]
    fn what_is_no_utf8_is_windows_1252_unless_it_says_what_it_is() {
        let (text, note) = read(b"-- \x93caf\xe9\x94");
        assert_eq!(text, "-- “café”");
        assert_eq!(note.unwrap(), "`a.sql` is no UTF-8 and was read as windows-1252");
        let (text, note) = read(b"SET client_encoding = 'WIN1251';\n-- \xcc\xe8\xf0");
        assert!(text.ends_with("Мир"));
        assert!(note.unwrap().ends_with("windows-1251, as it says"));
        let (text, _) = read(b"/*!40101 SET NAMES koi8r */;\n-- \xed\xc9\xd2");
        assert!(text.ends_with("Мир"));
    }

    #[test]
    fn a_dump_with_binary_values_stays_utf8() {
        let (text, note) = read(b"-- \xc3\xa9\xc3\xa9\n\xff");
        assert_eq!(text, "-- éé\n\u{fffd}");
        assert_eq!(note.unwrap(), "`a.sql` holds bytes that are no UTF-8");
    }
}
