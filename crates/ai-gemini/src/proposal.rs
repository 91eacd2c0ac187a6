//! The form in which a model proposes edits: flat, as tagged unions ask too much of Gemini's schemas.

use crate::answer::unwrapped;
use crate::usable_edit::EditProblem;
use seedbed_edit::{
    AddRows, Distribution, Edit, Literal, LiteralRange, NullShare, Referrers, RemoveRows, RenameValues,
    Renamed, RowCount, ScaleNumber, Selection, SetColumn, SetLocale, ShiftTime, Source, SpreadReference,
    TimeUnit, WeightedLiteral,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// What the edits are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Rows that are to be made.
    Wishes,
    /// Rows that are there.
    Changes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proposal {
    edits: Vec<Box<RawValue>>,
}

/// What an edit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    SetValue,
    SetNull,
    SetValues,
    SetRange,
    SetExpression,
    SetProvider,
    SetList,
    Nulls,
    Shift,
    Scale,
    Rename,
    Add,
    Remove,
    Rows,
    Spread,
    Locale,
}

const OF_WISHES: [&str; 11] = [
    "set-value",
    "set-null",
    "set-values",
    "set-range",
    "set-expression",
    "set-provider",
    "set-list",
    "nulls",
    "rows",
    "spread",
    "locale",
];
const OF_CHANGES_TOO: [&str; 5] = ["shift", "scale", "rename", "add", "remove"];

/// An edit with the fields of all kinds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FlatEdit {
    kind: Kind,
    table: Option<String>,
    column: Option<String>,
    value: Option<Literal>,
    values: Option<Vec<WeightedLiteral>>,
    min: Option<Literal>,
    max: Option<Literal>,
    expression: Option<String>,
    provider: Option<String>,
    #[serde(rename = "where")]
    condition: Option<String>,
    share: Option<f64>,
    count: Option<u64>,
    by: Option<f64>,
    unit: Option<TimeUnit>,
    renames: Option<Vec<Renamed>>,
    referrers: Option<Referrers>,
    distribution: Option<Distribution>,
    locale: Option<String>,
}

impl Purpose {
    /// The JSON schema of a proposal, within what Gemini knows of JSON Schema.
    pub(crate) fn schema(self) -> Value {
        let kinds: Vec<&str> = match self {
            Self::Wishes => OF_WISHES.to_vec(),
            Self::Changes => OF_WISHES.into_iter().chain(OF_CHANGES_TOO).collect(),
        };
        let literal = json!({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]});
        let text = json!({"type": "string"});
        let weighted = json!({"type": "object", "required": ["value", "weight"],
            "properties": {"value": literal, "weight": {"type": "integer", "minimum": 1}}});
        let renamed = json!({"type": "object", "required": ["from", "to"],
            "properties": {"from": literal, "to": literal}});
        let mut properties = json!({
            "kind": {"type": "string", "enum": kinds},
            "table": text, "column": text,
            "value": literal, "values": {"type": "array", "items": weighted},
            "min": literal, "max": literal, "expression": text, "provider": text,
            "where": text, "share": {"type": "number", "minimum": 0, "maximum": 1},
            "count": {"type": "integer", "minimum": 0},
            "distribution": {"type": "string", "enum": ["even", "uniform", "skewed"]},
            "locale": text,
        });
        if self == Self::Changes {
            let units = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"];
            properties["by"] = json!({"type": "number"});
            properties["unit"] = json!({"type": "string", "enum": units});
            properties["renames"] = json!({"type": "array", "items": renamed});
            properties["referrers"] = json!({"type": "string", "enum": ["refuse", "as-declared", "remove"]});
        }
        let edit = json!({"type": "object", "required": ["kind"], "properties": properties});
        json!({"type": "object", "required": ["edits"], "properties": {"edits": {"type": "array", "items": edit}}})
    }

    /// Whether edits of it mean something only together: half of a change is another change.
    pub(crate) fn is_whole(self) -> bool {
        self == Self::Changes
    }

    /// What there is in place of an edit that is dropped.
    pub(crate) fn instead(self) -> &'static str {
        match self {
            Self::Wishes => "the rules",
            Self::Changes => "no change",
        }
    }

    fn takes(self, kind: Kind) -> bool {
        let only_changes = [Kind::Shift, Kind::Scale, Kind::Rename, Kind::Add, Kind::Remove];
        self == Self::Changes || !only_changes.contains(&kind)
    }

    /// The edits of an answer, each by itself: one that cannot be read leaves the others alone. A list that is still to be asked
    /// for has no examples.
    ///
    /// # Errors
    /// When the answer as a whole is of another form.
    pub(crate) fn read(self, answer: &str) -> Result<Vec<Result<Edit, EditProblem>>, String> {
        let proposal: Proposal = serde_json::from_str(unwrapped(answer)).map_err(|e| e.to_string())?;
        Ok(proposal.edits.iter().map(|raw| self.read_one(raw.get())).collect())
    }

    fn read_one(self, raw: &str) -> Result<Edit, EditProblem> {
        let flat: FlatEdit =
            serde_json::from_str(raw).map_err(|e| EditProblem::Unreadable { message: e.to_string() })?;
        if !self.takes(flat.kind) {
            let message = format!("`{}` is for rows that are there", flat.kind_name());
            return Err(EditProblem::Unreadable { message });
        }
        flat.edit()
    }
}

impl FlatEdit {
    fn kind_name(&self) -> String {
        serde_json::to_value(self.kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The edit. Every field that it does not take is one too many: it may have meant something.
    fn edit(mut self) -> Result<Edit, EditProblem> {
        let name = self.kind_name();
        let lacks = |field: &'static str| EditProblem::LacksField { kind: name.clone(), field };
        for text in [&mut self.table, &mut self.column, &mut self.condition] {
            text.take_if(|t| t.trim().is_empty());
        }
        let table = self.table.take();
        let edit = match self.kind {
            Kind::Rows => {
                let count = self.count.take().ok_or_else(|| lacks("count"))?;
                Edit::Rows(RowCount { table, count, referrers: self.referrers.take().unwrap_or_default() })
            }
            Kind::Locale => {
                Edit::Locale(SetLocale { table, locale: self.locale.take().ok_or_else(|| lacks("locale"))? })
            }
            Kind::Add => Edit::Add(AddRows {
                table: table.ok_or_else(|| lacks("table"))?,
                count: self.count.take().ok_or_else(|| lacks("count"))?,
            }),
            Kind::Remove => Edit::Remove(RemoveRows {
                table: table.ok_or_else(|| lacks("table"))?,
                rows: self.rows()?,
                referrers: self.referrers.take().unwrap_or_default(),
            }),
            _ => {
                let column = self.column.take().ok_or_else(|| lacks("column"))?;
                self.edit_of_column(table, column, &lacks)?
            }
        };
        match self.left_over() {
            Some(field) => Err(EditProblem::ExtraField { kind: name, field }),
            None => Ok(edit),
        }
    }

    fn edit_of_column(
        &mut self,
        table: Option<String>,
        column: String,
        lacks: &dyn Fn(&'static str) -> EditProblem,
    ) -> Result<Edit, EditProblem> {
        let by = |by: Option<f64>| by.filter(|n| n.is_finite()).ok_or_else(|| lacks("by"));
        Ok(match self.kind {
            Kind::Nulls => Edit::Nulls(NullShare {
                table,
                column,
                share: self.share.take().ok_or_else(|| lacks("share"))?,
            }),
            Kind::Shift => {
                let amount = by(self.by.take())?;
                // Whole numbers of so many digits are exact.
                if amount.fract() != 0.0 || amount.abs() > 1e15 {
                    return Err(EditProblem::Unreadable {
                        message: format!("`by` is {amount}, not a whole number"),
                    });
                }
                let unit = self.unit.take().ok_or_else(|| lacks("unit"))?;
                Edit::Shift(ShiftTime { table, column, by: amount as i64, unit, rows: self.rows()? })
            }
            Kind::Scale => {
                Edit::Scale(ScaleNumber { table, column, by: by(self.by.take())?, rows: self.rows()? })
            }
            Kind::Rename => {
                let values = self.renames.take().filter(|r| !r.is_empty()).ok_or_else(|| lacks("renames"))?;
                Edit::Rename(RenameValues { table, column, values })
            }
            Kind::Spread => Edit::Spread(SpreadReference {
                table: table.ok_or_else(|| lacks("table"))?,
                column,
                by: self.distribution.take().ok_or_else(|| lacks("distribution"))?,
            }),
            _ => Edit::Set(SetColumn { table, column, to: self.source(lacks)?, rows: self.rows()? }),
        })
    }

    fn source(&mut self, lacks: &dyn Fn(&'static str) -> EditProblem) -> Result<Source, EditProblem> {
        Ok(match self.kind {
            Kind::SetNull => Source::Value(None),
            Kind::SetValue => Source::Value(Some(self.value.take().ok_or_else(|| lacks("value"))?)),
            Kind::SetValues => {
                let values = self.values.take().filter(|v| !v.is_empty()).ok_or_else(|| lacks("values"))?;
                if values.iter().any(|v| v.weight == 0) {
                    return Err(EditProblem::Unreadable {
                        message: "a weight is 0, not 1 or more".to_owned(),
                    });
                }
                Source::Values(values)
            }
            Kind::SetRange => {
                let (min, max) = (self.min.take(), self.max.take());
                if min.is_none() && max.is_none() {
                    return Err(lacks("min"));
                }
                Source::Range(LiteralRange { min, max })
            }
            Kind::SetExpression => {
                Source::Expression(self.expression.take().ok_or_else(|| lacks("expression"))?)
            }
            Kind::SetProvider => Source::Provider(self.provider.take().ok_or_else(|| lacks("provider"))?),
            _ => Source::Examples(Vec::new()),
        })
    }

    fn rows(&mut self) -> Result<Selection, EditProblem> {
        let rows = Selection {
            condition: self.condition.take(),
            share: self.share.take(),
            count: self.count.take(),
        };
        match (rows.share, rows.count) {
            (Some(_), Some(_)) => {
                Err(EditProblem::Unreadable { message: "it has a share and a count".to_owned() })
            }
            _ => Ok(rows),
        }
    }

    fn left_over(&self) -> Option<&'static str> {
        let fields = [
            ("column", self.column.is_some()),
            ("value", self.value.is_some()),
            ("values", self.values.is_some()),
            ("min", self.min.is_some()),
            ("max", self.max.is_some()),
            ("expression", self.expression.is_some()),
            ("provider", self.provider.is_some()),
            ("where", self.condition.is_some()),
            ("share", self.share.is_some()),
            ("count", self.count.is_some()),
            ("by", self.by.is_some()),
            ("unit", self.unit.is_some()),
            ("renames", self.renames.is_some()),
            ("referrers", self.referrers.is_some()),
            ("distribution", self.distribution.is_some()),
            ("locale", self.locale.is_some()),
        ];
        fields.into_iter().find(|(_, is_there)| *is_there).map(|(name, _)| name)
    }
}
