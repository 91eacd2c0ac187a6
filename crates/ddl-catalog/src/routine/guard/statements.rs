//! Following a body from statement to statement, up to where it raises an error.

use super::GuardReader;
use super::refused::{Path, not_true};
use seedbed_schema_model::{ColumnIdx, Expr, Literal};
use seedbed_sql_syntax::{Cursor, TokenKind, TriggerBody};
use std::collections::BTreeMap;

/// Words behind which statements are made several times, or none.
const LOOPS: &[&str] = &["LOOP", "WHILE", "FOR", "FOREACH", "REPEAT", "CASE"];

/// What variables hold, and columns of the new row that were assigned to; `None` is not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Variables {
    values: BTreeMap<String, Option<Expr>>,
    new: BTreeMap<ColumnIdx, Option<Expr>>,
    /// Whether the last query found a row (PL/pgSQL).
    found: Option<Expr>,
}

impl Variables {
    pub(super) fn knows(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(super) fn value(&self, name: &str) -> Option<Expr> {
        self.values.get(name).cloned().flatten()
    }

    /// What a column of a variable for a whole row holds.
    pub(super) fn field(&self, row: &str, column: &str) -> Option<Expr> {
        self.value(&field(row, column))
    }

    pub(super) fn of_new(&self, column: ColumnIdx) -> Option<Expr> {
        self.new.get(&column).cloned().unwrap_or(Some(Expr::Column(column)))
    }

    pub(super) fn found(&self) -> Option<Expr> {
        self.found.clone()
    }

    /// Forgets what is another in `other`.
    fn keep_common(&mut self, other: &Self) {
        for (name, value) in &mut self.values {
            if other.values.get(name) != Some(value) {
                *value = None;
            }
        }
        let assigned: Vec<ColumnIdx> = self.new.keys().chain(other.new.keys()).copied().collect();
        for column in assigned {
            if self.of_new(column) != other.of_new(column) {
                self.new.insert(column, None);
            }
        }
        self.found = self.found.take().filter(|found| other.found.as_ref() == Some(found));
    }
}

/// Where a body has come to.
#[derive(Clone, Default)]
struct Place {
    variables: Variables,
    /// What is true there.
    path: Path,
    /// Nothing follows: an error, or the end.
    ended: bool,
    /// It may be the end, with the row as it is.
    passes: bool,
}

/// A body at work.
struct Walk<'r, 'c> {
    reader: &'r GuardReader<'c>,
    refusals: Vec<Path>,
}

impl GuardReader<'_> {
    /// Where the body raises an error: what is true there. What begins where the body can't be followed is not among it.
    pub(super) fn refusals(&self, mut cursor: Cursor<'_>, when: Option<Expr>) -> Vec<Path> {
        let mut ahead = cursor;
        while !ahead.is_empty() {
            // What catches errors may let the row pass.
            if ahead.at_words(&["EXCEPTION", "WHEN"])
                || ahead.at_any(&["SQLEXCEPTION", "SQLSTATE"]) && handles(ahead)
            {
                return Vec::new();
            }
            ahead.skip(1);
        }
        let mut place = Place::default();
        place.path.extend(when.map(Some));
        let mut walk = Walk { reader: self, refusals: Vec::new() };
        let _ = walk.statements(&mut cursor, &mut place);
        walk.refusals
    }
}

/// Whether `SQLSTATE` belongs to a handler, and not to a SIGNAL.
fn handles(cursor: Cursor<'_>) -> bool {
    cursor.is_word(0, "SQLEXCEPTION")
}

impl<'a> Walk<'_, '_> {
    /// Statements up to the word that ends their list; `None` where they can't be followed any further.
    fn statements(&mut self, cursor: &mut Cursor<'a>, place: &mut Place) -> Option<()> {
        while !cursor.is_empty() && !cursor.at_any(&["END", "ELSE", "ELSIF", "ELSEIF"]) {
            self.one(cursor, place)?;
        }
        Some(())
    }

    fn one(&mut self, cursor: &mut Cursor<'a>, place: &mut Place) -> Option<()> {
        if cursor.eat_kind(TokenKind::Semicolon) {
            return Some(());
        }
        // A label of PL/pgSQL's: `<<name>>`.
        if cursor.at_op("<") {
            cursor.take_until(|c| c.at_op(">"));
            while cursor.eat_op(">") {}
            return Some(());
        }
        let mut ahead = *cursor;
        // A label of MySQL's.
        if ahead.ident().is_some() && ahead.eat_op(":") && ahead.is_word(0, "BEGIN") {
            *cursor = ahead;
        }
        if cursor.at_any(&["DECLARE", "BEGIN"]) {
            return self.block(cursor, place);
        }
        if cursor.eat(&["IF"]) {
            return self.branches(cursor, place);
        }
        if cursor.at_any(LOOPS) {
            return None;
        }
        let statement = cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Semicolon));
        cursor.eat_kind(TokenKind::Semicolon);
        if place.ended {
            return Some(());
        }
        self.simple(statement, place)
    }

    /// `[DECLARE ...] BEGIN ... END [label];`, and a declaration of MySQL's, which stands alone.
    fn block(&mut self, cursor: &mut Cursor<'a>, place: &mut Place) -> Option<()> {
        let section = self.reader.catalog.syntax().statements.trigger_body == TriggerBody::Function;
        if cursor.eat(&["DECLARE"]) {
            loop {
                let declared = cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Semicolon));
                cursor.eat_kind(TokenKind::Semicolon).then_some(())?;
                self.declaration(declared, place);
                if !section {
                    return Some(());
                }
                if cursor.is_word(0, "BEGIN") {
                    break;
                }
            }
        }
        cursor.eat(&["BEGIN"]).then_some(())?;
        self.statements(cursor, place)?;
        cursor.eat(&["END"]).then_some(())?;
        cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Semicolon));
        Some(())
    }

    /// `a [, b] type [DEFAULT value]`, `a type := value`.
    fn declaration(&self, mut cursor: Cursor<'a>, place: &mut Place) {
        let mut names = Vec::new();
        while let Some(name) = cursor.ident() {
            names.push(name.to_lowercase());
            if !cursor.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        cursor.take_until(|c| c.is_word(0, "DEFAULT") || c.at_op("=") || c.at_op(":"));
        let given = cursor.eat(&["DEFAULT"]) || eat_assignment(&mut cursor);
        let value = match given {
            true => self.reader.read(cursor, &place.variables, None),
            false => Some(Expr::Literal(Literal::Null)),
        };
        place.variables.values.extend(names.into_iter().map(|name| (name, value.clone())));
    }

    /// Behind `IF`: `a THEN ... [ELSIF b THEN ...] [ELSE ...] END IF;`.
    fn branches(&mut self, cursor: &mut Cursor<'a>, place: &mut Place) -> Option<()> {
        let before = place.clone();
        let mut path = before.path.clone();
        let mut branches: Vec<Place> = Vec::new();
        let mut all_ended_so_far = true;
        loop {
            let condition = take_balanced(cursor, "THEN");
            cursor.eat(&["THEN"]).then_some(())?;
            let condition = self.reader.read(condition, &before.variables, None);
            let mut branch = Place { path: path.clone(), ..before.clone() };
            branch.path.push(condition.clone());
            self.statements(cursor, &mut branch)?;
            let passed = condition.map(not_true);
            // Behind the IF, none of the branches was taken from which nothing follows. Of a row that was refused there,
            // nothing more is asked.
            if branch.ended && branch.passes {
                place.path.push(passed.clone().filter(|_| all_ended_so_far));
            }
            all_ended_so_far &= branch.ended;
            if branch.passes || !branch.ended {
                path.push(passed);
            }
            branches.push(branch);
            if cursor.eat_any(&["ELSIF", "ELSEIF"]).is_none() {
                break;
            }
        }
        let mut otherwise = Place { path, ..before };
        if cursor.eat(&["ELSE"]) {
            self.statements(cursor, &mut otherwise)?;
            if otherwise.ended && otherwise.passes {
                // One of the others was taken: which one is too much to follow.
                place.path.push(None);
            }
        }
        branches.push(otherwise);
        cursor.eat(&["END", "IF"]).then_some(())?;
        cursor.eat_kind(TokenKind::Semicolon);
        place.passes = branches.iter().any(|branch| branch.passes);
        let mut open = branches.into_iter().filter(|branch| !branch.ended);
        match open.next() {
            Some(first) => {
                place.variables = first.variables;
                open.for_each(|other| place.variables.keep_common(&other.variables));
            }
            None => place.ended = true,
        }
        Some(())
    }

    /// A statement without others inside.
    fn simple(&mut self, mut cursor: Cursor<'a>, place: &mut Place) -> Option<()> {
        let whole = cursor;
        let Some(word) = cursor.ident() else { return Some(()) };
        match word.to_ascii_uppercase().as_str() {
            "RAISE" if cursor.at_any(&["DEBUG", "LOG", "INFO", "NOTICE", "WARNING"]) => {}
            "RAISE" | "SIGNAL" | "RESIGNAL" => {
                let only_warns = cursor.eat(&["SQLSTATE"]) && {
                    cursor.eat(&["VALUE"]);
                    cursor.string().is_some_and(|state| state.starts_with("01"))
                };
                if !only_warns {
                    self.refuse(place, None);
                    place.ended = true;
                }
            }
            "ASSERT" => {
                let condition = cursor.take_until(|c| c.kind_at(0) == Some(TokenKind::Comma));
                let failed = self.reader.read(condition, &place.variables, None).map(not_true);
                self.refuse(place, Some(failed));
            }
            "RETURN" => {
                // Before the row is there, NULL has it passed over.
                let skips = cursor.eat(&["NULL"]) && self.is_before();
                if skips {
                    self.refuse(place, None);
                }
                (place.ended, place.passes) = (true, !skips);
            }
            "LEAVE" => (place.ended, place.passes) = (true, true),
            "SELECT" | "PERFORM" => self.select(cursor, place, word.eq_ignore_ascii_case("PERFORM")),
            "SET" => {
                for mut part in cursor.split_commas() {
                    self.assignment(&mut part, place);
                }
            }
            "EXECUTE" | "GET" | "FETCH" | "WITH" => {
                // What they put into variables is not known.
                let mut rest = cursor;
                rest.take_until(|c| c.at_any(&["INTO"]));
                if !rest.is_empty() {
                    place.variables.values.values_mut().for_each(|value| *value = None);
                }
                place.variables.found = None;
            }
            "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "MERGE" | "CALL" | "NULL" => {
                place.variables.found = None;
            }
            _ => self.assignment(&mut { whole }, place),
        }
        Some(())
    }

    /// `variable := value`, `NEW.column := value`, and with `=`.
    fn assignment(&self, cursor: &mut Cursor<'a>, place: &mut Place) {
        let Some(name) = cursor.name() else { return };
        if !eat_assignment(cursor) {
            return;
        }
        let value = self.reader.read(*cursor, &place.variables, None);
        let is_new = name.schema.as_deref().is_some_and(|row| row.eq_ignore_ascii_case("new"));
        match self.reader.catalog.column(self.reader.table, &name.name).filter(|_| is_new) {
            Some(column) => drop(place.variables.new.insert(column, value)),
            None => {
                let name = match &name.schema {
                    Some(row) => field(row, &name.name),
                    None => name.name.to_lowercase(),
                };
                place.variables.values.insert(name, value);
            }
        }
    }

    /// A query: into variables, for what it finds, or one in which SQLite raises an error.
    fn select(&mut self, cursor: Cursor<'a>, place: &mut Place, performs: bool) {
        let mut ahead = cursor;
        ahead.take_until(|c| c.is_word(0, "RAISE") || c.is_word(0, "CASE"));
        if ahead.is_word(0, "RAISE") || (ahead.is_word(0, "CASE") && mentions_raise(ahead)) {
            return self.raising_query(cursor, place);
        }
        let query = self.reader.query(cursor, &place.variables);
        let Some(query) = query else {
            // `SELECT value INTO variable` without a table, or what is not followed.
            let mut rest = cursor;
            let value = rest.take_until(|c| c.is_word(0, "INTO"));
            let columns = super::assigned::assigned(rest);
            let columns =
                columns.iter().filter_map(|name| self.reader.catalog.column(self.reader.table, name));
            place.variables.new.extend(columns.map(|column| (column, None)));
            if rest.eat(&["INTO"]) {
                let value = self.reader.read(value, &place.variables, None);
                let name = rest.ident().map(|name| name.to_lowercase());
                let value = value.filter(|_| rest.is_empty());
                place.variables.values.values_mut().filter(|_| value.is_none()).for_each(|v| *v = None);
                place.variables.values.extend(name.map(|name| (name, value)));
            }
            place.variables.found = None;
            return;
        };
        if query.into.is_empty() && !performs {
            return;
        }
        place.variables.found = Some(query.exists());
        let values: Vec<Option<Expr>> =
            query.items.iter().map(|item| query.item(self.reader, *item, &place.variables)).collect();
        for (at, name) in query.into.iter().enumerate() {
            let value = values.get(at).cloned().flatten().filter(|_| values.len() == query.into.len());
            place.variables.values.insert(name.clone(), value);
        }
        // One variable may take the whole row.
        if let [row] = query.into.as_slice() {
            let columns = query.columns(self.reader, &place.variables);
            place
                .variables
                .values
                .extend(columns.into_iter().map(|(column, value)| (field(row, &column), value)));
        }
    }

    /// `SELECT RAISE(...) [FROM ...] [WHERE a]`, `SELECT CASE WHEN a THEN RAISE(...) ... END [WHERE b]`.
    fn raising_query(&mut self, mut cursor: Cursor<'a>, place: &mut Place) {
        let whole = cursor;
        let mut item = cursor.take_until(|c| c.at_any(&["FROM", "WHERE"]));
        let mut place = place.clone();
        if cursor.is_word(0, "FROM") {
            // A row is there for which ...
            place.path.push(self.reader.query(whole, &place.variables).map(|query| query.exists()));
        } else if cursor.eat(&["WHERE"]) {
            place.path.push(self.reader.read(cursor, &place.variables, None));
        }
        if item.is_word(0, "RAISE") {
            return self.refuse(&place, None);
        }
        item.eat(&["CASE"]);
        while item.eat(&["WHEN"]) {
            let condition = take_balanced(&mut item, "THEN");
            item.eat(&["THEN"]);
            let condition = self.reader.read(condition, &place.variables, None);
            if item.is_word(0, "RAISE") {
                self.refuse(&place, Some(condition.clone()));
            }
            item.take_until(|c| c.at_any(&["WHEN", "ELSE", "END"]));
            place.path.push(condition.map(not_true));
        }
        if item.eat(&["ELSE"]) && item.is_word(0, "RAISE") {
            self.refuse(&place, None);
        }
    }

    /// An error is raised here, if `also` is true.
    fn refuse(&mut self, place: &Place, also: Option<Option<Expr>>) {
        self.refusals.push(place.path.iter().cloned().chain(also).collect());
    }

    fn is_before(&self) -> bool {
        self.reader.before
    }
}

/// The name under which a column of a variable for a whole row is known.
fn field(row: &str, column: &str) -> String {
    format!("{}.{}", row.to_lowercase(), column.to_lowercase())
}

/// The tokens up to a word that is outside of any CASE.
fn take_balanced<'a>(cursor: &mut Cursor<'a>, word: &str) -> Cursor<'a> {
    let start = *cursor;
    let mut open = 0_u32;
    while !cursor.is_empty() && (open > 0 || !cursor.is_word(0, word)) {
        open += u32::from(cursor.is_word(0, "CASE"));
        open = open.saturating_sub(u32::from(cursor.is_word(0, "END")));
        cursor.skip_group();
    }
    start.until(cursor)
}

fn mentions_raise(mut cursor: Cursor<'_>) -> bool {
    while !cursor.is_empty() {
        if cursor.is_word(0, "RAISE") && cursor.kind_at(1) == Some(TokenKind::Open) {
            return true;
        }
        cursor.skip(1);
    }
    false
}

/// `:=`, or `=`.
fn eat_assignment(cursor: &mut Cursor<'_>) -> bool {
    cursor.eat_op(":");
    cursor.eat_op("=")
}
