//! Words for states, kinds and grades.
//!
//! Short lists of fixed words, which stand below in full. A column too short for three of a list's words gets initials:
//! `a`, `p`, `c` for `status.state` in `char(1)`. Where a CHECK or an enum says which words there are, those are the
//! list and none of these. Such columns know nothing of the others of their row: an order may be `new` and have a date
//! of delivery.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::list::List;
use crate::weighted::Weighted;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("status.state", |r| {
        sized(
            r,
            &[
                ("active", 12),
                ("pending", 4),
                ("completed", 8),
                ("cancelled", 2),
                ("archived", 1),
                ("draft", 3),
                ("failed", 1),
            ],
        )
    }),
    Builtin::alone("status.order", |r| {
        sized(
            r,
            &[
                ("new", 2),
                ("paid", 4),
                ("packed", 2),
                ("shipped", 5),
                ("delivered", 14),
                ("returned", 1),
                ("cancelled", 2),
            ],
        )
    }),
    Builtin::alone("status.priority", |r| {
        sized(r, &[("low", 4), ("normal", 10), ("high", 3), ("urgent", 1)])
    }),
    Builtin::alone("status.severity", |r| {
        sized(r, &[("debug", 3), ("info", 12), ("warning", 5), ("error", 3), ("critical", 1)])
    }),
    Builtin::alone("status.type", |r| {
        sized(
            r,
            &[
                ("standard", 10),
                ("basic", 5),
                ("premium", 4),
                ("custom", 2),
                ("internal", 2),
                ("external", 2),
                ("default", 4),
            ],
        )
    }),
    Builtin::alone("status.role", |r| {
        sized(
            r,
            &[
                ("member", 12),
                ("admin", 1),
                ("editor", 4),
                ("viewer", 4),
                ("owner", 1),
                ("guest", 2),
                ("moderator", 1),
            ],
        )
    }),
    Builtin::alone("status.event", |r| {
        sized(
            r,
            &[
                ("create", 6),
                ("update", 10),
                ("delete", 2),
                ("login", 6),
                ("logout", 4),
                ("view", 9),
                ("export", 2),
                ("import", 1),
            ],
        )
    }),
    Builtin::alone("status.visibility", |r| {
        sized(r, &[("public", 8), ("private", 4), ("internal", 2), ("hidden", 1)])
    }),
    Builtin::alone("status.yes_no", yes_no),
    Builtin::alone("status.grade", |r| List::plain(r, &["A", "B", "C", "D", "E", "F"])),
    Builtin::alone("status.rating_code", |r| List::plain(r, &["G", "PG", "PG-13", "R", "NC-17"])),
    Builtin::alone("status.genre", |r| List::plain(r, &GENRES)),
    Builtin::alone("status.tag", |r| List::plain(r, &TAGS)),
];

const GENRES: [&str; 20] = [
    "Action",
    "Adventure",
    "Biography",
    "Blues",
    "Classical",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Electronic",
    "Family",
    "Fantasy",
    "Folk",
    "History",
    "Horror",
    "Jazz",
    "Mystery",
    "Romance",
    "Science Fiction",
    "Thriller",
];
const TAGS: [&str; 20] = [
    "archive", "backlog", "beta", "bug", "design", "docs", "event", "feature", "finance", "guide", "legal",
    "news", "planning", "press", "release", "review", "sales", "support", "team", "training",
];

/// The words that fit, with their weights, if they are three or more, else the initials of all of them, each once.
fn sized(request: &BindRequest<'_>, words: &[(&'static str, u64)]) -> BindResult {
    let room = request.max_chars() as usize;
    let (fitting, weights): (Vec<&'static str>, Vec<u64>) =
        words.iter().copied().filter(|(word, _)| word.len() <= room).unzip();
    if fitting.len() >= 3 {
        return Ok(Weighted::of(List::plain(request, &fitting)?, &weights));
    }
    let initials: Vec<&'static str> = words.iter().filter_map(|(word, _)| word.get(..1)).collect();
    List::plain(request, &initials)
}

/// `yes` and `no`, or `Y` and `N` in fewer than three characters.
fn yes_no(request: &BindRequest<'_>) -> BindResult {
    List::plain(request, if request.max_chars() < 3 { &["Y", "N"] } else { &["yes", "no"] })
}
