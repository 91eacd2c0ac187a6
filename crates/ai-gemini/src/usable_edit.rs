//! Proposed edits against the schema: names that mean something, and values that could be taken.

use crate::called::called;
use crate::list_values::{ColumnRule, ValueKind};
use seedbed_datagen_core::{NameError, resolve_column, resolve_table};
use seedbed_edit::{AdviceError, Edit, Literal, Selection, Source};
use seedbed_schema_model::{ColumnIdx, Schema, TableId};
use thiserror::Error;

/// Why an edit of a proposal is dropped.
#[derive(Clone, Debug, PartialEq, Error)]
pub(crate) enum EditProblem {
    /// It has another form.
    #[error("an edit cannot be read: {message}")]
    Unreadable { message: String },
    /// A field that its kind needs is not there.
    #[error("an edit of the kind `{kind}` has no usable `{field}`")]
    LacksField { kind: String, field: &'static str },
    /// It has a field of another kind.
    #[error("an edit of the kind `{kind}` has a `{field}`, which it does not take")]
    ExtraField { kind: String, field: &'static str },
    /// A name means nothing.
    #[error("{0}")]
    Name(NameError),
    /// No table has the column.
    #[error("no table has a column `{column}`")]
    ColumnOfNoTable { column: String },
    /// The question is about another table.
    #[error("table `{table}` is not the one that the question is about")]
    OtherTable { table: String },
    /// The column does not take a value.
    #[error("column `{column}` of table `{table}` does not take `{value}`: {reason}")]
    Value { table: String, column: String, value: String, reason: &'static str },
    /// A share is none.
    #[error("a share is {share}, not from 0 to 1")]
    Share { share: f64 },
}

impl EditProblem {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } | Self::Share { .. } => "ai-edit-unreadable",
            Self::LacksField { .. } | Self::ExtraField { .. } => "ai-edit-incomplete",
            Self::Name(NameError::UnknownTable { .. } | NameError::AmbiguousTable { .. }) => {
                "ai-unknown-table"
            }
            Self::Name(_) | Self::ColumnOfNoTable { .. } => "ai-unknown-column",
            Self::OtherTable { .. } => "ai-other-table",
            Self::Value { .. } => "ai-value-unusable",
        }
    }

    /// The same as what whoever asked is told.
    pub(crate) fn told(&self, instead: &str) -> AdviceError {
        let (table, column) = match self {
            Self::Name(NameError::UnknownTable { name, .. } | NameError::AmbiguousTable { name, .. }) => {
                (Some(name), None)
            }
            Self::Name(
                NameError::UnknownColumn { table, column, .. }
                | NameError::AmbiguousColumn { table, column, .. },
            )
            | Self::Value { table, column, .. } => (Some(table), Some(column)),
            Self::ColumnOfNoTable { column } => (None, Some(column)),
            Self::OtherTable { table } => (Some(table), None),
            _ => (None, None),
        };
        let clip = |text: &String| crate::secret_text::clip(text);
        AdviceError {
            code: self.code().to_owned(),
            message: clip(&self.to_string()),
            table: table.map(clip),
            column: column.map(clip),
            instead: Some(instead.to_owned()),
        }
    }
}

/// The edit with the schema's own names, if it can be used. `about` is the one table that it may be about.
pub(crate) fn usable(mut edit: Edit, schema: &Schema, about: Option<TableId>) -> Result<Edit, EditProblem> {
    let place = Place { schema, about };
    match &mut edit {
        Edit::Set(set) => {
            let at = place.column(&mut set.table, &mut set.column)?;
            if let Some(rule) = at.map(|(table, column)| ColumnRule::of(schema, table, column)) {
                let named = (set.table.as_deref().unwrap_or_default(), set.column.as_str());
                check_source(&mut set.to, &rule, named)?;
            }
            check_share(&set.rows)?;
        }
        Edit::Nulls(nulls) => {
            place.column(&mut nulls.table, &mut nulls.column)?;
            let share = Selection { share: Some(nulls.share), ..Selection::default() };
            check_share(&share)?;
        }
        Edit::Shift(shift) => {
            place.column(&mut shift.table, &mut shift.column)?;
            check_share(&shift.rows)?;
        }
        Edit::Scale(scale) => {
            place.column(&mut scale.table, &mut scale.column)?;
            check_share(&scale.rows)?;
        }
        Edit::Rename(rename) => {
            let at = place.column(&mut rename.table, &mut rename.column)?;
            if let Some(rule) = at.map(|(table, column)| ColumnRule::of(schema, table, column)) {
                let named = (rename.table.as_deref().unwrap_or_default(), rename.column.as_str());
                rename.values.iter_mut().try_for_each(|v| check_literal(&mut v.to, &rule, named))?;
            }
        }
        Edit::Spread(spread) => {
            let mut table = Some(std::mem::take(&mut spread.table));
            place.column(&mut table, &mut spread.column)?;
            spread.table = table.unwrap_or_default();
        }
        Edit::Add(add) => add.table = place.table(&add.table)?.1,
        Edit::Remove(remove) => {
            remove.table = place.table(&remove.table)?.1;
            check_share(&remove.rows)?;
        }
        Edit::Rows(rows) => place.perhaps_table(&mut rows.table)?,
        Edit::Locale(locale) => place.perhaps_table(&mut locale.table)?,
    }
    Ok(edit)
}

struct Place<'a> {
    schema: &'a Schema,
    about: Option<TableId>,
}

impl Place<'_> {
    fn table(&self, name: &str) -> Result<(TableId, String), EditProblem> {
        let id = resolve_table(self.schema, name).map_err(EditProblem::Name)?;
        let table = called(self.schema, id);
        if self.about.is_some_and(|about| about != id) {
            return Err(EditProblem::OtherTable { table });
        }
        Ok((id, table))
    }

    /// Of a question about one table, that one when none is named.
    fn perhaps_table(&self, name: &mut Option<String>) -> Result<(), EditProblem> {
        if let Some(id) = self.about {
            name.get_or_insert_with(|| called(self.schema, id));
        }
        if let Some(name) = name {
            *name = self.table(name)?.1;
        }
        Ok(())
    }

    /// The error with the table as it is called here.
    fn in_words(&self, id: TableId, error: NameError) -> EditProblem {
        let table = called(self.schema, id);
        EditProblem::Name(match error {
            NameError::UnknownColumn { column, similar, .. } => {
                NameError::UnknownColumn { table, column, similar }
            }
            NameError::AmbiguousColumn { column, candidates, .. } => {
                NameError::AmbiguousColumn { table, column, candidates }
            }
            other => other,
        })
    }

    /// The column, when it is one.
    fn column(
        &self,
        table: &mut Option<String>,
        column: &mut String,
    ) -> Result<Option<(TableId, ColumnIdx)>, EditProblem> {
        self.perhaps_table(table)?;
        let Some(table) = table else {
            let mut tables = self.schema.tables_indexed();
            return match tables.any(|(id, _)| resolve_column(self.schema, id, column).is_ok()) {
                true => Ok(None),
                false => Err(EditProblem::ColumnOfNoTable { column: column.clone() }),
            };
        };
        let id = self.table(table)?.0;
        let at = resolve_column(self.schema, id, column).map_err(|error| self.in_words(id, error))?;
        column.clone_from(&self.schema[id][at].name);
        Ok(Some((id, at)))
    }
}

fn check_share(rows: &Selection) -> Result<(), EditProblem> {
    match rows.share {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(EditProblem::Share { share }),
        _ => Ok(()),
    }
}

/// Values that are written out. Those of ranges and expressions are the business of whoever applies them.
fn check_source(source: &mut Source, rule: &ColumnRule, named: (&str, &str)) -> Result<(), EditProblem> {
    match source {
        Source::Value(Some(literal)) => check_literal(literal, rule, named),
        Source::Values(values) => {
            values.iter_mut().try_for_each(|v| check_literal(&mut v.value, rule, named))
        }
        _ => Ok(()),
    }
}

fn check_literal(literal: &mut Literal, rule: &ColumnRule, named: (&str, &str)) -> Result<(), EditProblem> {
    let text = match &*literal {
        Literal::Text(text) if text.is_empty() && rule.allowed.is_none() => return Ok(()),
        Literal::Text(text) => text.clone(),
        // Where there is no type of truth values, numbers stand for them.
        Literal::Boolean(_) if matches!(rule.kind, ValueKind::Integer | ValueKind::Number) => return Ok(()),
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Float(value) => value.to_string(),
    };
    let taken = rule.accept(&text).map_err(|reason| EditProblem::Value {
        table: named.0.to_owned(),
        column: named.1.to_owned(),
        value: text,
        reason,
    })?;
    if let Literal::Text(text) = literal {
        *text = taken;
    }
    Ok(())
}
