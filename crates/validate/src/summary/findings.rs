//! Tallies and statistics in a summary.

use super::{SummaryReader, SummaryWriter};
use crate::ValidateError;
use crate::batch_check::{COMPUTED, NOT_IN_ROWS};
use crate::report::Offender;
use crate::statistics::Statistics;
use crate::statistics::distinct::Distinct;
use crate::statistics::hyper_log_log::HyperLogLog;
use crate::statistics::row_sample::RowSample;
use crate::tally::Tally;
use crate::worker::TableFindings;
use seedbed_schema_model::{Schema, Table};
use seedbed_sql_values::{Decimal, Value};

/// The words for a column that no batch had, by number.
const ABSENCES: [&str; 2] = [COMPUTED, NOT_IN_ROWS];

impl SummaryWriter<'_> {
    /// What the rows of a table have left behind, if any has come.
    pub(crate) fn findings(
        &mut self,
        findings: Option<&mut TableFindings>,
        table: &Table,
        schema: &Schema,
    ) -> Result<(), ValidateError> {
        self.optional(findings, |writer, findings| {
            writer.number(findings.rows)?;
            writer.number(findings.tallies.len() as u64)?;
            findings.tallies.iter().try_for_each(|tally| writer.tally(tally))?;
            for (at, column) in table.columns.iter().enumerate() {
                let statistics = &mut findings.statistics[at];
                statistics.complete(column, schema);
                let absent =
                    findings.absent[at].and_then(|why| ABSENCES.iter().position(|known| *known == why));
                writer.optional(absent, |writer, why| writer.number(why as u64))?;
                writer.statistics(statistics)?;
            }
            writer.sample(&findings.sample)
        })
    }

    fn tally(&mut self, tally: &Tally) -> Result<(), ValidateError> {
        self.number(tally.rows_checked)?;
        self.number(tally.violations)?;
        self.number(tally.offenders.len() as u64)?;
        for offender in &tally.offenders {
            self.number(offender.row)?;
            self.number(offender.values.len() as u64)?;
            for value in &offender.values {
                self.optional(value.as_deref(), Self::text)?;
            }
            self.optional(offender.reason.as_deref(), Self::text)?;
        }
        self.optional(tally.undecided.as_ref(), |writer, (row, reason)| {
            writer.number(*row)?;
            writer.text(reason)
        })
    }

    fn statistics(&mut self, found: &Statistics) -> Result<(), ValidateError> {
        self.number(found.rows)?;
        self.number(found.nulls)?;
        self.optional(found.extent.as_ref(), |writer, (low, high)| {
            writer.value(low)?;
            writer.value(high)
        })?;
        match &found.distinct {
            Distinct::Counted(_) => {
                let all = found.distinct.frequencies().unwrap_or_default();
                self.number(0)?;
                self.number(all.len() as u64)?;
                for (hash, frequency) in all {
                    self.number(hash)?;
                    self.number(frequency.rows)?;
                    self.value(&frequency.value)?;
                }
                Ok(())
            }
            Distinct::Exact(hashes) => {
                let mut hashes: Vec<u64> = hashes.iter().copied().collect();
                hashes.sort_unstable();
                self.number(1)?;
                self.number(hashes.len() as u64)?;
                hashes.into_iter().try_for_each(|hash| self.number(hash))
            }
            Distinct::Estimated(sketch) => {
                self.number(2)?;
                self.bytes(sketch.registers())
            }
        }
    }

    fn sample(&mut self, sample: &RowSample) -> Result<(), ValidateError> {
        self.number(sample.level.into())?;
        self.number(sample.rows.len() as u64)?;
        for (row, values) in &sample.rows {
            self.number(*row)?;
            values.iter().try_for_each(|value| self.value(value))?;
        }
        Ok(())
    }

    /// A value with its kind, which need not be its column's: SQLite keeps a text in a column of integers.
    fn value(&mut self, value: &Value) -> Result<(), ValidateError> {
        let (kind, bytes): (u8, &[u8]) = match value {
            Value::Boolean(truth) => (1, &[(*truth).into()]),
            Value::Integer(n) => (2, &n.to_le_bytes()),
            Value::Decimal(d) => {
                self.raw(&[3, d.scale])?;
                return self.raw(&d.unscaled.to_le_bytes());
            }
            Value::Float(f) => (4, &f.to_bits().to_le_bytes()),
            Value::Date(days) => (5, &days.to_le_bytes()),
            Value::Time(micros) => (6, &micros.to_le_bytes()),
            Value::Timestamp(micros) => (7, &micros.to_le_bytes()),
            Value::Uuid(uuid) => (8, &uuid.to_le_bytes()),
            Value::Text(text) => return self.sized(9, text.as_bytes()),
            Value::Bits(bits) => return self.sized(10, bits.as_bytes()),
            Value::Bytes(bytes) => return self.sized(11, bytes),
            // Of kinds without an order nothing is told but their number.
            _ => (0, &[]),
        };
        self.raw(&[kind])?;
        self.raw(bytes)
    }

    fn sized(&mut self, kind: u8, bytes: &[u8]) -> Result<(), ValidateError> {
        self.raw(&[kind])?;
        self.bytes(bytes)
    }
}

impl SummaryReader<'_> {
    /// What [`SummaryWriter::findings`] wrote.
    pub(crate) fn findings(
        &mut self,
        table: &Table,
        constraints: usize,
    ) -> Result<Option<TableFindings>, ValidateError> {
        self.optional(|reader| {
            let mut findings = TableFindings::new(table.columns.len(), constraints);
            findings.rows = reader.number()?;
            if reader.number()? != constraints as u64 {
                return Err(ValidateError::OtherSummary);
            }
            for tally in &mut findings.tallies {
                *tally = reader.tally()?;
            }
            for at in 0..table.columns.len() {
                let absent = reader.optional(Self::count)?;
                findings.absent[at] = absent.and_then(|why| ABSENCES.get(why).copied());
                findings.statistics[at] = reader.statistics()?;
            }
            findings.sample = reader.sample(table)?;
            Ok(findings)
        })
    }

    fn tally(&mut self) -> Result<Tally, ValidateError> {
        let (rows_checked, violations) = (self.number()?, self.number()?);
        let offenders = (0..self.number()?).map(|_| self.offender()).collect::<Result<_, _>>()?;
        let undecided = self.optional(|reader| Ok((reader.number()?, reader.text()?)))?;
        Ok(Tally { rows_checked, violations, offenders, undecided })
    }

    fn offender(&mut self) -> Result<Offender, ValidateError> {
        let row = self.number()?;
        let values = (0..self.number()?).map(|_| self.optional(Self::text)).collect::<Result<_, _>>()?;
        Ok(Offender { row, values, reason: self.optional(Self::text)? })
    }

    fn statistics(&mut self) -> Result<Statistics, ValidateError> {
        let (rows, nulls) = (self.number()?, self.number()?);
        let extent = self.optional(|reader| Ok((reader.value()?, reader.value()?)))?;
        let distinct = match self.number()? {
            0 => {
                let mut counts = Distinct::default();
                for _ in 0..self.number()? {
                    let (hash, rows) = (self.number()?, self.number()?);
                    let value = self.value()?;
                    counts.add(hash, rows, || value);
                }
                counts
            }
            1 => {
                let hashes = (0..self.number()?).map(|_| self.number()).collect::<Result<_, _>>()?;
                Distinct::Exact(hashes)
            }
            _ => {
                let sketch = HyperLogLog::of_registers(&self.bytes()?);
                Distinct::Estimated(sketch.ok_or(ValidateError::OtherSummary)?)
            }
        };
        Ok(Statistics { rows, nulls, extent, distinct, ..Statistics::default() })
    }

    fn sample(&mut self, table: &Table) -> Result<RowSample, ValidateError> {
        let level = u32::try_from(self.number()?).map_err(|_| ValidateError::OtherSummary)?;
        let mut rows = Vec::new();
        for _ in 0..self.number()? {
            let row = self.number()?;
            let values = table.columns.iter().map(|_| self.value()).collect::<Result<_, _>>()?;
            rows.push((row, values));
        }
        Ok(RowSample { level, rows })
    }

    fn value(&mut self) -> Result<Value, ValidateError> {
        let [kind] = self.array()?;
        Ok(match kind {
            0 => Value::Null,
            1 => Value::Boolean(self.array()? == [1]),
            2 => Value::Integer(i128::from_le_bytes(self.array()?)),
            3 => {
                let [scale] = self.array()?;
                Value::Decimal(Decimal::new(i128::from_le_bytes(self.array()?), scale))
            }
            4 => Value::Float(f64::from_bits(u64::from_le_bytes(self.array()?))),
            5 => Value::Date(i32::from_le_bytes(self.array()?)),
            6 => Value::Time(i64::from_le_bytes(self.array()?)),
            7 => Value::Timestamp(i64::from_le_bytes(self.array()?)),
            8 => Value::Uuid(u128::from_le_bytes(self.array()?)),
            9 => Value::Text(self.text()?),
            10 => Value::Bits(self.text()?),
            11 => Value::Bytes(self.bytes()?),
            _ => return Err(ValidateError::OtherSummary),
        })
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ValidateError> {
        let mut bytes = [0; N];
        self.raw(&mut bytes)?;
        Ok(bytes)
    }
}
