//! Families of types, as bits, so that a rule can name several.
//!
//! A rule asks for a kind of type, not for one type: a price may be a decimal, a float or an integer. A column belongs
//! to the family of its type, and to [`Families::WRITTEN_TIME`] too if its name says that a text or number is an
//! instant.

use seedbed_schema_model::SqlType;

/// Which families a column belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Families(u16);

impl Families {
    /// Character strings.
    pub(super) const TEXT: Self = Self(1);
    /// Whole numbers of any width.
    pub(super) const INTEGER: Self = Self(1 << 1);
    /// Decimals, floats and money.
    pub(super) const FRACTION: Self = Self(1 << 2);
    /// `date`.
    pub(super) const DATE: Self = Self(1 << 3);
    /// `timestamp`.
    pub(super) const TIMESTAMP: Self = Self(1 << 4);
    /// `time`.
    pub(super) const TIME: Self = Self(1 << 5);
    /// JSON.
    pub(super) const JSON: Self = Self(1 << 6);
    /// `inet`, `cidr`.
    pub(super) const INET: Self = Self(1 << 7);
    /// `macaddr`.
    pub(super) const MAC: Self = Self(1 << 8);
    /// `tsvector`.
    pub(super) const TSVECTOR: Self = Self(1 << 9);
    /// A text or number that is named like an instant, as dialects without dates write them.
    pub(super) const WRITTEN_TIME: Self = Self(1 << 10);
    /// MySQL `year`.
    pub(super) const YEAR: Self = Self(1 << 11);
    /// `uuid`.
    pub(super) const UUID: Self = Self(1 << 12);
    /// Numbers of any kind.
    pub(super) const NUMBER: Self = Self::INTEGER.or(Self::FRACTION);
    /// Instants in any form.
    pub(super) const INSTANT: Self = Self::DATE.or(Self::TIMESTAMP).or(Self::WRITTEN_TIME);

    /// The union.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the two share a family.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of a type below all domains, with the column's words to tell written times. None for types of which no
    /// name tells anything, such as `boolean` and arrays.
    pub(super) fn of(base: &SqlType, words: &[String]) -> Self {
        let written = |family: Self, named: bool| if named { family.or(Self::WRITTEN_TIME) } else { family };
        match base {
            SqlType::Integer { bits, .. } => written(Self::INTEGER, *bits >= 32 && counts_time(words)),
            SqlType::Decimal { .. } => Self::FRACTION,
            SqlType::Float { bits, .. } => written(Self::FRACTION, *bits == 64 && counts_time(words)),
            SqlType::Money => Self::FRACTION,
            SqlType::Date => Self::DATE,
            SqlType::Timestamp { .. } => Self::TIMESTAMP,
            SqlType::Time { .. } => Self::TIME,
            SqlType::Year => Self::YEAR,
            SqlType::Uuid => Self::UUID,
            SqlType::Json { .. } => Self::JSON,
            SqlType::Inet => Self::INET,
            SqlType::MacAddr { .. } => Self::MAC,
            SqlType::TsVector => Self::TSVECTOR,
            SqlType::Any => written(Self::TEXT, writes_time(words)),
            _ if base.is_text() => written(Self::TEXT, writes_time(words)),
            _ => Self(0),
        }
    }
}

/// The last word, empty for a name without words.
fn last(words: &[String]) -> &str {
    words.last().map_or("", String::as_str)
}

/// Words that name an instant even where the column is a number, alone, together, or as the last of several.
const ALONE: &[&str] = &[
    "created",
    "updated",
    "modified",
    "deleted",
    "expires",
    "expiry",
    "expiration",
    "expire",
    "ctime",
    "mtime",
    "atime",
    "deadline",
    "dob",
    "birthday",
    "birthdate",
    "timestamp",
    "datetime",
    "epoch",
    "lastlogin",
    "lastupdate",
    "lastmodified",
    "lastseen",
    "validfrom",
    "validto",
    "validuntil",
];

/// Whether a number of that name counts time from 1970: `created_at`, `start_time`, `updated_at_ms`.
fn counts_time(words: &[String]) -> bool {
    const AFTER: &[&str] = &[
        "create",
        "created",
        "creation",
        "update",
        "updated",
        "modify",
        "modified",
        "modification",
        "start",
        "end",
        "begin",
        "expire",
        "expiry",
        "expiration",
        "last",
        "login",
        "access",
        "publish",
        "insert",
        "delete",
    ];
    let joined = words.concat();
    let before = words.len().checked_sub(2).map_or("", |i| words[i].as_str());
    match last(words) {
        "at" | "date" | "timestamp" | "datetime" | "epoch" | "ts" => true,
        "time" => words.len() == 1 || AFTER.contains(&before),
        "ms" | "millis" | "us" | "micros" => {
            matches!(before, "at" | "ts" | "timestamp") || (before == "time" && words.len() > 2)
        }
        // After other words these may count what was created or deleted.
        "created" | "updated" | "modified" | "deleted" => words.len() == 1,
        word => ALONE.contains(&joined.as_str()) || ALONE.contains(&word),
    }
}

/// Whether a text of that name is an instant: where a number would be one, and for `sent_on` and `shipdate`, in which a
/// number might count something else.
fn writes_time(words: &[String]) -> bool {
    let word = last(words);
    counts_time(words)
        || (word == "on" && words.len() > 1)
        || (word.len() > 4
            && (word.ends_with("date") || word.ends_with("datetime"))
            && !matches!(word, "update" | "candidate" | "mandate" | "validate"))
}
