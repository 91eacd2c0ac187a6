//! A schema and its problems as text that a database administrator can review.

use seedbed_ddl_parse::Lowered;
use seedbed_schema_model::{
    Check, Column, ColumnIdx, Deferrability, Expr, ForeignKey, KeyTerm, Numbering, Schema, SourceMap,
    SqlType, Table, Trigger, UniqueKey, UniqueOrigin,
};
use std::fmt::Write as _;

/// Types, tables, sequences and functions, then the problems with the text they point at.
pub(crate) fn lowered(lowered: &Lowered, sources: &SourceMap) -> String {
    let schema = &lowered.schema;
    let mut out = String::new();
    for e in &schema.enums {
        line(&mut out, format!("enum {}: {}", e.name, e.labels.join(" | ")));
    }
    for d in &schema.domains {
        let checks = d.checks.iter().map(|c| check(&[], c)).collect::<Vec<_>>().join("; ");
        let null = if d.not_null { " not null" } else { "" };
        let default =
            d.default.as_ref().map_or(String::new(), |d| format!(" default {}", expr(&[], &d.expr)));
        line(&mut out, format!("domain {}: {}{null}{default}; {checks}", d.name, ty(schema, &d.base)));
    }
    for c in &schema.composites {
        let attributes =
            c.attributes.iter().map(|(n, t)| format!("{n} {}", ty(schema, t))).collect::<Vec<_>>();
        line(&mut out, format!("composite {}: {}", c.name, attributes.join(", ")));
    }
    for t in &schema.tables {
        table(&mut out, schema, t);
    }
    for s in &schema.sequences {
        let owner = s
            .owned_by
            .map_or(String::new(), |(t, c)| format!(" owned by {}.{}", schema[t].name, schema[t][c].name));
        line(
            &mut out,
            format!("sequence {}: {} by {} in {}..={}{owner}", s.name, s.start, s.increment, s.min, s.max),
        );
    }
    for f in &schema.functions {
        let language = f.language.as_deref().unwrap_or("?");
        let arguments = f.arguments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join(", ");
        let body = f.expr.as_ref().map_or(String::new(), |e| format!(" = {}", expr(&[], e)));
        line(&mut out, format!("function {} ({}) in {language}{body}", f.name, arguments));
    }
    for held in &lowered.existing {
        let exact = if held.exact { "" } else { ", not exact" };
        line(&mut out, format!("rows of {}: {}{exact}", schema[held.table].name, held.rows.len()));
        for row in held.rows.iter().take(8) {
            let cells = row
                .iter()
                .map(|cell| cell.as_ref().map_or("?".to_owned(), |l| expr(&[], &Expr::Literal(l.clone()))));
            line(&mut out, format!("  {}", cells.collect::<Vec<_>>().join(", ")));
        }
    }
    for problem in &lowered.problems {
        let text = &sources.files()[0].text[problem.span().range()];
        line(&mut out, format!("problem {} at `{}`: {problem}", problem.code(), text.replace('\n', "⏎")));
    }
    out
}

fn line(out: &mut String, text: String) {
    let _ = writeln!(out, "{text}");
}

fn table(out: &mut String, schema: &Schema, t: &Table) {
    let mut head = format!("table {}", t.name);
    for parent in &t.inherits {
        let _ = write!(head, " inherits {}", schema[*parent].name);
    }
    if let Some(of) = &t.partition_of {
        let _ = write!(head, " partition of {} {:?}", schema[of.parent].name, of.bound);
    }
    if let Some(by) = &t.partitioning {
        let keys = by.keys.iter().map(|k| term(&t.columns, k)).collect::<Vec<_>>().join(", ");
        let _ = write!(head, " partitioned by {:?} ({keys})", by.strategy);
        for partition in &by.partitions {
            let _ = write!(head, " {} {:?}", partition.name, partition.bound);
        }
    }
    if t.options.without_rowid {
        head.push_str(" without rowid");
    }
    if t.options.strict {
        head.push_str(" strict");
    }
    if let Some(comment) = &t.comment {
        let _ = write!(head, " -- {comment}");
    }
    line(out, head);
    for column in &t.columns {
        line(out, format!("  {}", render_column(schema, t, column)));
    }
    if let Some(key) = &t.primary_key {
        let prefixes = if key.prefix_lengths.is_empty() {
            String::new()
        } else {
            format!(" prefixes {:?}", key.prefix_lengths)
        };
        line(
            out,
            format!("  primary key {} ({}){prefixes}", name(&key.name), names(&t.columns, &key.columns)),
        );
    }
    for unique in &t.uniques {
        line(out, format!("  {}", render_unique(t, unique)));
    }
    for key in &t.foreign_keys {
        line(out, format!("  {}", reference(schema, t, key)));
    }
    for r in &t.unresolved_references {
        line(
            out,
            format!("  unresolved {} ({}) -> {}", name(&r.name), names(&t.columns, &r.columns), r.parent),
        );
    }
    for c in &t.checks {
        line(out, format!("  check {}", check(&t.columns, c)));
    }
    for e in &t.exclusions {
        let elements =
            e.elements.iter().map(|el| format!("{} with {}", term(&t.columns, &el.term), el.operator));
        line(
            out,
            format!(
                "  exclude {} using {} ({})",
                name(&e.name),
                e.method,
                elements.collect::<Vec<_>>().join(", ")
            ),
        );
    }
    for trigger in &t.triggers {
        line(out, format!("  {}", trigger_line(schema, t, trigger)));
    }
}

fn trigger_line(schema: &Schema, table: &Table, t: &Trigger) -> String {
    let mut out = format!("{} {}", if t.is_rule { "rule" } else { "trigger" }, t.name);
    out.push_str(&format!(" {:?}", t.timing).to_lowercase());
    let events = [
        (t.events.insert, "insert"),
        (t.events.update, "update"),
        (t.events.delete, "delete"),
        (t.events.truncate, "truncate"),
    ];
    for (_, event) in events.iter().filter(|(on, _)| *on) {
        let _ = write!(out, " {event}");
    }
    out.push_str(&format!(" by {:?}", t.level).to_lowercase());
    if let Some(deferrability) = t.constraint {
        let _ = write!(out, " constraint {deferrability:?}");
    }
    if let Some(when) = &t.when {
        let _ = write!(out, " when {when}");
    }
    if !t.enabled {
        out.push_str(" disabled");
    }
    let _ = write!(out, " -> {}", t.function.as_deref().unwrap_or("-"));
    for fed in &t.feeds {
        let _ = write!(out, " feeds {}", schema[*fed].name);
    }
    for copied in &t.copies {
        let other = &schema[copied.table];
        let pair =
            |(own, to): &(ColumnIdx, ColumnIdx)| format!("{} as {}", table[*own].name, other[*to].name);
        let pairs: Vec<String> = copied.columns.iter().map(pair).collect();
        let always = if copied.always { "always " } else { "" };
        let _ = write!(out, " {always}copies {} into {}", pairs.join(", "), other.name);
    }
    for (sought, column) in &t.seeks_user_in {
        let _ = write!(out, " seeks the user in {}.{}", schema[*sought].name, schema[*sought][*column].name);
    }
    for thinned in &t.thins {
        let _ = write!(out, " thins {}", schema[*thinned].name);
    }
    for guard in &t.guards {
        let _ = write!(out, "\n    wants {}", expr(&table.columns, &guard.condition));
        for (number, look_up) in guard.look_ups.iter().enumerate() {
            let parent = &schema[look_up.parent];
            let pairs = look_up.columns.iter().zip(&look_up.parent_columns);
            let pairs: Vec<String> = pairs
                .map(|(own, theirs)| format!("{} = {}", parent[*theirs].name, table[*own].name))
                .collect();
            let (column, of) = (&parent[look_up.column].name, &parent.name.name);
            let _ = write!(out, ", ${} is {of}.{column} where {}", number + 1, pairs.join(" and "));
        }
    }
    out
}

fn render_column(schema: &Schema, t: &Table, c: &Column) -> String {
    let mut out = format!("{} {}", c.name, ty(schema, &c.ty));
    if !c.nullable {
        out.push_str(" not null");
    }
    let sequence = |id: &Option<seedbed_schema_model::SequenceId>| {
        id.map_or("?".to_owned(), |id| schema[id].name.to_string())
    };
    match &c.numbering {
        Some(Numbering::Serial { sequence: id }) => out.push_str(&format!(" serial {}", sequence(id))),
        Some(Numbering::Identity { always, sequence: id }) => {
            out.push_str(&format!(
                " identity {} {}",
                if *always { "always" } else { "by default" },
                sequence(id)
            ));
        }
        Some(other) => out.push_str(&format!(" {other:?}")),
        None => {}
    }
    if let Some(default) = &c.default {
        out.push_str(&format!(" default {}", expr(&t.columns, &default.expr)));
    }
    if let Some(generated) = &c.generated {
        let kind = if generated.stored { "stored" } else { "virtual" };
        out.push_str(&format!(" {kind} {}", expr(&t.columns, &generated.expr)));
    }
    for (label, value) in [("charset", &c.charset), ("collate", &c.collation), ("--", &c.comment)] {
        if let Some(value) = value {
            out.push_str(&format!(" {label} {value}"));
        }
    }
    out
}

fn render_unique(t: &Table, u: &UniqueKey) -> String {
    let parts = u.parts.iter().map(|p| {
        let prefix = p.prefix_length.map_or(String::new(), |n| format!("[..{n}]"));
        let collation = p.collation.as_ref().map_or(String::new(), |c| format!(" collate {c}"));
        format!("{}{prefix}{collation}", term(&t.columns, &p.term))
    });
    let kind = if u.origin == UniqueOrigin::Index { "unique index" } else { "unique" };
    let mut out = format!("{kind} {} ({})", name(&u.name), parts.collect::<Vec<_>>().join(", "));
    if let Some(predicate) = &u.predicate {
        out.push_str(&format!(" where {}", expr(&t.columns, predicate)));
    }
    if !u.nulls_distinct {
        out.push_str(" nulls not distinct");
    }
    if u.deferrability != Deferrability::NotDeferrable {
        out.push_str(&format!(" {:?}", u.deferrability));
    }
    out
}

fn reference(schema: &Schema, t: &Table, f: &ForeignKey) -> String {
    let parent = &schema[f.parent];
    format!(
        "foreign key {} ({}) -> {} ({}) match {:?}, delete {:?}, update {:?}, {:?}",
        name(&f.name),
        names(&t.columns, &f.columns),
        parent.name,
        names(&parent.columns, &f.parent_columns),
        f.match_kind,
        f.on_delete,
        f.on_update,
        f.deferrability
    )
}

fn check(columns: &[Column], c: &Check) -> String {
    let enforced = if c.enforced { "" } else { " not enforced" };
    format!("{}: {}{enforced}", name(&c.name), expr(columns, &c.expr))
}

fn name(name: &Option<String>) -> &str {
    name.as_deref().unwrap_or("_")
}

fn names(columns: &[Column], indexes: &[ColumnIdx]) -> String {
    indexes.iter().map(|c| columns[*c].name.as_str()).collect::<Vec<_>>().join(", ")
}

fn term(columns: &[Column], term: &KeyTerm) -> String {
    match term {
        KeyTerm::Column(c) => columns[*c].name.clone(),
        KeyTerm::Expr(e) => expr(columns, e),
    }
}

fn ty(schema: &Schema, ty_: &SqlType) -> String {
    match ty_ {
        SqlType::Enum(id) => format!("enum {}", schema[*id].name),
        SqlType::Domain(id) => format!("domain {}", schema[*id].name),
        SqlType::Composite(id) => format!("composite {}", schema[*id].name),
        SqlType::Array { element } => format!("{}[]", ty(schema, element)),
        other => format!("{other:?}"),
    }
}

/// An expression with every operation in brackets.
fn expr(columns: &[Column], e: &Expr) -> String {
    e.display(columns).to_string()
}
