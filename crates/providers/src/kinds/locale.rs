//! Languages, locales, time zones, each a list that stands alone.
//!
//! | provider | values |
//! |---|---|
//! | `locale.language_code` | `en`; `eng` in `char(3)` (ISO 639) |
//! | `locale.language_code3` | `eng` |
//! | `locale.language_name` | `English` |
//! | `locale.tag` | `en-GB`, one of 30 |
//! | `locale.timezone` | `Europe/London` (IANA), the zones of [`PLACES`] |
//! | `locale.charset` | `UTF-8`, one of five |

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::infer::subject::TableSubject;
use crate::list::List;
use crate::places::PLACES;
use crate::words::rows;
use std::sync::LazyLock;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("locale.language_code", language_code).localized(|r, l| {
        if r.distinct() || r.subject() == TableSubject::Language || r.is_char_of(3) {
            return language_code(r);
        }
        List::plain(r, &[l.language.code])
    }),
    Builtin::alone("locale.language_code3", |r| List::plain(r, &column(1))),
    Builtin::alone("locale.language_name", |r| List::plain(r, &column(2))),
    Builtin::alone("locale.tag", |r| List::plain(r, &TAGS)).localized(|r, l| {
        if r.distinct() || r.subject() == TableSubject::Language {
            return List::plain(r, &TAGS);
        }
        List::plain(r, &[l.tag])
    }),
    Builtin::alone("locale.timezone", |r| {
        List::plain(r, &PLACES.iter().map(|p| p.timezone).collect::<Vec<_>>())
    })
    .localized(|r, l| List::plain(r, &l.home().cities.iter().map(|p| p.timezone).collect::<Vec<_>>())),
    Builtin::alone("locale.charset", |r| {
        List::plain(r, &["UTF-8", "ISO-8859-1", "US-ASCII", "UTF-16", "windows-1252"])
    }),
];

/// Two-letter code, three-letter code (ISO 639) and English name.
static LANGUAGES: LazyLock<Vec<Vec<&'static str>>> =
    LazyLock::new(|| rows(include_str!("../../data/en/languages.txt")).collect());

/// Language and region as BCP 47 joins them.
const TAGS: [&str; 30] = [
    "en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "pt-BR", "nl-NL", "sv-SE", "da-DK", "nb-NO",
    "fi-FI", "pl-PL", "cs-CZ", "hu-HU", "ro-RO", "el-GR", "tr-TR", "uk-UA", "he-IL", "ar-EG", "hi-IN",
    "th-TH", "vi-VN", "id-ID", "ja-JP", "ko-KR", "zh-CN", "zh-TW", "es-MX",
];

/// A field of all languages: 0 for the short code, 1 for the long one, 2 for the name.
fn column(field: usize) -> Vec<&'static str> {
    LANGUAGES.iter().filter_map(|row| row.get(field).copied()).collect()
}

/// Codes of two letters, or of three in a column of exactly three characters.
fn language_code(request: &BindRequest<'_>) -> BindResult {
    List::plain(request, &column(usize::from(request.is_char_of(3))))
}
