//! What fills a column, and why.

use crate::explain::LawKind;
use seedbed_schema_model::{ColumnIdx, ReferenceOrigin, TableId};

/// What was decided for one column.
#[derive(Clone, Debug)]
pub struct ColumnNote {
    /// The column.
    pub column: ColumnIdx,
    /// What fills it.
    pub filling: Filling,
    /// By which law.
    pub law: LawKind,
    /// Share of NULLs.
    pub null_rate: f64,
    /// Why.
    pub reason: ColumnReason,
    /// Who gives the first rows their values, if somebody does.
    pub led_by: Option<String>,
    /// Whether the first row holds the session's user, whom triggers look for.
    pub seeks_session_user: bool,
}

/// Where a column's cells come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Filling {
    /// The server fills it.
    Server,
    /// Nothing: always NULL.
    Null,
    /// The rows of a parent.
    Reference(TableId),
    /// A list.
    List(ListKind),
}

/// What a list is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum ListKind {
    /// Values that a CHECK or the spec lists.
    Values,
    /// Examples of the spec, and text put together of them.
    Examples,
    /// Labels of an enum.
    Labels,
    /// True and false.
    Boolean,
    /// Documents put together from members.
    Documents,
    /// Documents of any form.
    Json,
    /// Letters and digits.
    Code,
    /// Strings that match patterns.
    Pattern,
    /// Words of syllables.
    Words,
    /// UUIDs.
    Uuid,
    /// Random bytes.
    Bytes,
    /// Literals of a type that travels as text.
    Literal,
    /// A range of numbers, dates or times.
    Number,
    /// Numbers that count up.
    Sequence,
    /// Places among the children of one parent.
    Position,
    /// A provider of the catalog, by name.
    Provider(String),
    /// Another list whose values carry a code each.
    WithCode(Box<ListKind>),
}

/// Why a column is filled so.
#[derive(Clone, Debug)]
pub enum ColumnReason {
    /// It is generated.
    Generated,
    /// It is generated, and files leave it out.
    NotComputed(NotComputed),
    /// A CHECK leaves only NULL.
    OnlyNull,
    /// Its reference leads nowhere.
    Dangling,
    /// The parent has no rows.
    EmptyParent(TableId),
    /// The parent has no row whose values the column may hold.
    NoPermittedParent(TableId),
    /// The parent is planned later, and the reference shares columns with another one.
    LaterParent,
    /// It is part of a reference.
    Reference(ReferenceOrigin),
    /// Nothing is known of its type.
    UnknownType,
    /// Nothing is known of its type; it has a default.
    UnknownTypeWithDefault,
    /// No value satisfies its constraints.
    NoValue,
    /// It numbers the rows of one parent.
    Position,
    /// It has a list.
    List(ListReason),
}

/// Why the values of a generated column can't be computed.
#[derive(Clone, Debug)]
pub enum NotComputed {
    /// The expression can't be evaluated here: what of it.
    Unreadable(String),
    /// It fails in some rows.
    FailsInSomeRows,
    /// Its text is longer in some rows than what is kept of rows in memory may be.
    TooLong,
}

/// Why a column has its list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListReason {
    /// What it was made from.
    pub source: ListSource,
    /// Whether every other row takes the column's default.
    pub takes_default: bool,
}

impl From<ListSource> for ListReason {
    fn from(source: ListSource) -> Self {
        Self { source, takes_default: false }
    }
}

/// Who asked for a list.
#[derive(Clone, Debug, PartialEq)]
pub enum ListSource {
    /// The spec lists the values.
    SpecValues,
    /// The spec gives examples.
    SpecExamples {
        /// Those that the column can't hold, or that are there twice.
        left_out: usize,
    },
    /// The spec names the provider.
    SpecProvider,
    /// A CHECK lists the values.
    CheckValues,
    /// CHECKs of children ask for them: the tables.
    Demanded(String),
    /// A child shows it by a type of its own.
    ChildType(String),
    /// A CHECK asks for JSON.
    CheckJson,
    /// CHECKs speak of the members of documents.
    CheckMembers,
    /// CHECKs accept them, of those that were tried.
    CheckAccepts {
        /// Whether these are all that they accept.
        all: bool,
    },
    /// A CHECK gives a pattern.
    CheckPattern,
    /// Conditions read the text as a value of another type.
    ReadAsValue,
    /// A CHECK asks for a form that can't be read.
    CheckUnread,
    /// The labels of an enum type.
    EnumType,
    /// The labels of a column's own ENUM.
    InlineEnum,
    /// The bounds of so many partitions.
    Partitions(usize),
    /// The catalog, for a reason of its own.
    Catalog(String),
    /// Numbers that count up.
    Counting,
    /// The type.
    Type,
    /// The type, wide enough to be distinct.
    WideType,
    /// Text too short for words.
    ShortText,
    /// Values must differ, so each carries a code.
    MustDiffer,
}
