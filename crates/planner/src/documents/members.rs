//! The members of documents that a condition speaks of, and the values that it compares them with.
//!
//! Members are found by the operators that lead to them (`->`, `->>`, `#>>`, `?`, `json_extract` ...). What a condition
//! asks of one is read as if the member were a text column: the condition with the member's path replaced by the column
//! narrows a domain, whose values and patterns are what is tried.

use super::FREE;
use seedbed_datagen_core::{ColumnBuffer, Sampler, TextBuffer};
use seedbed_rows::list::PatternText;
use seedbed_schema_model::{BinaryOp, ColumnIdx, Expr, Literal, SqlType};
use seedbed_solver::{Narrowing, PatternList, Subject, conjuncts, strip};
use seedbed_sql_semantics::{Context, JsonMember};
use seedbed_sql_values::{Json, Value, parse_value};

/// Most values tried for one member.
const VALUES: usize = 24;
/// Keys of the longest path that documents are made along: each document is as deep, and so is the work of reading it.
const DEEPEST: usize = 100;
/// Longest array that is tried.
const MOST_ITEMS: i128 = 32;
/// Most strings taken of a pattern.
const STRINGS: u64 = 6;

/// A member, by the keys that lead to it, and the values to try there.
#[derive(Debug)]
pub(super) struct Member {
    /// The keys, outermost first; never empty.
    pub(super) path: Vec<String>,
    /// Values to try, each once; free text first.
    pub(super) values: Vec<Json>,
}

/// Whether a condition looks into a column's documents.
pub(super) fn mentions_members(e: &Expr, column: ColumnIdx, cx: &Context<'_>) -> bool {
    let mut found = false;
    e.walk(&mut |e| found |= !paths(e, column, cx).is_empty());
    found
}

/// Documents to try as they are: those that conditions compare with or contain, alone and with more in them, and arrays
/// and scalars of the kinds and lengths that conditions name.
pub(super) fn whole_documents(checks: &[&Expr], cx: &Context<'_>) -> Vec<Json> {
    let mut found: Vec<Json> = Vec::new();
    let mut lengths: Vec<usize> = vec![0, 1, 2];
    let item = |n: usize| {
        let members = [("id", Json::from(n + 1)), ("name", Json::from(FREE))];
        Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    for check in checks {
        check.walk(&mut |e| match e {
            Expr::Literal(Literal::Text(text)) => {
                let Some(document) = document_of(e, cx) else { return };
                if let Json::Array(items) = &document {
                    let more = items.iter().cloned().chain([Json::from(FREE)]).collect();
                    found.extend([document.clone(), Json::Array(more)]);
                } else if !document.is_object() && !text.is_empty() {
                    found.extend([document.clone(), Json::Array(vec![document.clone()])]);
                } else {
                    found.push(document);
                }
            }
            Expr::Literal(Literal::Integer(n)) => {
                let near = [n - 1, *n, n + 1].into_iter().filter(|n| (0..=MOST_ITEMS).contains(n));
                lengths.extend(near.filter_map(|n| usize::try_from(n).ok()));
            }
            _ => {}
        });
    }
    lengths.sort_unstable();
    lengths.dedup();
    for n in lengths {
        found.push(Json::Array((0..n).map(item).collect()));
        found.push(Json::Array(vec![Json::from(FREE); n]));
        found.push(Json::Array((1..=n).map(Json::from).collect()));
    }
    found.extend([Json::from(FREE), Json::from(1), Json::from(true), Json::Null]);
    let mut distinct: Vec<Json> = Vec::new();
    found.into_iter().for_each(|document| {
        if !distinct.contains(&document) {
            distinct.push(document);
        }
    });
    distinct
}

/// The document that a constant is; pairs of an hstore count as one.
fn document_of(e: &Expr, cx: &Context<'_>) -> Option<Json> {
    let Expr::Literal(Literal::Text(text)) = strip(e) else { return None };
    if let Ok(Value::Json(document)) = parse_value(text, &SqlType::Json { binary: true }, cx.schema) {
        return Some(*document);
    }
    match parse_value(text, &SqlType::Hstore, cx.schema) {
        Ok(Value::Map(pairs)) if !pairs.is_empty() => {
            let members = pairs.into_iter().map(|(key, value)| (key, value.map_or(Json::Null, Json::from)));
            Some(Json::Object(members.collect()))
        }
        _ => None,
    }
}

/// The document that an operation compares a column's with, if it is `@>`: what the column's has to have in it.
fn contained(e: &Expr, column: ColumnIdx, cx: &Context<'_>) -> Option<(Vec<String>, Json)> {
    let (outer, inner) = match e {
        Expr::Binary { op: BinaryOp::Contains, left, right } => (left, right),
        Expr::Binary { op: BinaryOp::ContainedBy, left, right } => (right, left),
        _ => return None,
    };
    Some((path_of(outer, column, cx)?, document_of(inner, cx)?))
}

/// The paths of a document's leaves, below a path, with what they hold. Arrays are leaves.
fn leaves(above: &[String], document: &Json, into: &mut Vec<(Vec<String>, Json)>) {
    match document {
        Json::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                leaves(&[above, std::slice::from_ref(key)].concat(), member, into);
            }
        }
        leaf => into.push((above.to_vec(), leaf.clone())),
    }
}

/// The members that conditions speak of, in order of mention.
pub(super) fn members_of(checks: &[&Expr], column: ColumnIdx, cx: &Context<'_>) -> Vec<Member> {
    let mut found: Vec<Member> = Vec::new();
    for check in checks {
        check.walk(&mut |e| {
            for path in paths(e, column, cx) {
                if !found.iter().any(|member| member.path == path) {
                    found.push(Member { path, values: vec![Json::from(FREE)] });
                }
            }
        });
    }
    // What a longer path leads through is an object already.
    let inner: Vec<Vec<String>> = found.iter().map(|m| m.path.clone()).collect();
    let leads_on = |path: &[String]| inner.iter().any(|p| p.len() > path.len() && p.starts_with(path));
    found.retain(|member| !leads_on(&member.path));
    let mut asked = Vec::new();
    for check in checks {
        check.walk(&mut |e| {
            if let Some((above, document)) = contained(e, column, cx) {
                leaves(&above, &document, &mut asked);
            }
        });
    }
    for member in &mut found {
        for (path, value) in &asked {
            if *path != member.path {
                continue;
            }
            member.try_value(value.clone());
            if let Json::Array(items) = value {
                member.try_value(Json::Array(items.iter().cloned().chain([Json::from(FREE)]).collect()));
            }
        }
        for check in checks {
            check.walk(&mut |e| member.compare(e, column, cx));
        }
        let plain = [Json::from(1), Json::from(true), Json::from(false), Json::Null];
        plain.into_iter().for_each(|value| member.try_value(value));
        member.try_value(Json::Array(vec![Json::from(FREE)]));
        member.try_value(Json::Object(Default::default()));
    }
    found
}

impl Member {
    /// Adds a value unless it is there or there are enough.
    fn try_value(&mut self, value: Json) {
        if self.values.len() < VALUES && !self.values.contains(&value) {
            self.values.push(value);
        }
    }

    /// Takes the values that a condition on this member alone asks for.
    fn compare(&mut self, e: &Expr, column: ColumnIdx, cx: &Context<'_>) {
        if matches!(e, Expr::Binary { op: BinaryOp::Or, .. }) || path_of(e, column, cx).is_some() {
            return;
        }
        let is_self = |e: &Expr| path_of(e, column, cx).is_some_and(|path| path == self.path);
        // What stands together has to hold together.
        let bare: Vec<Expr> = conjuncts(e)
            .into_iter()
            .map(|part| (part, part.substituted(&|e| is_self(e).then_some(Expr::Column(column)))))
            .filter(|(part, bare)| *part != bare && !mentions_members(bare, column, cx))
            .map(|(_, bare)| bare)
            .collect();
        if bare.is_empty() {
            return;
        }
        let text = SqlType::Text { max_bytes: None };
        let mut narrowing = Narrowing::new(Subject::Column(column), &text, cx);
        for part in &bare {
            narrowing.apply(part);
        }
        let domain = narrowing.domain;
        for value in domain.allowed.iter().flatten() {
            if let Value::Text(text) = value {
                self.try_value(Json::from(text.as_str()));
            }
        }
        if !domain.text.patterns.is_empty() || domain.text.min_chars > 0 || domain.text.max_chars.is_some() {
            let within = (domain.text.min_chars, domain.text.max_chars);
            if let Ok(list) = PatternList::all(&domain.text.patterns, within.0, within.1) {
                let strings = PatternText { list };
                let mut cells = ColumnBuffer::Text(TextBuffer::default());
                let most = if strings.cardinality().holds(STRINGS) { STRINGS } else { 1 };
                strings.write(&(0..most).collect::<Vec<u64>>(), &mut cells);
                for i in 0..cells.len() {
                    if let Value::Text(text) = cells.value(i) {
                        self.try_value(Json::from(text));
                    }
                }
            }
        }
        bare.iter().for_each(|part| self.try_constants(part));
    }

    /// Takes the constants of a condition as values: texts, kinds that texts name, numbers and their neighbours.
    fn try_constants(&mut self, e: &Expr) {
        e.walk(&mut |e| match e {
            Expr::Literal(Literal::Text(text)) => {
                self.try_value(Json::from(text.as_str()));
                self.try_value(kind_of(text));
            }
            Expr::Literal(Literal::Integer(n)) => {
                if let Ok(n) = i64::try_from(*n) {
                    for n in [n, n.saturating_add(1), n.saturating_sub(1)] {
                        self.try_value(Json::from(n));
                    }
                }
            }
            _ => {}
        });
    }
}

/// A value of the kind that `jsonb_typeof` calls so.
fn kind_of(name: &str) -> Json {
    match name {
        "number" | "integer" => Json::from(1),
        "boolean" | "true" => Json::from(true),
        "array" => Json::Array(vec![Json::from(FREE)]),
        "object" => Json::Object(Default::default()),
        _ => Json::from(FREE),
    }
}

/// The members that an operation looks at, as paths; none if it does not look into the column's documents. `?`, `?|`
/// and `?&` look at the keys that they name (PostgreSQL manual, 9.16).
fn paths(e: &Expr, column: ColumnIdx, cx: &Context<'_>) -> Vec<Vec<String>> {
    if let Some((above, document)) = contained(e, column, cx) {
        let mut found = Vec::new();
        leaves(&above, &document, &mut found);
        return found.into_iter().map(|(path, _)| path).filter(|path| !path.is_empty()).collect();
    }
    let (document, keys) = match e {
        Expr::Binary {
            op: BinaryOp::JsonHasKey | BinaryOp::JsonHasAny | BinaryOp::JsonHasAll,
            left,
            right,
        } => (&**left, keys(right)),
        Expr::Function { name, args }
            if matches!(name.as_str(), "jsonb_exists" | "exist" | "defined") && args.len() == 2 =>
        {
            (&args[0], keys(&args[1]))
        }
        _ => return path_of(e, column, cx).filter(|path| !path.is_empty()).into_iter().collect(),
    };
    let Some(above) = path_of(document, column, cx) else { return Vec::new() };
    keys.into_iter().map(|key| [above.clone(), vec![key]].concat()).collect()
}

/// The path of a member below a column's document: `c -> 'a' ->> 'b'`, `c #>> '{a,b}'`, `json_extract(c, '$.a.b')`.
fn path_of(e: &Expr, column: ColumnIdx, cx: &Context<'_>) -> Option<Vec<String>> {
    let below = |document: &Expr, keys: Vec<String>| {
        let path = [path_of(document, column, cx)?, keys].concat();
        (path.len() <= DEEPEST).then_some(path)
    };
    match strip(e) {
        Expr::Column(c) if *c == column => Some(Vec::new()),
        Expr::Binary { op: BinaryOp::JsonGet | BinaryOp::JsonGetText, left, right } => {
            let Expr::Literal(Literal::Text(key)) = strip(right) else { return None };
            let steps = match cx.semantics.json.member {
                JsonMember::Key => vec![key.clone()],
                JsonMember::Path => steps(key)?,
            };
            below(left, steps)
        }
        Expr::Binary { op: BinaryOp::JsonPath | BinaryOp::JsonPathText, left, right } => {
            Some(keys(right)).filter(|keys| !keys.is_empty()).and_then(|keys| below(left, keys))
        }
        Expr::Function { name, args } => match (name.as_str(), args.as_slice()) {
            ("json_extract" | "json_value" | "json_type", [document, path]) => {
                let Expr::Literal(Literal::Text(path)) = strip(path) else { return None };
                below(document, steps(path)?)
            }
            ("json_unquote", [inner]) => path_of(inner, column, cx).filter(|path| !path.is_empty()),
            _ => None,
        },
        _ => None,
    }
}

/// The keys of a path as SQLite and MySQL write it: `$.a."b c"`, or a key alone.
fn steps(path: &str) -> Option<Vec<String>> {
    let Some(rest) = path.strip_prefix('$') else { return Some(vec![path.to_owned()]) };
    let plain = rest.starts_with('.') && !rest.contains(['[', '*']);
    plain.then(|| rest[1..].split('.').map(|key| key.trim_matches('"').to_owned()).collect())
}

/// Keys in a list: a text, an array, or an array's text form.
fn keys(e: &Expr) -> Vec<String> {
    match strip(e) {
        Expr::Literal(Literal::Text(text)) => {
            match text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
                Some(list) => list.split(',').map(|key| key.trim().trim_matches('"').to_owned()).collect(),
                None => vec![text.clone()],
            }
        }
        Expr::Array(items) => items.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}
