//! Triggers and rules: what acts on a table's rows besides the statements that name it.
//!
//! `CREATE TRIGGER name BEFORE INSERT OR UPDATE OF a ON table FOR EACH ROW WHEN (...) EXECUTE FUNCTION f()`, the bodies
//! of MySQL and SQLite, PostgreSQL's `CREATE RULE`, and `ALTER TABLE ... ENABLE | DISABLE TRIGGER`:
//! <https://www.postgresql.org/docs/current/sql-createtrigger.html>,
//! <https://dev.mysql.com/doc/refman/8.4/en/create-trigger.html>, <https://sqlite.org/lang_createtrigger.html>.
//!
//! A trigger on something that is no table of the script is read and forgotten.

use crate::catalog::{Effects, NamedRelation, SystemCatalog};
use crate::effects;
use crate::syntax_error::{Expected, Named, SyntaxError};
use seedbed_schema_model::{Deferrability, TableId, Trigger, TriggerEvents, TriggerLevel, TriggerTiming};
use seedbed_sql_syntax::{Cursor, Name, TokenKind, TriggerBody};

/// The statement behind `CREATE [CONSTRAINT] TRIGGER`. For a constraint trigger, `constraint` says when it runs unless
/// its clauses say otherwise; `None` for any other.
///
/// # Errors
/// When `ON` or a name is missing.
pub fn create(
    catalog: &mut SystemCatalog,
    cursor: &mut Cursor<'_>,
    constraint: Option<Deferrability>,
) -> Result<(), SyntaxError> {
    let start = *cursor;
    cursor.eat_if_exists();
    let name = cursor.name().ok_or(Expected::NameOf(Named::Trigger))?;
    let mut trigger = Trigger {
        name: name.name,
        timing: timing(cursor),
        events: events(cursor),
        level: catalog.syntax().statements.trigger_level,
        new_table: None,
        when: None,
        function: None,
        constraint,
        is_rule: false,
        enabled: true,
        feeds: Vec::new(),
        copies: Vec::new(),
        seeks_user_in: Vec::new(),
        thins: Vec::new(),
        guards: Vec::new(),
        span: start.span(),
    };
    if !cursor.eat(&["ON"]) {
        return Err(Expected::Keyword("ON").not(cursor.found()));
    }
    let table = cursor.name().ok_or(Expected::NameOf(Named::Table))?;
    clauses(catalog, cursor, &mut trigger);
    let effects = effects::of(*cursor);
    if let (None, Some(NamedRelation::Table(id))) = (&trigger.function, catalog.relation(&table)) {
        catalog.draft_mut(id).trigger_bodies.insert(trigger.name.clone(), cursor.text().to_owned());
    }
    push(catalog, &table, trigger, effects);
    Ok(())
}

/// `BEFORE`, `AFTER`, `INSTEAD OF`.
fn timing(cursor: &mut Cursor<'_>) -> TriggerTiming {
    if cursor.eat(&["AFTER"]) {
        return TriggerTiming::After;
    }
    if cursor.eat(&["INSTEAD", "OF"]) {
        return TriggerTiming::InsteadOf;
    }
    // SQLite's default.
    cursor.eat(&["BEFORE"]);
    TriggerTiming::Before
}

/// `INSERT OR UPDATE OF a, b OR DELETE`, up to `ON`.
fn events(cursor: &mut Cursor<'_>) -> TriggerEvents {
    let mut events = TriggerEvents::default();
    let mut expected = true;
    while !cursor.is_empty() && !cursor.is_word(0, "ON") {
        if expected {
            events.insert |= cursor.is_word(0, "INSERT");
            events.update |= cursor.is_word(0, "UPDATE");
            events.delete |= cursor.is_word(0, "DELETE");
            events.truncate |= cursor.is_word(0, "TRUNCATE");
        }
        expected = cursor.is_word(0, "OR");
        cursor.skip_group();
    }
    events
}

/// What follows the table, up to the body or the end.
fn clauses(catalog: &SystemCatalog, cursor: &mut Cursor<'_>, trigger: &mut Trigger) {
    let body = catalog.syntax().statements.trigger_body;
    while !cursor.is_empty() {
        if cursor.eat(&["REFERENCING"]) {
            while let Some(which) = cursor.eat_any(&["NEW", "OLD"]) {
                cursor.eat_any(&["TABLE", "ROW"]);
                cursor.eat(&["AS"]);
                let name = cursor.ident();
                trigger.new_table = if which == "NEW" { name } else { trigger.new_table.take() };
            }
        } else if cursor.eat(&["FOR", "EACH"]) || cursor.eat(&["FOR"]) {
            let row = cursor.eat_any(&["ROW", "STATEMENT"]) == Some("ROW");
            trigger.level = if row { TriggerLevel::Row } else { TriggerLevel::Statement };
        } else if cursor.eat(&["WHEN"]) {
            let condition = cursor.take_until(|c| c.at_any(&["EXECUTE", "BEGIN"]));
            trigger.when = Some(condition.text().to_owned());
        } else if cursor.eat(&["EXECUTE"]) {
            cursor.eat_any(&["FUNCTION", "PROCEDURE"]);
            trigger.function = cursor.name().map(|f| catalog.new_name(&f).to_string());
            return;
        } else if cursor.eat(&["NOT", "DEFERRABLE"]) || cursor.eat(&["INITIALLY", "IMMEDIATE"]) {
        } else if cursor.eat(&["INITIALLY", "DEFERRED"]) {
            trigger.constraint = Some(Deferrability::DeferrableDeferred);
        } else if cursor.eat(&["DEFERRABLE"]) {
            trigger.constraint = Some(Deferrability::DeferrableImmediate);
        } else if cursor.is_word(0, "BEGIN") || body == TriggerBody::Statement {
            return;
        } else {
            cursor.skip_group();
        }
    }
}

/// The statement behind `CREATE [OR REPLACE] RULE`: `name AS ON INSERT TO table [WHERE ...] DO [INSTEAD] ...`
/// (<https://www.postgresql.org/docs/current/sql-createrule.html>). A rule is kept as a trigger for each statement.
///
/// # Errors
/// When a name is missing.
pub fn rule(catalog: &mut SystemCatalog, cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    let span = cursor.span();
    let name = cursor.name().ok_or(Expected::NameOf(Named::Rule))?;
    cursor.eat(&["AS"]);
    cursor.eat(&["ON"]);
    let event = cursor.ident().unwrap_or_default();
    let is = |word: &str| event.eq_ignore_ascii_case(word);
    let events =
        TriggerEvents { insert: is("insert"), update: is("update"), delete: is("delete"), truncate: false };
    cursor.eat(&["TO"]);
    let table = cursor.name().ok_or(Expected::NameOf(Named::Table))?;
    let condition = cursor.eat(&["WHERE"]).then(|| cursor.take_until(|c| c.is_word(0, "DO")));
    cursor.eat(&["DO"]);
    let timing = if cursor.eat(&["INSTEAD"]) { TriggerTiming::InsteadOf } else { TriggerTiming::After };
    let rule = Trigger {
        name: name.name,
        timing,
        events,
        level: TriggerLevel::Statement,
        new_table: None,
        when: condition.map(|c| c.text().to_owned()),
        function: None,
        constraint: None,
        is_rule: true,
        enabled: true,
        feeds: Vec::new(),
        copies: Vec::new(),
        seeks_user_in: Vec::new(),
        thins: Vec::new(),
        guards: Vec::new(),
        span,
    };
    let effects = effects::of(*cursor);
    push(catalog, &table, rule, effects);
    Ok(())
}

/// Adds a trigger to its table; one of the same name is replaced.
fn push(catalog: &mut SystemCatalog, table: &Name, trigger: Trigger, effects: Effects) {
    if let Some(NamedRelation::Table(id)) = catalog.relation(table) {
        catalog.draft_mut(id).trigger_effects.insert(trigger.name.clone(), effects);
        let triggers = &mut catalog.schema[id].triggers;
        triggers.retain(|t| t.name != trigger.name);
        triggers.push(trigger);
    }
}

/// `ENABLE [REPLICA | ALWAYS] TRIGGER name | ALL | USER`, and `DISABLE TRIGGER`; the cursor stands at the first word. A
/// trigger that is enabled for replicas only does not run here. Other things that can be enabled are passed over.
pub fn enable(catalog: &mut SystemCatalog, table: TableId, cursor: &mut Cursor<'_>) {
    let enables = cursor.eat_any(&["ENABLE", "DISABLE"]) == Some("ENABLE");
    let for_replicas = cursor.eat_any(&["REPLICA", "ALWAYS"]) == Some("REPLICA");
    let Some(what) = cursor.eat_any(&["TRIGGER", "RULE"]) else { return };
    let all = cursor.kind_at(0) == Some(TokenKind::Word) && cursor.at_any(&["ALL", "USER"]);
    let name = cursor.ident();
    for trigger in &mut catalog.schema[table].triggers {
        if trigger.is_rule == (what == "RULE") && (all || name.as_ref() == Some(&trigger.name)) {
            trigger.enabled = enables && !for_replicas;
        }
    }
}
