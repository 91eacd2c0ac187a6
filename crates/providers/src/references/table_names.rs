//! What tables and their keys are called in the names of columns.
//!
//! A column says `customer_id`, the table is `crm_customers` and its key `customerid`. All names are brought to words
//! in the singular, less the word that an application or a module puts before all its tables, and less the table's name
//! before its key's; then equal names mean the same thing. Words are joined for the look-up, so that `orderline` and
//! `order_line` are one. Maps are ordered: what is found first reaches the plan.

use super::single_keys;
use crate::infer::name::{singular, words};
use seedbed_schema_model::{ColumnIdx, Schema, Table, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// The names of a schema's tables and their keys, word by word in the singular.
#[derive(Debug)]
pub(super) struct TableNames {
    /// By table id.
    tables: Vec<TableName>,
    /// Tables by their whole name.
    by_name: BTreeMap<String, Vec<TableId>>,
    /// Tables of modules by what their names say after the module's word.
    by_name_in_module: BTreeMap<String, Vec<TableId>>,
    /// Primary keys of one column by their whole name.
    by_key: BTreeMap<String, Vec<(TableId, ColumnIdx)>>,
    /// The words that tables of one module begin with; empty in a schema without modules.
    modules: BTreeSet<String>,
}

/// What one table and its keys are called.
#[derive(Debug)]
struct TableName {
    /// Without the word that all tables begin with.
    words: Vec<String>,
    /// The primary key first.
    keys: Vec<NamedKey>,
}

/// A key of one column.
#[derive(Debug)]
struct NamedKey {
    column: ColumnIdx,
    /// What its name says beside the table's: `id` for both `id` and `customer_id` of `customers`.
    rest: String,
    /// Whether a column may be named after it: the primary key, or one that is called a key.
    telling: bool,
}

impl TableNames {
    /// The names of a schema. Costs one pass over its tables and their columns.
    pub(super) fn new(schema: &Schema) -> Self {
        let mut all: Vec<Vec<String>> = schema.tables.iter().map(|t| singulars(&t.name.name)).collect();
        if let Some(prefix) = common_prefix(&all) {
            for words in all.iter_mut().filter(|w| w.len() > 1 && w[0] == prefix) {
                words.remove(0);
            }
        }
        let modules = modules(&all);
        let mut names = Self {
            tables: Vec::new(),
            by_name: BTreeMap::new(),
            by_name_in_module: BTreeMap::new(),
            by_key: BTreeMap::new(),
            modules,
        };
        for ((id, table), words) in schema.tables_indexed().zip(all) {
            names.push(id, table, words);
        }
        names
    }

    /// Adds a table whose name is these words.
    fn push(&mut self, id: TableId, table: &Table, words: Vec<String>) {
        let mut keys = Vec::new();
        // Rows of partitions are rows of their root.
        if table.partition_of.is_none() {
            self.by_name.entry(words.concat()).or_default().push(id);
            if words.len() > 1 && self.modules.contains(&words[0]) {
                self.by_name_in_module.entry(words[1..].concat()).or_default().push(id);
            }
            let name = words.concat();
            for (at, column) in single_keys(table).enumerate() {
                let is_primary = at == 0 && table.primary_key.as_ref().is_some_and(|k| k.columns == [column]);
                let key = key_words(&table[column].name);
                if is_primary {
                    self.by_key.entry(key.concat()).or_default().push((id, column));
                }
                let telling = is_primary || key.last().is_some_and(|w| marks_key(w));
                keys.push(NamedKey { column, rest: without_table(&key, &name).concat(), telling });
            }
        }
        self.tables.push(TableName { words, keys });
    }

    /// The words of a table's name in the singular, without the word that most tables begin with.
    pub(super) fn words(&self, table: TableId) -> &[String] {
        &self.tables[table].words
    }

    /// The tables of which these words are the whole name; several if schemas or plurals differ.
    pub(super) fn called(&self, words: &[String]) -> &[TableId] {
        self.by_name.get(&words.concat()).map_or(&[], Vec::as_slice)
    }

    /// The tables of any module of which these words are the name behind the module's word: `course` finds
    /// `pt_courses`.
    pub(super) fn called_in_a_module(&self, words: &[String]) -> &[TableId] {
        self.by_name_in_module.get(&words.concat()).map_or(&[], Vec::as_slice)
    }

    /// The word of the module that a table belongs to; `None` in a schema without modules.
    pub(super) fn module(&self, table: TableId) -> Option<&String> {
        self.words(table).first().filter(|first| self.modules.contains(*first))
    }

    /// The key of a table that is called by these words once the table itself is named: of `customers`, `id` is
    /// `customer_id`.
    pub(super) fn key_called(&self, table: TableId, words: &[String]) -> Option<ColumnIdx> {
        let name = words.concat();
        self.tables[table].keys.iter().find(|k| k.telling && k.rest == name).map(|k| k.column)
    }

    /// The primary keys of one column of which these words are the whole name.
    pub(super) fn keys_called(&self, words: &[String]) -> &[(TableId, ColumnIdx)] {
        self.by_key.get(&words.concat()).map_or(&[], Vec::as_slice)
    }
}

/// A name's words, each in the singular.
pub(super) fn singulars(name: &str) -> Vec<String> {
    words(name).iter().map(|w| singular(w)).collect()
}

/// Whether a word marks a key.
pub(super) fn marks_key(word: &str) -> bool {
    matches!(
        word,
        "id" | "uid" | "uuid" | "guid" | "no" | "nr" | "num" | "number" | "code" | "key" | "pk" | "sk"
    )
}

/// The words of a column's name in the singular, a mark of keys last: `hostid` in two, `id_host` turned round,
/// `fk_host` without its mark.
pub(super) fn key_words(name: &str) -> Vec<String> {
    let mut words = singulars(name);
    if words.len() > 1 && words[0] == "fk" {
        words.remove(0);
    }
    if words.len() > 1 && words.last().is_some_and(|w| w == "fk") {
        words.pop();
    }
    if words.len() > 1 && words[0] == "id" {
        words.rotate_left(1);
    }
    let joined = words.last().and_then(|w| w.strip_suffix("id")).filter(|s| s.len() > 2);
    if let Some(stem) = joined.map(singular) {
        words.pop();
        words.extend([stem, "id".to_owned()]);
    }
    words
}

/// The words after those that only repeat the table's name; all of them if they don't, or if nothing would be left.
pub(super) fn without_table<'w>(words: &'w [String], table: &str) -> &'w [String] {
    let at = (1..words.len()).find(|at| words[..*at].concat() == table).unwrap_or(0);
    &words[at..]
}

/// How many names of several words begin with each word.
fn first_words(all: &[Vec<String>]) -> BTreeMap<&String, usize> {
    let mut counts = BTreeMap::new();
    for first in all.iter().filter(|w| w.len() > 1).map(|w| &w[0]) {
        *counts.entry(first).or_default() += 1;
    }
    counts
}

/// The word that most tables begin with, an application's mark: at least three, and four of five of all. A table that
/// is called by that word alone keeps it.
fn common_prefix(all: &[Vec<String>]) -> Option<String> {
    let (word, count) = first_words(all).into_iter().max_by_key(|(_, count)| *count)?;
    (count >= 3 && count * 5 >= all.len() * 4).then(|| word.clone())
}

/// Words that three tables or more begin with and none is called by, where three of five tables begin with such a word:
/// `pt` of `pt_courses` and `pt_exams`. Elsewhere none, so that `order_lines` makes no module of `order`.
fn modules(all: &[Vec<String>]) -> BTreeSet<String> {
    let tables: BTreeSet<&String> = all.iter().filter(|w| w.len() == 1).map(|w| &w[0]).collect();
    let counts = first_words(all);
    let modules = || counts.iter().filter(|(word, count)| **count >= 3 && !tables.contains(**word));
    let covered: usize = modules().map(|(_, count)| count).sum();
    if covered * 5 < all.len() * 3 {
        return BTreeSet::new();
    }
    modules().map(|(word, _)| (*word).clone()).collect()
}
