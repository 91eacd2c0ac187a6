//! Words for states, kinds and grades.
//!
//! Short lists of fixed words, which stand below in full. A column too short for three of a list's words gets initials:
//! `a`, `p`, `c` for `status.state` in `char(1)`. Where a CHECK or an enum says which words there are, those are the
//! list and none of these. Such columns know nothing of the others of their row: an order may be `new` and have a date
//! of delivery.

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::list::List;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("status.state", |r| {
        sized(r, &["active", "pending", "completed", "cancelled", "archived", "draft", "failed"])
    }),
    Builtin::alone("status.order", |r| {
        sized(r, &["new", "paid", "packed", "shipped", "delivered", "returned", "cancelled"])
    }),
    Builtin::alone("status.priority", |r| sized(r, &["low", "normal", "high", "urgent"])),
    Builtin::alone("status.severity", |r| sized(r, &["debug", "info", "warning", "error", "critical"])),
    Builtin::alone("status.type", |r| {
        sized(r, &["standard", "basic", "premium", "custom", "internal", "external", "default"])
    }),
    Builtin::alone("status.role", |r| {
        sized(r, &["member", "admin", "editor", "viewer", "owner", "guest", "moderator"])
    }),
    Builtin::alone("status.event", |r| {
        sized(r, &["create", "update", "delete", "login", "logout", "view", "export", "import"])
    }),
    Builtin::alone("status.visibility", |r| sized(r, &["public", "private", "internal", "hidden"])),
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

/// The words that fit, if they are three or more, else the initials of all of them, each once.
fn sized(request: &BindRequest<'_>, words: &[&'static str]) -> BindResult {
    let room = request.max_chars() as usize;
    let fitting: Vec<&'static str> = words.iter().copied().filter(|w| w.len() <= room).collect();
    if fitting.len() >= 3 {
        return List::plain(request, &fitting);
    }
    let initials: Vec<&'static str> = words.iter().filter_map(|w| w.get(..1)).collect();
    List::plain(request, &initials)
}

/// `yes` and `no`, or `Y` and `N` in fewer than three characters.
fn yes_no(request: &BindRequest<'_>) -> BindResult {
    List::plain(request, if request.max_chars() < 3 { &["Y", "N"] } else { &["yes", "no"] })
}
