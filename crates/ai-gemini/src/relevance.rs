//! Which tables a sentence speaks of, when not all of them can be shown.

use seedbed_schema_model::{Schema, TableId};
use std::collections::BTreeSet;

/// Letters that a word has at least to be compared.
const SHORTEST: usize = 3;

/// All tables, those that the words need most first: the one that the question is about, those that are named by their name or by
/// their columns', what these refer to, what refers to these, and the rest in order.
pub(crate) fn by_relevance(schema: &Schema, words: &str, about: Option<TableId>) -> Vec<TableId> {
    let words = stems(words);
    let mut order: Vec<TableId> = about.into_iter().collect();
    let mut seen: BTreeSet<TableId> = order.iter().copied().collect();
    let mut scored: Vec<(u32, TableId)> = schema
        .tables_indexed()
        .map(|(id, _)| (score(schema, id, &words), id))
        .filter(|(s, _)| *s > 0)
        .collect();
    scored.sort_by_key(|(score, id)| (std::cmp::Reverse(*score), *id));
    let mut add = |id: TableId, order: &mut Vec<TableId>| {
        if seen.insert(id) {
            order.push(id);
        }
    };
    for (_, id) in scored {
        add(id, &mut order);
    }
    // Parents of parents too: the list grows while it is walked.
    let mut at = 0;
    while let Some(id) = order.get(at).copied() {
        schema[id].foreign_keys.iter().for_each(|key| add(key.parent, &mut order));
        at += 1;
    }
    let shown: BTreeSet<TableId> = order.iter().copied().collect();
    let refers = |id: TableId| schema[id].foreign_keys.iter().any(|key| shown.contains(&key.parent));
    let all = || schema.tables_indexed().map(|(id, _)| id);
    for id in all().filter(|id| refers(*id)).chain(all()) {
        add(id, &mut order);
    }
    order
}

/// How much of a table's names is in the words: a table's own name weighs more than all of its columns.
fn score(schema: &Schema, table: TableId, words: &BTreeSet<String>) -> u32 {
    let named = |name: &str| stems(name).iter().filter(|stem| words.contains(*stem)).count() as u32;
    let table = &schema[table];
    let columns: u32 = table.columns.iter().map(|c| named(&c.name).min(1)).sum();
    named(&table.name.name) * 1_000 + columns.min(999)
}

/// The words of a text in lower case, without the endings of plurals. A change of case within a name is a border of words.
fn stems(text: &str) -> BTreeSet<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in text.chars() {
        if !c.is_alphanumeric() || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.iter().map(|w| stem(w)).filter(|w| w.chars().count() >= SHORTEST).collect()
}

fn stem(word: &str) -> String {
    if let Some(start) = word.strip_suffix("ies") {
        return format!("{start}y");
    }
    let es = ["ses", "xes", "zes", "ches", "shes"].iter().any(|end| word.ends_with(end));
    if es {
        return word[..word.len() - 2].to_owned();
    }
    word.strip_suffix('s').filter(|w| !w.ends_with('s')).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_ddl_parse::parse;
    use seedbed_schema_model::{Dialect, SourceMap};

    const SHOP: &str = "
        CREATE TABLE audit_log (id int PRIMARY KEY, entry text);
        CREATE TABLE customers (id int PRIMARY KEY, name text);
        CREATE TABLE categories (id int PRIMARY KEY, title text);
        CREATE TABLE products (id int PRIMARY KEY, category_id int REFERENCES categories (id), price numeric);
        CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers (id));
        CREATE TABLE order_lines (order_id int REFERENCES orders (id), product_id int REFERENCES products (id));";

    fn names(words: &str, about: Option<u32>) -> Vec<String> {
        let schema = parse(&SourceMap::of(SHOP), Some(Dialect::Postgres)).schema;
        let order = by_relevance(&schema, words, about.map(TableId));
        assert_eq!(order.len(), schema.tables.len());
        order.into_iter().map(|id| schema[id].name.name.clone()).collect()
    }

    #[test]
    fn named_tables_come_first_and_their_parents_next() {
        assert_eq!(names("Every product is cheap", None)[..3], ["products", "order_lines", "categories"]);
        assert_eq!(names("all Category titles", None)[..2], ["categories", "products"]);
    }

    #[test]
    fn what_the_question_is_about_is_always_first() {
        assert_eq!(names("products", Some(0))[..2], ["audit_log", "products"]);
    }

    #[test]
    fn plurals_and_camel_case_are_seen_through() {
        let of = |text: &str| stems(text).into_iter().collect::<Vec<_>>();
        assert_eq!(of("orderLines, Boxes & categories"), ["box", "category", "line", "order"]);
        assert_eq!(of("Straße an"), ["straße"]);
    }
}
