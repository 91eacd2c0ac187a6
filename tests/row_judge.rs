//! A judge that looks at one row after the other: what the columnar one must agree with.
//!
//! It is as simple as can be: every value is a `Value`, every condition goes to the evaluator, every key is kept whole in
//! a map. It knows no partitions, no exclusions, and no references that a trigger or a missing table leaves open.

use arrow_array::RecordBatch;
use seedbed_schema_model::{Expr, KeyTerm, MatchKind, Schema, Table, TableId};
use seedbed_sql_semantics::{Context, EvaluateError, FullMatch, evaluate, semantics, truth};
use seedbed_sql_values::{KeyPartRule, Value, push_key_part, stored_value};
use seedbed_validate::{ConstraintKind, Report, cell_values, refused_by_type, type_refuses};
use std::collections::{BTreeMap, BTreeSet};

/// What a judge says of one constraint: its kind and columns, the rows checked, the violations, and the first offenders
/// with the reason that the constraint alone does not tell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    pub(crate) table: String,
    pub(crate) kind: ConstraintKind,
    pub(crate) columns: Vec<String>,
    pub(crate) rows_checked: u64,
    pub(crate) violations: u64,
    pub(crate) offenders: Vec<(u64, Option<String>)>,
}

/// The same of a report.
pub(crate) fn findings(report: &Report) -> Vec<Finding> {
    let of = |(table, found): (&String, &seedbed_validate::TableReport)| {
        let table = table.clone();
        found
            .constraints
            .iter()
            .map(move |c| Finding {
                table: table.clone(),
                kind: c.kind,
                columns: c.columns.clone(),
                rows_checked: c.rows_checked,
                violations: c.violations,
                offenders: c.first_offenders.iter().map(|o| (o.row, o.reason.clone())).collect(),
            })
            .collect::<Vec<_>>()
    };
    report.tables.iter().flat_map(of).collect()
}

/// All rows of a schema, by table: a value for each of the table's columns, and whether its text is no literal of the
/// column's type.
pub(crate) struct RowJudge<'s> {
    schema: &'s Schema,
    rows: BTreeMap<TableId, Vec<Vec<(Value, bool)>>>,
    /// Columns that the rows do not have: the server computes them, and nothing is said of what reads them.
    absent: BTreeMap<TableId, BTreeSet<String>>,
}

/// What a rule says to a row: whether it keeps it, with a reason if not; nothing where the rule does not apply.
type Said = Option<Result<(), Option<String>>>;

impl<'s> RowJudge<'s> {
    pub(crate) fn new(schema: &'s Schema) -> Self {
        Self { schema, rows: BTreeMap::new(), absent: BTreeMap::new() }
    }

    /// The names of the tables that it knows everything of.
    pub(crate) fn tables(schema: &Schema) -> impl Iterator<Item = String> {
        let known = |(id, table): &(TableId, &Table)| {
            table.partition_of.is_none()
                && table.partitioning.is_none()
                && table.exclusions.is_empty()
                && table.unresolved_references.is_empty()
                && !table.foreign_keys.iter().any(|key| schema.is_parent_made(*id, key))
        };
        schema.tables_indexed().filter(known).map(|(_, table)| table.name.to_string())
    }

    /// Adds rows behind those that the table has.
    pub(crate) fn write(&mut self, table: TableId, batch: &RecordBatch) {
        let columns = self.schema[table].columns.iter().map(|column| {
            let Some(array) = batch.column_by_name(&column.name) else {
                self.absent.entry(table).or_default().insert(column.name.clone());
                return vec![(Value::Null, false); batch.num_rows()];
            };
            cell_values(array, self.schema.base_type(&column.ty), self.schema).expect("a known array")
        });
        let columns: Vec<Vec<(Value, bool)>> = columns.collect();
        let rows = (0..batch.num_rows()).map(|row| columns.iter().map(|c| c[row].clone()).collect());
        self.rows.entry(table).or_default().extend(rows);
    }

    /// Judges all rows.
    pub(crate) fn judge(&self) -> Vec<Finding> {
        let known: BTreeSet<String> = Self::tables(self.schema).collect();
        let named = self.schema.tables_indexed().map(|(id, table)| (table.name.to_string(), id, table));
        let mut named: Vec<_> = named.filter(|(name, ..)| known.contains(name)).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named.into_iter().flat_map(|(name, id, table)| self.table(&name, id, table)).collect()
    }

    fn table(&self, name: &str, id: TableId, table: &'s Table) -> Vec<Finding> {
        let none = Vec::new();
        let rows = self.rows.get(&id).unwrap_or(&none);
        let values: Vec<Vec<Value>> =
            rows.iter().map(|row| row.iter().map(|(value, _)| value.clone()).collect()).collect();
        let names = |columns: &[seedbed_schema_model::ColumnIdx]| -> Vec<String> {
            columns.iter().map(|c| table[*c].name.clone()).collect()
        };
        let absent = self.absent.get(&id).cloned().unwrap_or_default();
        let mut all = Vec::new();
        let mut add = |kind, columns, said: &mut dyn FnMut(usize) -> Said| {
            let mut finding = Finding {
                table: name.to_owned(),
                kind,
                columns,
                rows_checked: 0,
                violations: 0,
                offenders: Vec::new(),
            };
            let readable = !finding.columns.iter().any(|column| absent.contains(column));
            for row in (0..rows.len()).filter(|_| readable) {
                let Some(said) = said(row) else { continue };
                finding.rows_checked += 1;
                let Err(reason) = said else { continue };
                finding.violations += 1;
                finding.offenders.push((row as u64, reason));
            }
            finding.offenders.truncate(5);
            all.push(finding);
        };
        for (index, column) in table.columns_indexed() {
            let at = index.position();
            let domains = self.schema.domains_of(&column.ty);
            let numbered = matches!(
                column.numbering,
                Some(seedbed_schema_model::Numbering::RowId | seedbed_schema_model::Numbering::AutoIncrement)
            ) && semantics(self.schema.dialect).constraints.null_numbering
                == seedbed_sql_semantics::NullNumbering::Numbered;
            if (!column.nullable || domains.iter().any(|d| d.not_null)) && !numbered {
                let said = &mut |row: usize| Some(verdict(!values[row][at].is_null()));
                add(ConstraintKind::NotNull, vec![column.name.clone()], said);
            }
            let strict = table.options.strict;
            if type_refuses(column, strict, self.schema) {
                let said = &mut |row: usize| {
                    let (value, malformed) = &rows[row][at];
                    let refused = refused_by_type(value, *malformed, column, strict, self.schema);
                    Some(refused.map_or(Ok(()), |reason| Err(Some(reason.into_owned()))))
                };
                add(ConstraintKind::Type, vec![column.name.clone()], said);
            }
            for check in domains.iter().flat_map(|domain| &domain.checks).filter(|check| check.enforced) {
                let said = &mut |row: usize| self.condition(&check.expr, table, &values[row], Some(at));
                add(ConstraintKind::Check, vec![column.name.clone()], said);
            }
        }
        for check in &table.checks {
            let said = &mut |row: usize| match check.enforced {
                true => self.condition(&check.expr, table, &values[row], None),
                false => None,
            };
            add(ConstraintKind::Check, names(&check.expr.columns()), said);
        }
        if let Some(key) = &table.primary_key {
            let mut seen = BTreeSet::new();
            let rule = |i: usize, c: seedbed_schema_model::ColumnIdx| KeyPartRule {
                prefix_length: key.prefix_lengths.get(i).copied().flatten(),
                ..KeyPartRule::of_column(&table[c])
            };
            let said = &mut |row: usize| {
                let mut bytes = Vec::new();
                for (i, column) in key.columns.iter().enumerate() {
                    let value = &values[row][column.position()];
                    if value.is_null() {
                        return Some(Ok(()));
                    }
                    push_key_part(&mut bytes, value, rule(i, *column), self.schema);
                }
                Some(verdict(seen.insert(bytes)))
            };
            add(ConstraintKind::PrimaryKey, names(&key.columns), said);
        }
        for unique in &table.uniques {
            let mut seen = BTreeSet::new();
            let said = &mut |row: usize| {
                let cx = Context::new(self.schema, Some(table));
                if let Some(predicate) = &unique.predicate {
                    match truth(predicate, &values[row], &cx) {
                        Ok(Some(true)) => {}
                        Ok(_) => return None,
                        Err(error) => return failed(error),
                    }
                }
                let mut bytes = Vec::new();
                for part in &unique.parts {
                    let (value, rule) = match &part.term {
                        KeyTerm::Column(c) => {
                            let own = KeyPartRule::of_column(&table[*c]);
                            let collation = part.collation.as_deref().or(own.collation);
                            let rule = KeyPartRule { collation, prefix_length: part.prefix_length, ..own };
                            (values[row][c.position()].clone(), rule)
                        }
                        KeyTerm::Expr(expr) => match evaluate(expr, &values[row], &cx) {
                            Ok(value) => (value, KeyPartRule::of_value(collation_of(part, expr))),
                            Err(error) => return failed(error),
                        },
                    };
                    if value.is_null() && unique.nulls_distinct {
                        return Some(Ok(()));
                    }
                    push_key_part(&mut bytes, &value, rule, self.schema);
                }
                Some(verdict(seen.insert(bytes)))
            };
            let columns: Vec<_> = unique
                .parts
                .iter()
                .flat_map(|part| match &part.term {
                    KeyTerm::Column(c) => vec![*c],
                    KeyTerm::Expr(expr) => expr.columns(),
                })
                .collect();
            add(ConstraintKind::Unique, names(&columns), said);
        }
        for key in &table.foreign_keys {
            let parent = &self.schema[key.parent];
            let encode = |row: &[Value], columns: &[seedbed_schema_model::ColumnIdx], child: bool| {
                let mut bytes = Vec::new();
                for (column, compared) in columns.iter().zip(&key.parent_columns) {
                    let value = row[column.position()].clone();
                    let value = if child { stored_value(value, &table[*column], self.schema) } else { value };
                    let rule = KeyPartRule::of_column(&parent[*compared]);
                    push_key_part(&mut bytes, &value, rule, self.schema);
                }
                bytes
            };
            let parents: BTreeSet<Vec<u8>> = self
                .rows
                .get(&key.parent)
                .into_iter()
                .flatten()
                .map(|row| row.iter().map(|(value, _)| value.clone()).collect::<Vec<_>>())
                .filter(|row| key.parent_columns.iter().all(|c| !row[c.position()].is_null()))
                .map(|row| encode(&row, &key.parent_columns, false))
                .collect();
            let enforced = semantics(self.schema.dialect).constraints.full_match == FullMatch::Enforced;
            let full = key.match_kind == MatchKind::Full && enforced;
            let mut told = BTreeSet::new();
            let mut finding = Finding {
                table: name.to_owned(),
                kind: ConstraintKind::ForeignKey,
                columns: names(&key.columns),
                rows_checked: 0,
                violations: 0,
                offenders: Vec::new(),
            };
            let readable = !finding.columns.iter().any(|column| absent.contains(column));
            for (number, row) in values.iter().enumerate().filter(|_| readable) {
                let nulls = key.columns.iter().filter(|c| row[c.position()].is_null()).count();
                if nulls > 0 {
                    if full && nulls < key.columns.len() {
                        finding.rows_checked += 1;
                        finding.violations += 1;
                        let reason = "MATCH FULL takes no mixture of NULL and values".to_owned();
                        finding.offenders.push((number as u64, Some(reason)));
                    }
                    continue;
                }
                finding.rows_checked += 1;
                let wanted = encode(row, &key.columns, true);
                if !parents.contains(&wanted) {
                    finding.violations += 1;
                    if told.insert(wanted) {
                        let reason = "there is no such parent".to_owned();
                        finding.offenders.push((number as u64, Some(reason)));
                    }
                }
            }
            finding.offenders.truncate(5);
            all.push(finding);
        }
        all
    }

    /// A CHECK passes unless it is false; what the server would raise refuses the row as well.
    fn condition(&self, expr: &Expr, table: &Table, row: &[Value], domain: Option<usize>) -> Said {
        let domain_value = domain.map(|at| row[at].clone());
        let cx = Context { domain_value, ..Context::new(self.schema, Some(table)) };
        match truth(expr, &row, &cx) {
            Ok(truth) => Some(verdict(truth != Some(false))),
            Err(error) => failed(error),
        }
    }
}

fn collation_of<'s>(part: &'s seedbed_schema_model::KeyPart, expr: &'s Expr) -> Option<&'s str> {
    let written = match expr {
        Expr::Collate { collation, .. } => Some(collation.as_str()),
        _ => None,
    };
    part.collation.as_deref().or(written)
}

fn verdict(holds: bool) -> Result<(), Option<String>> {
    if holds { Ok(()) } else { Err(None) }
}

fn failed(error: EvaluateError) -> Said {
    match error {
        EvaluateError::Runtime { message } => Some(Err(Some(message))),
        _ => None,
    }
}
