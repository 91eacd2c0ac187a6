//! The words of an explanation, all in one place: plans hold facts.

use super::column_note::{ColumnReason, Filling, ListKind, ListReason, ListSource, NotComputed};
use super::key_note::{KeyKind, KeyName, KeyNote, KeyProof, ProductDraw, names};
use super::table_note::{LimitationNote, MemoryUse, ReferenceName, Unguaranteed};
use crate::explain::Limitation;
use seedbed_datagen_core::{counted, grouped};
use seedbed_schema_model::{ColumnIdx, ReferenceOrigin, Schema, Table, TableId};

/// Puts what is told of one table into words.
#[derive(Clone, Copy, Debug)]
pub struct Wording<'a> {
    /// The schema, for names of other tables.
    pub schema: &'a Schema,
    /// The table.
    pub table: &'a Table,
}

impl Wording<'_> {
    /// What takes the place of a provider's name.
    pub fn filling(&self, filling: &Filling) -> String {
        match filling {
            Filling::Server => "left to the server".to_owned(),
            Filling::Null => "NULL".to_owned(),
            Filling::Reference(parent) => format!("reference {}", self.schema[*parent].name),
            Filling::List(kind) => list_name(kind),
        }
    }

    /// Why a column is filled so. A reference's draw says more of it than that it is one.
    pub fn column_reason(&self, reason: &ColumnReason) -> String {
        match reason {
            ColumnReason::Generated => "a generated column".to_owned(),
            ColumnReason::NotComputed(why) => {
                format!("a generated column; files leave it out: {}", not_computed(why))
            }
            ColumnReason::OnlyNull => "a CHECK leaves only NULL".to_owned(),
            ColumnReason::Dangling => "it refers to what does not exist".to_owned(),
            ColumnReason::EmptyParent(parent) => format!("{} has no rows", self.quoted(*parent)),
            ColumnReason::NoPermittedParent(parent) => {
                format!("{} has no row that it may refer to", self.quoted(*parent))
            }
            ColumnReason::LaterParent => {
                "its parent comes later, and shares columns with another reference".to_owned()
            }
            ColumnReason::Reference(origin) => {
                reference_origin(origin).unwrap_or_else(|| "a foreign key".to_owned())
            }
            ColumnReason::UnknownType => "nothing is known of its type".to_owned(),
            ColumnReason::UnknownTypeWithDefault => {
                "nothing is known of its type; it has a default".to_owned()
            }
            ColumnReason::NoValue => "no value satisfies its constraints".to_owned(),
            ColumnReason::Position => "numbers the rows of one parent".to_owned(),
            ColumnReason::List(reason) => list_reason(reason),
        }
    }

    /// A key as messages name it.
    pub fn key(&self, key: &KeyName) -> String {
        let columns = names(self.table, &key.columns);
        match key.kind {
            KeyKind::Primary => format!("PRIMARY KEY ({columns})"),
            KeyKind::Unique => format!("UNIQUE ({columns})"),
            KeyKind::Partial => format!("UNIQUE ({columns}) WHERE ..."),
            KeyKind::Exclusion => format!("EXCLUDE ({columns})"),
            KeyKind::UniqueIn(table) => {
                format!("UNIQUE ({columns}), as in `{}`", self.schema[table].name)
            }
        }
    }

    /// A key, and how it holds.
    pub fn key_note(&self, note: &KeyNote) -> String {
        format!("{}: {}", self.key(&note.key), self.key_proof(&note.proof))
    }

    fn key_proof(&self, proof: &KeyProof) -> String {
        let name = |column: &ColumnIdx| &self.table[*column].name;
        match proof {
            KeyProof::Within(columns) => format!("({}) is unique by itself", names(self.table, columns)),
            KeyProof::AlwaysNull => "a column of it is always NULL, and NULLs never collide".to_owned(),
            KeyProof::Distinct(column) => format!("`{}` alone differs in every row", name(column)),
            KeyProof::Chain => "each row refers to the one before".to_owned(),
            KeyProof::Aligned => "each row shows the values of one row, which differ there".to_owned(),
            KeyProof::Positions(column) => format!("`{}` numbers the rows of each parent", name(column)),
            KeyProof::CountsUp(column) => format!("`{}` counts up", name(column)),
            KeyProof::CarriesRowNumber(column) => {
                format!("`{}` carries the number of its row", name(column))
            }
            KeyProof::OnceEach { column, values } => {
                let of = values.map_or_else(|| "its values".to_owned(), |n| counted(n, "value"));
                format!("`{}` takes each of {of} at most once", name(column))
            }
            KeyProof::Drawn(drawn) => drawn_without_repetition(drawn),
            KeyProof::AsOtherKey => "takes the coordinate that keeps the other key apart".to_owned(),
            KeyProof::Sieve => {
                "holds by the sieve: proposals that would repeat a value are passed over".to_owned()
            }
        }
    }

    /// What is not guaranteed.
    pub fn limitation(&self, note: &LimitationNote) -> Limitation {
        Limitation {
            code: note.limit.code(),
            table: self.table.name.to_string(),
            message: self.unguaranteed(&note.limit),
            span: note.span,
        }
    }

    fn unguaranteed(&self, limit: &Unguaranteed) -> String {
        match limit {
            Unguaranteed::Unsettled { broken, tried, checks } => format!(
                "{broken} of the first {tried} rows break it, and drawing again does not help: {}",
                checks.join("; ")
            ),
            Unguaranteed::OverBudget { checks } => self.over_budget(checks),
            Unguaranteed::Unreadable { check, what } => format!("{check} can't be evaluated here: {what}"),
            Unguaranteed::FixedKey(key) => format!("{} leaves no column to choose", self.key(key)),
            Unguaranteed::FixedReference(reference) => {
                format!("{} leaves no column to choose", self.reference(reference))
            }
            Unguaranteed::Overlap(reference) => format!(
                "{} shares columns with others in a way that is not solved",
                self.reference(reference)
            ),
            Unguaranteed::Dangling(columns) => {
                format!("({}) refers to what does not exist, and can't be NULL", names(self.table, columns))
            }
            Unguaranteed::Exclusion(name) => {
                format!("the operators of `{}` can't be read", name.as_deref().unwrap_or("EXCLUDE"))
            }
            Unguaranteed::AboutNow(column) => format!(
                "`{}` has to lie about the present time, for which 2026-01-01 00:00 UTC is taken: a load asks its server \
                 instead",
                self.table[*column].name
            ),
            Unguaranteed::UnknownType(column) => {
                let column = &self.table[*column];
                format!("`{}` has type `{}`, of which no values are known", column.name, column.declared_type)
            }
        }
    }

    fn over_budget(&self, checks: &[String]) -> String {
        let why = "to decide it would take more than the budget of planning";
        let Some((first, others)) = checks.split_first() else {
            return format!("some of what rows of `{}` have to keep is undecided: {why}", self.table.name);
        };
        match others.len() {
            0 => format!("it is undecided whether rows keep {first}: {why}"),
            more => format!("it is undecided whether rows keep {first} and {more} more: {why}"),
        }
    }

    /// A reference as messages name it.
    pub fn reference(&self, reference: &ReferenceName) -> String {
        let columns = names(self.table, &reference.columns);
        format!("the reference ({columns}) to {}", self.quoted(reference.parent))
    }

    /// What is kept in memory; `None` if nothing is.
    pub fn memory(&self, uses: &[MemoryUse]) -> Option<String> {
        let told: Vec<String> = uses.iter().map(|of| self.memory_use(of)).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    fn memory_use(&self, of: &MemoryUse) -> String {
        match of {
            MemoryUse::DistinctValues { column, bytes } => {
                format!("a sieve of distinct values of `{}`: {bytes} bytes", self.table[*column].name)
            }
            MemoryUse::PassedOver { column, bytes } => {
                format!("the values of `{}` that are there: {bytes} bytes", self.table[*column].name)
            }
            MemoryUse::PermittedRows { parent, rows } => {
                format!("{rows} rows of {} that a CHECK allows: {} bytes", self.quoted(*parent), rows * 8)
            }
            MemoryUse::AgreeingRows { parent, other, rows } => format!(
                "{rows} rows of {} that agree with {}: {} bytes",
                self.quoted(*parent),
                self.quoted(*other),
                rows * 8
            ),
            MemoryUse::SharedIndex { parent, columns, entries } => format!(
                "an index of {} by ({}): about {} bytes",
                self.quoted(*parent),
                names(self.table, columns),
                entries * 64
            ),
            MemoryUse::Sieve { proposals, bytes } => {
                format!("a sieve of {}: {}", counted(*proposals, "proposal"), counted(*bytes, "byte"))
            }
        }
    }

    fn quoted(&self, table: TableId) -> String {
        format!("`{}`", self.schema[table].name)
    }
}

fn list_name(kind: &ListKind) -> String {
    let name = match kind {
        ListKind::Values => "list",
        ListKind::Examples => "examples",
        ListKind::Labels => "enum",
        ListKind::Boolean => "boolean",
        ListKind::Documents => "documents",
        ListKind::Json => "json",
        ListKind::Code => "code",
        ListKind::Pattern => "pattern",
        ListKind::Words => "words",
        ListKind::Uuid => "uuid",
        ListKind::Bytes => "bytes",
        ListKind::Literal => "literal",
        ListKind::Number => "number",
        ListKind::Sequence => "sequence",
        ListKind::Position => "position",
        ListKind::Provider(name) => name,
        ListKind::WithCode(other) => return format!("{} + code", list_name(other)),
    };
    name.to_owned()
}

fn not_computed(why: &NotComputed) -> &str {
    match why {
        NotComputed::Unreadable(why) => why,
        NotComputed::FailsInSomeRows => "its expression fails in some rows",
        NotComputed::TooLong => "its text is too long in some rows",
    }
}

/// Who says that there is a reference, unless the schema itself does.
pub(super) fn reference_origin(origin: &ReferenceOrigin) -> Option<String> {
    match origin {
        ReferenceOrigin::Declared => None,
        ReferenceOrigin::Named => Some("the spec names the reference".to_owned()),
        ReferenceOrigin::Trigger { name } => Some(format!("trigger `{name}` refuses rows without it")),
        ReferenceOrigin::Inferred { reason } => Some(format!("inferred: {reason}")),
    }
}

fn list_reason(reason: &ListReason) -> String {
    let default = if reason.takes_default { "; every other row takes its default" } else { "" };
    format!("{}{default}", list_source(&reason.source))
}

fn list_source(source: &ListSource) -> String {
    let told = match source {
        ListSource::SpecValues => "the spec lists the values",
        ListSource::SpecExamples { left_out } => return examples(*left_out),
        ListSource::SpecProvider => "the spec asks for it",
        ListSource::CheckValues => "a CHECK lists the values",
        ListSource::Demanded(children) => return format!("CHECKs of {children} ask for the values"),
        ListSource::ChildType(child) => return format!("{child} refers to it by UUIDs"),
        ListSource::CheckJson => "a CHECK asks for JSON",
        ListSource::CheckAccepts { .. } => "its CHECKs accept them",
        ListSource::CheckMembers => "a CHECK speaks of their members",
        ListSource::CheckPattern => "a CHECK gives the pattern",
        ListSource::ReadAsValue => "conditions read it as a value of another type",
        ListSource::CheckUnread => "its form could not be read, so plain letters and digits",
        ListSource::EnumType => "the labels of its enum type",
        ListSource::InlineEnum => "the labels of its ENUM",
        ListSource::Partitions(1) => "within the bounds of a partition",
        ListSource::Partitions(n) => {
            return format!("within the bounds of {} partitions", grouped(*n as u64));
        }
        ListSource::Catalog(reason) => reason,
        ListSource::Counting => "numbers that count up",
        ListSource::Type => "by its type",
        ListSource::WideType => "by its type, wide enough to be distinct",
        ListSource::ShortText => "text too short for words",
        ListSource::MustDiffer => "values must differ, so each carries a code",
    };
    told.to_owned()
}

/// That the spec gives examples, and how many of them are not used.
fn examples(left_out: usize) -> String {
    match left_out {
        0 => "the spec gives examples".to_owned(),
        n => format!("the spec gives examples, {n} of which the column can't hold or holds already"),
    }
}

fn drawn_without_repetition(drawn: &ProductDraw) -> String {
    let factors: Vec<String> = drawn.factors.iter().map(ToString::to_string).collect();
    let mut told = format!("drawn without repetition from {}", factors.join(" x "));
    if factors.len() > 1 {
        told += &format!(" = {} combinations", grouped(drawn.combinations));
    }
    if let Some(first) = drawn.nulls_from {
        told += &format!("; all rows after the first {} are NULL", grouped(first));
    }
    told
}
