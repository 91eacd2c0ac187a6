//! Edits: what may be changed in a dataset, as values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One change of a dataset. Tables and columns are named as people name them: see
/// [`resolve_table`](seedbed_datagen_core::resolve_table).
///
/// ```
/// use seedbed_edit::{Edit, Literal, Selection, SetColumn, Source};
/// let edit: Edit = serde_json::from_str(
///     r#"{"edit": "set", "table": "orders", "column": "status", "to": {"value": "cancelled"}, "rows": {"share": 0.2}}"#,
/// )?;
/// let same = SetColumn {
///     table: Some("orders".to_owned()),
///     column: "status".to_owned(),
///     to: Source::Value(Some(Literal::Text("cancelled".to_owned()))),
///     rows: Selection { share: Some(0.2), ..Selection::default() },
/// };
/// assert_eq!(edit, Edit::Set(same));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "edit", rename_all = "kebab-case")]
pub enum Edit {
    /// Gives a column other values.
    Set(SetColumn),
    /// Says which share of a column is NULL.
    Nulls(NullShare),
    /// Moves dates and times.
    Shift(ShiftTime),
    /// Multiplies numbers.
    Scale(ScaleNumber),
    /// Writes some values as others.
    Rename(RenameValues),
    /// Adds rows behind those that there are.
    Add(AddRows),
    /// Removes rows.
    Remove(RemoveRows),
    /// Says how many rows a table has: adds some at its end, or removes its last.
    Rows(RowCount),
    /// Says how the rows of a table refer to another.
    Spread(SpreadReference),
    /// Says in which language names, addresses and the like are.
    Locale(SetLocale),
}

/// Which rows: all of them when nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Selection {
    /// A condition over the row, in the SQL of the dataset's dialect.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none", default)]
    pub condition: Option<String>,
    /// A share of those that the condition holds for, 0 to 1; rounded to whole rows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share: Option<f64>,
    /// So many of those that the condition holds for. Not beside a share.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub count: Option<u64>,
}

/// Gives a column other values.
///
/// With a single value and a share or a count, and no condition, so many rows of the table *have* the value afterwards, not
/// more and not fewer: rows that have it already are among them, and of too many some get the value of another row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetColumn {
    /// The table; every table that has such a column when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// The column.
    pub column: String,
    /// The values.
    pub to: Source,
    /// In which rows.
    #[serde(skip_serializing_if = "Selection::is_all", default)]
    pub rows: Selection,
}

/// Where values come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// One value; `null` for NULL.
    Value(Option<Literal>),
    /// Some values, each as often as its weight says.
    Values(Vec<WeightedLiteral>),
    /// Values of a range, both ends with it.
    Range(LiteralRange),
    /// A provider by name, such as `person.email`.
    Provider(String),
    /// An SQL expression over the row, in the dataset's dialect.
    Expression(String),
    /// Examples: values like these, recombined where there are too few of them.
    Examples(Vec<String>),
}

/// A value as it is written in JSON; text is read as a literal of the column's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Literal {
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// Anything else.
    Text(String),
}

/// A value, and how often it comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WeightedLiteral {
    /// The value.
    pub value: Literal,
    /// Its weight, relative to the others', at least 1.
    #[serde(default = "one")]
    pub weight: u32,
}

fn one() -> u32 {
    1
}

/// A range with both its ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LiteralRange {
    /// The least value; none for no bound.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min: Option<Literal>,
    /// The greatest value; none for no bound.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max: Option<Literal>,
}

/// Says which share of a column is NULL: rows that are NULL already stay so as far as the share allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NullShare {
    /// The table; every table that has such a column when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// The column.
    pub column: String,
    /// The share, 0 to 1.
    pub share: f64,
}

/// Moves dates and times: later by a positive amount, earlier by a negative one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShiftTime {
    /// The table; every table that has such a column when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// The column.
    pub column: String,
    /// By so many of the unit.
    pub by: i64,
    /// What is counted.
    pub unit: TimeUnit,
    /// In which rows.
    #[serde(skip_serializing_if = "Selection::is_all", default)]
    pub rows: Selection,
}

/// A unit of time. A month later is the same day of the next month, or its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimeUnit {
    /// 1/60 of a minute.
    Seconds,
    /// 60 seconds.
    Minutes,
    /// 60 minutes.
    Hours,
    /// 24 hours.
    Days,
    /// 7 days.
    Weeks,
    /// Of the calendar.
    Months,
    /// 12 months.
    Years,
}

/// Multiplies numbers. The result is rounded to the digits of the column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScaleNumber {
    /// The table; every table that has such a column when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// The column.
    pub column: String,
    /// The factor.
    pub by: f64,
    /// In which rows.
    #[serde(skip_serializing_if = "Selection::is_all", default)]
    pub rows: Selection,
}

/// Writes some values as others, wherever they are in the column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RenameValues {
    /// The table; every table that has such a column when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// The column.
    pub column: String,
    /// Each value and what it becomes.
    pub values: Vec<Renamed>,
}

/// A value, and what it becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Renamed {
    /// The value.
    pub from: Literal,
    /// What it becomes.
    pub to: Literal,
}

/// Adds rows behind those that there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddRows {
    /// The table.
    pub table: String,
    /// How many.
    pub count: u64,
}

/// Removes rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveRows {
    /// The table.
    pub table: String,
    /// Which.
    #[serde(skip_serializing_if = "Selection::is_all", default)]
    pub rows: Selection,
    /// What becomes of rows that refer to them.
    #[serde(skip_serializing_if = "Referrers::is_refuse", default)]
    pub referrers: Referrers,
}

/// What becomes of rows that refer to rows which are removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Referrers {
    /// The edit is refused when there are any.
    #[default]
    Refuse,
    /// What the schema says: `ON DELETE CASCADE` removes them, `SET NULL` and `SET DEFAULT` change them; where it says
    /// nothing, or `RESTRICT`, the edit is refused.
    AsDeclared,
    /// They are removed as well, with what refers to them in turn.
    Remove,
}

/// Says how many rows a table has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RowCount {
    /// The table; every table when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
    /// How many.
    pub count: u64,
    /// What becomes of rows that refer to rows which are removed.
    #[serde(skip_serializing_if = "Referrers::is_refuse", default)]
    pub referrers: Referrers,
}

/// Says how the rows of a table refer to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SpreadReference {
    /// The table whose rows refer.
    pub table: String,
    /// A column of the reference; of one over several columns any of them.
    pub column: String,
    /// How often each row is referred to.
    pub by: Distribution,
}

/// How often each row of a parent is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Each as often as any other, give or take one.
    Even,
    /// Each with the same chance.
    Uniform,
    /// A fifth of the rows about four fifths of the time.
    Skewed,
}

/// Says in which language and country names, addresses and the like are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetLocale {
    /// Such as `fr-FR` or `de`.
    pub locale: String,
    /// The table; every table when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub table: Option<String>,
}

impl Selection {
    /// Whether it means all rows.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

impl Referrers {
    fn is_refuse(&self) -> bool {
        *self == Self::Refuse
    }
}
