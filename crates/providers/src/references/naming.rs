//! Which table's key a column is named after.
//!
//! A column is asked in several ways that schemas spell a reference, from the most telling to the least. Each way is a
//! function that names candidates; what holds for all, types that fit and the table's own key, is checked in one place
//! after it, while the weaker ways ask for the very same type besides. The first way with any candidate left decides,
//! so that a weak one never overrules a strong one: if it has several, those in the table's own database schema count,
//! and if that isn't one either the column refers to nothing.

use super::table_names::{TableNames, key_words, marks_key, singulars, without_table};
use super::{fits, primary};
use crate::infer::name::words;
use seedbed_schema_model::{ColumnIdx, Schema, Table, TableId};

/// A parent and its key, and what of the name says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReferenceGuess {
    /// The table that is referred to.
    pub(super) parent: TableId,
    /// A column of it that tells its rows apart alone.
    pub(super) key: ColumnIdx,
    /// A phrase for `explain`, without the types.
    pub(super) reason: &'static str,
}

/// The ways to spell a reference, most telling first. The first that finds a table decides; one that finds several
/// leaves the column alone.
const WAYS: &[(Way, &str)] = &[
    (table_of_the_module, "the name is the table's singular plus its key, within one module"),
    (table_and_key, "the name is the table's singular plus its key"),
    (
        table_of_the_same_kind,
        "the name is the table's plus its key, after the words that both tables begin with",
    ),
    (table_of_any_module, "the name is the singular of one module's table plus its key"),
    (key_of_one_table, "the name is that table's key and no other's"),
    (table_alone, "the name is the table's singular"),
    (parent_of_its_kind, "the name asks for a parent of the same table"),
    (role_and_table, "the name is a role, then the table's singular plus its key"),
    (role_of_a_user, "the name is what a user does"),
];

/// Candidates for a column's parent, with the key that is meant, in any order and with repeats.
type Way = fn(&Asked<'_>) -> Vec<(TableId, ColumnIdx)>;

/// A column whose parent is looked for.
struct Asked<'a> {
    schema: &'a Schema,
    names: &'a TableNames,
    /// The column's table.
    table: TableId,
    column: ColumnIdx,
    /// The words of its name in the singular, a mark of keys last.
    words: Vec<String>,
    /// Whether the column is its table's whole primary key.
    is_key: bool,
}

/// The parent that a column's name tells, if its type fits and no other is as likely.
pub(super) fn find(
    schema: &Schema,
    names: &TableNames,
    table: TableId,
    column: ColumnIdx,
) -> Option<ReferenceGuess> {
    let words = key_words(&schema[table][column].name);
    let is_key = primary(&schema[table]) == Some(column);
    let asked = Asked { schema, names, table, column, words, is_key };
    if asked.is_typed_apart() {
        return None;
    }
    for (way, reason) in WAYS {
        let mut found = way(&asked);
        found.retain(|(parent, key)| asked.admits(*parent, *key));
        found.sort_unstable();
        found.dedup();
        let near: Vec<(TableId, ColumnIdx)> =
            found.iter().copied().filter(|(parent, _)| asked.is_near(*parent)).collect();
        match (found.as_slice(), near.as_slice()) {
            ([], _) => {}
            ([(parent, key)], _) | (_, [(parent, key)]) => {
                return Some(ReferenceGuess { parent: *parent, key: *key, reason });
            }
            _ => return None,
        }
    }
    None
}

impl Asked<'_> {
    fn table(&self) -> &Table {
        &self.schema[self.table]
    }

    /// Whether another column says which table is meant, row by row: `owner_id` beside `owner_type`. No foreign key can
    /// say that.
    fn is_typed_apart(&self) -> bool {
        const KINDS: &[&str] = &["type", "kind", "class", "model", "table", "entity"];
        let role = split_key(&self.words).1.concat();
        let is_kind = |name: &str| {
            let name = singulars(name).concat();
            KINDS.iter().any(|kind| name.strip_suffix(kind) == Some(role.as_str()))
        };
        !role.is_empty() && self.table().columns.iter().any(|c| is_kind(&c.name))
    }

    /// Whether the parent's key can be what the column holds: the types fit, and the key is neither the column itself
    /// nor, if the column is its table's key, in the same table.
    fn admits(&self, parent: TableId, key: ColumnIdx) -> bool {
        // A table whose whole key is another's extends it one to one.
        fits(self.schema, self.table, self.column, parent, key)
            && (parent, key) != (self.table, self.column)
            && !(self.is_key && parent == self.table)
    }

    /// Whether the parent is in the same database schema.
    fn is_near(&self, parent: TableId) -> bool {
        self.schema[parent].name.schema == self.table().name.schema
    }

    /// Whether the two columns are of one type; weaker ways ask for that.
    fn is_same_type(&self, (parent, key): &(TableId, ColumnIdx)) -> bool {
        self.schema.base_type(&self.table()[self.column].ty)
            == self.schema.base_type(&self.schema[*parent][*key].ty)
    }

    /// Tables called by some words, with that of their keys which is called by others.
    fn keyed(&self, entity: &[String], key: &[String]) -> Vec<(TableId, ColumnIdx)> {
        let parents = self.names.called(entity).iter();
        parents.filter_map(|p| self.names.key_called(*p, key).map(|k| (*p, k))).collect()
    }
}

/// Every cut of the words into a table's name and a key's, both of one word at least, the table's shortest first.
fn cuts(words: &[String]) -> impl Iterator<Item = (&[String], &[String])> {
    (1..words.len()).map(|at| words.split_at(at))
}

/// The last word if it marks a key and isn't all there is, and what stands before: `owner_id` is `id` and `owner`,
/// `owner` is nothing and `owner`.
fn split_key(words: &[String]) -> (&[String], &[String]) {
    match words.split_last() {
        Some((last, front)) if marks_key(last) && !front.is_empty() => (&words[front.len()..], front),
        _ => (&[], words),
    }
}

/// `course_id` in `pt_exams`, for `pt_courses`, where tables that begin with `pt` are many.
fn table_of_the_module(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    let Some(module) = asked.names.module(asked.table) else { return Vec::new() };
    after_words(asked, std::slice::from_ref(module))
}

/// `status_id` in `order_detail`, for `order_detail_status` or else `order_status`.
fn table_of_the_same_kind(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    let own = asked.names.words(asked.table);
    let shared = (1..=own.len()).rev().map(|n| after_words(asked, &own[..n]));
    shared.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

/// Tables whose name is some words, then those of the column.
fn after_words(asked: &Asked<'_>, first: &[String]) -> Vec<(TableId, ColumnIdx)> {
    if asked.is_key {
        return Vec::new();
    }
    let named = |(entity, key): (&[String], &[String])| asked.keyed(&[first, entity].concat(), key);
    let mut found: Vec<(TableId, ColumnIdx)> = cuts(&asked.words).flat_map(named).collect();
    found.retain(|(parent, _)| *parent != asked.table);
    found
}

/// `customer_id`, `customerid`, `id_customer` in any table but `customers` itself.
fn table_and_key(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    let mut found: Vec<(TableId, ColumnIdx)> =
        cuts(&asked.words).flat_map(|(entity, key)| asked.keyed(entity, key)).collect();
    found.retain(|(parent, _)| *parent != asked.table);
    found
}

/// `user_id`, for `auth_user`, where no other module has such a table.
fn table_of_any_module(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    if asked.is_key {
        return Vec::new();
    }
    let named = |(entity, key): (&[String], &[String])| {
        let parents = asked.names.called_in_a_module(entity).iter();
        parents.filter_map(|p| asked.names.key_called(*p, key).map(|k| (*p, k))).collect::<Vec<_>>()
    };
    let mut found: Vec<(TableId, ColumnIdx)> = cuts(&asked.words).flat_map(named).collect();
    found.retain(|found| asked.is_same_type(found));
    found
}

/// `emp_no`, wherever one table alone has it as its key, and may well be called so: `employee`, or a number that the
/// server gives.
fn key_of_one_table(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    let (mark, stem) = split_key(&asked.words);
    if asked.is_key || mark.is_empty() {
        return Vec::new();
    }
    let own = |(parent, key): &(TableId, ColumnIdx)| {
        let name = asked.names.words(*parent);
        let abbreviated = matches!((name, stem), ([name], [stem]) if abbreviates(stem, name));
        let numbered = asked.schema[*parent][*key].numbering.is_some() && !name.ends_with(stem);
        abbreviated || numbered
    };
    let mut found = asked.names.keys_called(&asked.words).to_vec();
    if found.len() == 1 {
        found.retain(own);
    }
    found
}

/// Whether a word of three letters or more is another, or its first letter and some more of its letters in their order:
/// `dept` of `department`, `emp` of `employee`.
fn abbreviates(short: &str, long: &str) -> bool {
    let mut letters = long.chars();
    let mut first = true;
    short.chars().count() > 2
        && short.chars().all(|c| {
            let found = if first { letters.next() == Some(c) } else { letters.any(|l| l == c) };
            first = false;
            found
        })
}

/// `artist`, of the very type of the key of `artist`, which is no text: a text may as well be the thing itself. A name
/// in the plural counts such things rather than referring to one.
fn table_alone(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    let column = &asked.table()[asked.column];
    let several = words(&column.name) != singulars(&column.name);
    if asked.is_key || several || asked.schema.base_type(&column.ty).is_text() {
        return Vec::new();
    }
    let parents = asked.names.called(&asked.words).iter().filter(|p| **p != asked.table);
    let keys = parents.filter_map(|p| primary(&asked.schema[*p]).map(|key| (*p, key)));
    keys.filter(|found| asked.is_same_type(found)).collect()
}

/// `parent_id`, `category_parent` in `categories`: a tree of rows of one table.
fn parent_of_its_kind(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    let own = asked.names.words(asked.table).concat();
    let (_, role) = split_key(without_table(&asked.words, &own));
    let is_parent = matches!(role, [parent] if parent == "parent");
    let key = primary(asked.table()).filter(|_| is_parent && !asked.is_key);
    key.map(|key| (asked.table, key)).into_iter().collect()
}

/// `billing_address_id`, for `addresses`: the words before the table's name say in which role it is referred to.
fn role_and_table(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    if asked.is_key || split_key(&asked.words).0.is_empty() || names_a_stranger(&asked.words) {
        return Vec::new();
    }
    // The longest name of a table is the one that is meant.
    let after = |role: usize| cuts(&asked.words[role..]).flat_map(|(e, k)| asked.keyed(e, k)).collect();
    let found: Option<Vec<(TableId, ColumnIdx)>> =
        (1..asked.words.len()).map(after).find(|found: &Vec<_>| !found.is_empty());
    found.into_iter().flatten().filter(|found| asked.is_same_type(found)).collect()
}

/// Whether the name says that the value is a key in another system (`stripe_customer_id`), and so refers to no table
/// here.
fn names_a_stranger(words: &[String]) -> bool {
    const STRANGERS: &[&str] = &[
        "external", "ext", "remote", "foreign", "legacy", "old", "orig", "original", "source", "vendor",
        "ncbi", "stripe", "paypal", "google", "github", "gitlab", "facebook", "twitter",
    ];
    words.iter().any(|w| STRANGERS.contains(&w.as_str()))
}

/// `created_by`, `author_id`, for the one table of users.
fn role_of_a_user(asked: &Asked<'_>) -> Vec<(TableId, ColumnIdx)> {
    const DEEDS: &[&str] = &[
        "created",
        "updated",
        "modified",
        "changed",
        "edited",
        "deleted",
        "archived",
        "added",
        "removed",
        "uploaded",
        "approved",
        "reviewed",
        "assigned",
        "closed",
        "opened",
        "locked",
        "submitted",
        "invited",
        "granted",
        "revoked",
        "published",
        "cancelled",
        "canceled",
        "resolved",
        "verified",
    ];
    const ROLES: &[&str] = &[
        "author",
        "owner",
        "creator",
        "editor",
        "assignee",
        "reviewer",
        "approver",
        "sender",
        "recipient",
        "uploader",
        "submitter",
    ];
    let (key, role) = split_key(&asked.words);
    let acts = match role {
        [deed, by] => by == "by" && DEEDS.contains(&deed.as_str()),
        [role] => !key.is_empty() && ROLES.contains(&role.as_str()),
        _ => false,
    };
    if asked.is_key || !acts {
        return Vec::new();
    }
    let users = asked.names.called(&["user".to_owned()]).iter();
    let keys = users.filter_map(|p| primary(&asked.schema[*p]).map(|key| (*p, key)));
    keys.filter(|found| asked.is_same_type(found)).collect()
}
