//! Sets a server's table beside the model's and lists every difference.

use crate::catalog_table::{
    CatalogCheck, CatalogColumn, CatalogExpr, CatalogForeignKey, CatalogKey, CatalogTable, ValueSource,
};
use std::fmt::{self, Display};

/// One difference: `what: server says X, model says Y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) table: String,
    pub(crate) what: String,
    pub(crate) server: String,
    pub(crate) model: String,
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: server says {}, model says {}", self.table, self.what, self.server, self.model)
    }
}

/// All differences between two sets of tables. A table on one side only is one difference.
pub(crate) fn compare_all(server: &[CatalogTable], model: &[CatalogTable]) -> Vec<Difference> {
    let mut found = Vec::new();
    for ours in model.iter().filter(|m| !server.iter().any(|s| s.name == m.name)) {
        found.push(Difference::new(&ours.name, "table", NOTHING, "that it exists"));
    }
    for (i, ours) in model.iter().enumerate() {
        if model[..i].iter().any(|earlier| earlier.name == ours.name) {
            found.push(Difference::new(&ours.name, "table", "that there is one", "that there are several"));
        }
    }
    for theirs in server {
        match model.iter().find(|m| m.name == theirs.name) {
            Some(ours) => found.extend(compare(theirs, ours)),
            None => found.push(Difference::new(&theirs.name, "table", "that it exists", NOTHING)),
        }
    }
    found
}

/// All differences between two descriptions of one table.
fn compare(server: &CatalogTable, model: &CatalogTable) -> Vec<Difference> {
    let mut pair = Pair { table: &server.name, found: Vec::new() };
    pair.columns(&server.columns, &model.columns);
    pair.primary_keys(server.primary_key.as_ref(), model.primary_key.as_ref());
    pair.uniques(server, model);
    pair.foreign_keys(&server.foreign_keys, &model.foreign_keys);
    pair.checks(&server.checks, &model.checks);
    pair.sets("exclusion", sorted(&server.exclusions), sorted(&model.exclusions));
    pair.same("partitioning", text(&server.partitioning), text(&model.partitioning));
    pair.same("partition of", text(&server.partition_of), text(&model.partition_of));
    pair.same("inherits", server.inherits.join(", "), model.inherits.join(", "));
    pair.same("options", server.options.join(", "), model.options.join(", "));
    pair.found
}

const NOTHING: &str = "nothing";

impl Difference {
    fn new(table: &str, what: &str, server: &str, model: &str) -> Self {
        Self {
            table: table.to_owned(),
            what: what.to_owned(),
            server: server.to_owned(),
            model: model.to_owned(),
        }
    }
}

/// One table's differences so far.
struct Pair<'a> {
    table: &'a str,
    found: Vec<Difference>,
}

impl Pair<'_> {
    fn differ(&mut self, what: &str, server: &str, model: &str) {
        self.found.push(Difference::new(self.table, what, server, model));
    }

    fn same(&mut self, what: &str, server: impl Display, model: impl Display) {
        let (server, model) = (server.to_string(), model.to_string());
        if server != model {
            self.differ(what, or_nothing(&server), or_nothing(&model));
        }
    }

    /// Two sorted lists, item by item.
    fn sets(&mut self, what: &str, server: Vec<String>, model: Vec<String>) {
        let (missing, extra) = subtract(server, model, |a, b| a == b);
        for item in missing {
            self.differ(what, &item, NOTHING);
        }
        for item in extra {
            self.differ(what, NOTHING, &item);
        }
    }

    fn columns(&mut self, server: &[CatalogColumn], model: &[CatalogColumn]) {
        let names = |columns: &[CatalogColumn]| columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
        if names(server) != names(model) {
            let before = self.found.len();
            self.sets("column", names(server), names(model));
            if self.found.len() == before {
                self.same("order of columns", names(server).join(", "), names(model).join(", "));
            }
        }
        for theirs in server {
            if let Some(ours) = model.iter().find(|c| c.name == theirs.name) {
                self.column(theirs, ours);
            }
        }
    }

    fn column(&mut self, server: &CatalogColumn, model: &CatalogColumn) {
        let what = |part: &str| format!("{}.{part}", server.name);
        self.same(&what("type"), &server.ty, &model.ty);
        if let (Some(theirs), Some(ours)) = (server.nullable, model.nullable) {
            let words = |nullable| if nullable { "nullable" } else { "not null" };
            self.same(&what("nullability"), words(theirs), words(ours));
        }
        if server.collation != model.collation {
            self.same(&what("collation"), text(&server.collation), text(&model.collation));
        }
        if !same_source(&server.source, &model.source) {
            self.same(&what("value"), &server.source, &model.source);
        }
        if let (Some(theirs), Some(ours)) = (&server.expr, &model.expr) {
            self.expr(&what("expression"), theirs, ours);
        }
    }

    fn expr(&mut self, what: &str, server: &CatalogExpr, model: &CatalogExpr) {
        let calls_function = server.user_function.is_some();
        if let Some(unread) = &model.unread {
            if !calls_function {
                self.differ(what, &server.text, &format!("it could not read {unread}"));
            }
            return;
        }
        if let (Some(function), false) = (&model.user_function, calls_function) {
            self.differ(
                what,
                "that only built-in functions are called",
                &format!("that `{function}` is not one"),
            );
        }
        if let (Some(theirs), Some(ours)) = (&server.columns, &model.columns)
            && theirs != ours
        {
            let list = |columns: &std::collections::BTreeSet<String>| {
                columns.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
            };
            self.differ(what, &format!("that it reads ({})", list(theirs)), &format!("({})", list(ours)));
        }
    }

    fn primary_keys(&mut self, server: Option<&CatalogKey>, model: Option<&CatalogKey>) {
        if model.is_none() && server.is_some_and(|k| k.copied) {
            return;
        }
        self.same("primary key", text(&server), text(&model));
    }

    /// Plain keys as sets, since a server may fold two keys over the same columns into one, which restricts the same;
    /// partial ones and those on expressions one by one.
    fn uniques(&mut self, server: &CatalogTable, model: &CatalogTable) {
        let (theirs, ours) = (plain_keys(server), plain_keys(model));
        let missing = theirs.iter().filter(|k| !ours.iter().any(|o| same_key(k, o)));
        let extra = ours.iter().filter(|k| !theirs.iter().any(|o| same_key(k, o)));
        let (mut missing, mut extra) = (copies(missing), copies(extra));

        let special = |t: &CatalogTable| copies(t.uniques.iter().filter(|k| k.plain_columns().is_none()));
        let like = |s: &CatalogKey, m: &CatalogKey| s.to_string() == m.to_string() && alike_or_absent(s, m);
        let (theirs, ours, _) = pair_up(special(server), special(model), like);
        let (theirs, ours, pairs) = pair_up(theirs, ours, |s, m| s.to_string() == m.to_string());
        for (theirs, ours) in &pairs {
            if let (Some(s), Some(m)) = (&theirs.expr, &ours.expr) {
                self.expr(&format!("unique {theirs}"), s, m);
            }
        }
        missing.extend(theirs);
        extra.extend(ours);
        for key in missing.iter().filter(|k| !k.copied) {
            self.differ("unique", &key.to_string(), NOTHING);
        }
        for key in extra {
            self.differ("unique", NOTHING, &key.to_string());
        }
    }

    fn foreign_keys(&mut self, server: &[CatalogForeignKey], model: &[CatalogForeignKey]) {
        let (missing, extra) =
            subtract(server.to_vec(), model.to_vec(), |a, b| a.to_string() == b.to_string());
        for key in missing.iter().filter(|k| !k.copied) {
            self.differ("reference", &key.to_string(), NOTHING);
        }
        for key in extra {
            self.differ("reference", NOTHING, &key.to_string());
        }
    }

    /// CHECKs by name where both have one, the rest by the columns they read.
    fn checks(&mut self, server: &[CatalogCheck], model: &[CatalogCheck]) {
        let named = |s: &CatalogCheck, m: &CatalogCheck| s.name.is_some() && s.name == m.name;
        let (theirs, ours, pairs) = pair_up(server.to_vec(), model.to_vec(), named);
        for (theirs, ours) in &pairs {
            self.expr(&format!("check {theirs}"), &theirs.expr, &ours.expr);
        }
        let like = |s: &CatalogCheck, m: &CatalogCheck| {
            (s.name.is_none() || m.name.is_none()) && alike(&s.expr, &m.expr)
        };
        let (theirs, ours, _) = pair_up(theirs, ours, like);
        let unnamed = |s: &CatalogCheck, m: &CatalogCheck| s.name.is_none() || m.name.is_none();
        let (theirs, ours, pairs) = pair_up(theirs, ours, unnamed);
        for (theirs, ours) in &pairs {
            self.expr(&format!("check {theirs}"), &theirs.expr, &ours.expr);
        }
        for check in &theirs {
            self.differ("check", &check.to_string(), NOTHING);
        }
        for check in &ours {
            self.differ("check", NOTHING, &check.to_string());
        }
    }
}

/// Whether an expression of the model is all that the server's is.
fn alike(server: &CatalogExpr, model: &CatalogExpr) -> bool {
    let mut trial = Pair { table: "", found: Vec::new() };
    trial.expr("", server, model);
    trial.found.is_empty()
}

/// A sequence that the model does not know may be any.
fn same_source(server: &ValueSource, model: &ValueSource) -> bool {
    match (server, model) {
        (ValueSource::Serial(theirs), ValueSource::Serial(ours)) => {
            ours.is_none() || theirs.is_none() || theirs == ours
        }
        _ => server == model,
    }
}

/// The plain unique keys that restrict more than the primary key does.
fn plain_keys(table: &CatalogTable) -> Vec<&CatalogKey> {
    let primary = table.primary_key.as_ref().and_then(CatalogKey::plain_columns);
    let restricts = |k: &&CatalogKey| k.plain_columns().is_some_and(|c| Some(c) != primary);
    table.uniques.iter().filter(restricts).collect()
}

fn same_key(a: &CatalogKey, b: &CatalogKey) -> bool {
    a.plain_columns() == b.plain_columns() && a.deferrability == b.deferrability
}

fn alike_or_absent(server: &CatalogKey, model: &CatalogKey) -> bool {
    match (&server.expr, &model.expr) {
        (Some(theirs), Some(ours)) => alike(theirs, ours),
        _ => true,
    }
}

fn copies<'a>(keys: impl Iterator<Item = impl std::borrow::Borrow<&'a CatalogKey>>) -> Vec<CatalogKey> {
    keys.map(|k| (*k.borrow()).clone()).collect()
}

/// What is left of each side when equals are taken away in pairs.
fn subtract<T>(server: Vec<T>, model: Vec<T>, equal: impl Fn(&T, &T) -> bool) -> (Vec<T>, Vec<T>) {
    let (server, model, _) = pair_up(server, model, equal);
    (server, model)
}

/// Takes pairs that match off both sides, each item once; the rest keeps its order.
fn pair_up<T>(
    server: Vec<T>,
    mut model: Vec<T>,
    matches: impl Fn(&T, &T) -> bool,
) -> (Vec<T>, Vec<T>, Vec<(T, T)>) {
    let mut pairs = Vec::new();
    let mut left = Vec::new();
    for theirs in server {
        match model.iter().position(|ours| matches(&theirs, ours)) {
            Some(i) => pairs.push((theirs, model.remove(i))),
            None => left.push(theirs),
        }
    }
    (left, model, pairs)
}

fn sorted(items: &[String]) -> Vec<String> {
    let mut items = items.to_vec();
    items.sort();
    items
}

fn text(item: &Option<impl Display>) -> String {
    item.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { NOTHING } else { text }
}

mod tests {
    use super::*;

    fn table(parts: &[&str]) -> CatalogTable {
        CatalogTable {
            name: "t".to_owned(),
            primary_key: Some(CatalogKey { parts: vec!["id".to_owned()], ..CatalogKey::default() }),
            uniques: parts
                .iter()
                .map(|p| CatalogKey { parts: vec![(*p).to_owned()], ..CatalogKey::default() })
                .collect(),
            ..CatalogTable::default()
        }
    }

    fn check(name: Option<&str>, column: &str) -> CatalogCheck {
        let columns = Some([column.to_owned()].into());
        CatalogCheck {
            name: name.map(str::to_owned),
            expr: CatalogExpr { columns, ..CatalogExpr::default() },
        }
    }

    #[test]
    fn keys_are_compared_as_restrictions() {
        assert_eq!(compare(&table(&["a"]), &table(&["a", "a", "id"])), []);
        let found = compare(&table(&["a", "b"]), &table(&["a"]));
        assert_eq!(
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["t unique: server says (b), model says nothing"]
        );
    }

    #[test]
    fn a_lost_table_and_an_invented_one_are_differences() {
        let server = [CatalogTable { name: "a".to_owned(), ..CatalogTable::default() }];
        let model = [CatalogTable { name: "b".to_owned(), ..CatalogTable::default() }];
        assert_eq!(compare_all(&server, &model).len(), 2);
        assert_eq!(compare_all(&server, &server), []);
    }

    #[test]
    fn an_unread_check_is_missing_unless_it_calls_a_function() {
        let unread = CatalogTable {
            checks: vec![CatalogCheck {
                name: Some("c".to_owned()),
                expr: CatalogExpr { unread: Some("f(a)".to_owned()), ..CatalogExpr::default() },
            }],
            ..CatalogTable::default()
        };
        let mut server = CatalogTable { checks: vec![check(Some("c"), "a")], ..CatalogTable::default() };
        assert_eq!(compare(&server, &unread).len(), 1);
        server.checks[0].expr.user_function = Some("f".to_owned());
        assert_eq!(compare(&server, &unread), []);
    }

    #[test]
    fn unnamed_checks_pair_by_their_columns() {
        let server = CatalogTable {
            checks: vec![check(Some("t_a_check"), "a"), check(Some("t_b_check"), "b")],
            ..CatalogTable::default()
        };
        let model =
            CatalogTable { checks: vec![check(None, "b"), check(None, "a")], ..CatalogTable::default() };
        assert_eq!(compare(&server, &model), []);
        let wrong =
            CatalogTable { checks: vec![check(None, "b"), check(None, "c")], ..CatalogTable::default() };
        assert_eq!(compare(&server, &wrong).len(), 1);
    }
}
