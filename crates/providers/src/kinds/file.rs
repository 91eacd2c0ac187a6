//! Files.
//!
//! | provider | values |
//! |---|---|
//! | `file.name` | `silver-harbor.pdf` |
//! | `file.path` | `/srv/data/silver-harbor.pdf`, in one of eight folders |
//! | `file.extension` | `pdf`, one of 16 |
//! | `file.mime_type` | `application/pdf`, one of 20 (IANA media types) |
//!
//! Each stands alone: a row's type needn't be that of its name.

use crate::builtin::Builtin;
use crate::composed::Composed;
use crate::list::List;
use crate::mix::digit;
use crate::words::{ADJECTIVES, NOUNS, longest};
use seedbed_datagen_core::Pen;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("file.name", |r| Composed::exactly(names(), push_name).of_chars(1..=NAME).for_text(r)),
    Builtin::alone("file.path", |r| {
        Composed::exactly(names() * FOLDERS.len() as u64, push_path)
            .of_chars(1..=longest(&FOLDERS) + NAME)
            .for_text(r)
    }),
    Builtin::alone("file.extension", |r| List::plain(r, &EXTENSIONS)),
    Builtin::alone("file.mime_type", |r| List::plain(r, &MIME_TYPES)),
];

const EXTENSIONS: [&str; 16] = [
    "csv", "doc", "docx", "gif", "html", "jpg", "json", "md", "mp3", "mp4", "pdf", "png", "svg", "txt",
    "xlsx", "zip",
];
const MIME_TYPES: [&str; 20] = [
    "application/json",
    "application/pdf",
    "application/xml",
    "application/zip",
    "application/gzip",
    "application/octet-stream",
    "audio/mpeg",
    "audio/ogg",
    "font/woff2",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "image/webp",
    "text/calendar",
    "text/css",
    "text/csv",
    "text/html",
    "text/plain",
    "video/mp4",
];
const FOLDERS: [&str; 8] = [
    "/srv/data/",
    "/var/lib/app/",
    "/home/shared/",
    "/mnt/archive/",
    "/opt/files/",
    "/srv/uploads/",
    "/tmp/",
    "/var/spool/",
];

/// Most characters of a file's name.
const NAME: u32 = longest(&ADJECTIVES) + 1 + longest(&NOUNS) + 1 + longest(&EXTENSIONS);

/// How many names of files there are: adjective, noun, extension.
fn names() -> u64 {
    (ADJECTIVES.len() * NOUNS.len() * EXTENSIONS.len()) as u64
}

fn push_name(mut ordinal: u64, out: &mut Pen) {
    let adjective = ADJECTIVES[digit(&mut ordinal, ADJECTIVES.len())];
    let noun = NOUNS[digit(&mut ordinal, NOUNS.len())];
    out.push_str(adjective);
    out.push('-');
    out.push_str(noun);
    out.push('.');
    out.push_str(EXTENSIONS[digit(&mut ordinal, EXTENSIONS.len())]);
}

fn push_path(mut ordinal: u64, out: &mut Pen) {
    out.push_str(FOLDERS[digit(&mut ordinal, FOLDERS.len())]);
    push_name(ordinal, out);
}
