//! A plan as text, for people and for tests.

use crate::{LoadPlan, LoadStep, TableLoad};
use seedbed_schema_model::{ColumnIdx, CycleBreak, Schema, Table, TableId};
use std::fmt::Write as _;

impl LoadPlan {
    /// The plan in lines: a line for each step, and beneath it what is special about its tables.
    pub fn to_text(&self, schema: &Schema) -> String {
        let mut out = String::new();
        let name = |id: &TableId| schema[*id].name.to_string();
        for source in &self.settings {
            let column = &schema[source.table][source.column].name;
            let _ = writeln!(out, "setting {} from {}.{column}", source.setting, name(&source.table));
        }
        let last = self.not_transactional.iter().map(|step| (step, " (no rollback)"));
        for (LoadStep { tables }, note) in self.steps.iter().map(|step| (step, "")).chain(last) {
            let names: Vec<String> = tables.iter().map(name).collect();
            let _ = writeln!(out, "load {}{note}", names.join(" with "));
            for table in tables.iter().filter_map(|t| self.table(*t)) {
                for remark in table.remarks(schema) {
                    let _ = writeln!(out, "  {remark}");
                }
            }
        }
        out
    }
}

impl TableLoad {
    fn remarks(&self, schema: &Schema) -> Vec<String> {
        let owner = &schema[self.table];
        let mut remarks = Vec::new();
        for broken in &self.broken {
            let reference = &owner.foreign_keys[usize::from(broken.foreign_key.index)];
            let how = match broken.how {
                CycleBreak::Defer => "is checked at the end",
                CycleBreak::NullFirst => "is NULL first",
                CycleBreak::Hard => "can't wait",
            };
            let (columns, parent) = (columns(owner, &reference.columns), &schema[reference.parent].name);
            remarks.push(format!("reference ({columns}) to {parent} {how}"));
        }
        if let Some(deferred) = &self.deferred {
            let key = deferred.key.as_ref().map_or("no key".to_owned(), |k| columns(owner, k));
            remarks.push(format!("update {} by {key}", columns(owner, &deferred.columns)));
        }
        let feeders = self.fed_by.iter().map(|f| format!("rows come from triggers of {}", schema[*f].name));
        remarks.extend(feeders);
        remarks.extend(self.may_be_refused.then(|| "may be refused".to_owned()));
        remarks.extend(self.lacks_a_parent.then(|| "refers to a table that isn't there".to_owned()));
        let advanced = self.sequences.iter().map(|s| format!("advance sequence of {}", owner[s.column].name));
        remarks.extend(advanced);
        remarks.extend(self.checked_at_once.iter().map(|name| format!("check {name} at once")));
        let looked_up = self.reference_checks.iter().map(|check| &schema[check.parent].name);
        remarks.extend(looked_up.map(|parent| format!("look up references to {parent}")));
        remarks
    }
}

fn columns(table: &Table, columns: &[ColumnIdx]) -> String {
    columns.iter().map(|c| table[*c].name.as_str()).collect::<Vec<_>>().join(", ")
}
