//! Scripts that hold the rows themselves: INSERTs for every dialect, COPY for `psql`. Whatever a bundle's files bring into a
//! database, they bring as well.

use crate::corpus;
use crate::generated::Generated;
use crate::servers::{MariaDbServer, PostgresDatabase, PostgresServer, SqliteDatabase};
use seedbed_datagen_core::{Part, RunOptions, Sink as _, Spec};
use seedbed_export::{BundleContents, ExportError, ScriptForm, SqlScript, ZipBundle};
use seedbed_job::{Checking, Job, Options, PlannedJob, Silent, SpecSource, Target};
use seedbed_rows::{Plan, TablePlan};
use seedbed_schema_model::{Dialect, SourceMap, Table};
use seedbed_sql_values::quote_qualified;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rows of each table of the corpus: several statements' worth would only take longer.
const ROWS: u64 = 20;

/// A schema with its plan.
struct Planned {
    ddl: String,
    spec: Spec,
    job: PlannedJob,
}

impl Planned {
    fn new(dialect: Dialect, ddl: String, rows: u64) -> Self {
        let spec = Spec { rows: Some(rows), seed: Some(7), ..Spec::default() };
        let job = Job::new(SourceMap::of(&ddl)).dialect(dialect).spec(SpecSource::Value(spec.clone()));
        let options = Options { checking: Checking::Off, ..Options::default() };
        let job = job.options(options).plan(&mut Silent).expect("a plan");
        Self { ddl, spec, job }
    }

    fn plan(&self) -> &Plan {
        self.job.plan()
    }

    fn contents(&self) -> BundleContents {
        BundleContents::new(self.plan(), &self.spec, Part::WHOLE, &self.ddl)
    }

    /// Writes the script into a folder.
    fn script(&self, folder: &Path, form: ScriptForm) -> PathBuf {
        let path = folder.join(format!("{form}.sql"));
        let sink = SqlScript::create(&path, self.contents(), form).expect("a script");
        self.job.clone().run(Target::Sink(Box::new(sink)), &mut Silent).expect("written");
        path
    }

    /// Unpacks the bundle of files into a folder.
    fn bundle(&self, folder: &Path) {
        let path = folder.join("bundle.zip");
        let sink = ZipBundle::create(&path, self.contents()).expect("a bundle");
        self.job.clone().run(Target::Sink(Box::new(sink)), &mut Silent).expect("written");
        let bytes = fs::read(path).expect("a file");
        zip::ZipArchive::new(std::io::Cursor::new(bytes))
            .expect("a ZIP file")
            .extract(folder)
            .expect("unpacked");
    }

    /// A query of each planned table's rows, a line each.
    fn counting(&self) -> Vec<String> {
        let count = |t: &Table| {
            format!("SELECT count(*) FROM {}", quote_qualified(self.plan().schema().dialect, &t.name))
        };
        self.plan().tables().iter().map(|t| count(&self.plan().schema()[t.table])).collect()
    }

    /// Whether every table got what was planned.
    fn is_full(&self, counts: &[i64]) -> bool {
        let tables = self.plan().tables();
        tables.len() == counts.len() && tables.iter().zip(counts).all(|(t, count)| *count >= t.rows as i64)
    }

    /// What is wrong with the counts that a script came to: where they are less than planned, they must be those that the
    /// files come to.
    fn judge(
        &self,
        name: &str,
        counts: &[i64],
        by_files: impl FnOnce() -> Result<Vec<i64>, String>,
    ) -> Vec<String> {
        if self.is_full(counts) {
            return Vec::new();
        }
        let files = match by_files() {
            Ok(files) => files,
            Err(why) => return vec![format!("{name}: the files were not loaded: {why}")],
        };
        let tables = self.plan().tables().iter().zip(counts).zip(&files);
        // A rule makes of an INSERT what it likes.
        let has_rule =
            |t: &TablePlan| self.plan().schema()[t.table].triggers.iter().any(|t| t.is_rule && t.on_insert());
        let differ = tables.filter(|((t, script), files)| script != files && !has_rule(t));
        let told = |((t, script), files): ((&TablePlan, &i64), &i64)| {
            let table = &self.plan().schema()[t.table].name;
            format!("{name}: {table} has {script} of {} rows, {files} by files", t.rows)
        };
        differ.map(told).collect()
    }
}

/// What a client prints; an error when it fails.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().expect("the client runs");
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).chars().take(400).collect()),
    }
}

fn postgres_counts(database: &PostgresDatabase, planned: &Planned) -> Result<Vec<i64>, String> {
    let mut client =
        postgres::Client::connect(&database.url(), postgres::NoTls).map_err(|e| e.to_string())?;
    let count = |sql: &String| client.query_one(sql, &[]).map(|row| row.get(0)).map_err(|e| e.to_string());
    planned.counting().iter().map(count).collect()
}

/// Loads what `psql` reads in a folder.
fn psql(database: &PostgresDatabase, folder: &Path, script: &str) -> Result<(), String> {
    let mut command = Command::new("psql");
    command
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script, "-d", &database.url()])
        .current_dir(folder);
    run(command.env("PGOPTIONS", "-c client_min_messages=error -c synchronous_commit=off")).map(drop)
}

#[test]
fn scripts_fill_the_corpus_in_postgres() {
    let (Some(root), Some(server)) = (corpus::root(), PostgresServer::connect()) else { return };
    // Another suite may prepare the server at the same time; the second one fails to make what is there.
    let _ = server.prepare(&root.join("postgres-roles.sql"));
    let one = |file: &Path| -> Result<Vec<String>, String> {
        let name = corpus::name(file);
        let planned = Planned::new(Dialect::Postgres, corpus::read(file), ROWS);
        let folder = tempfile::tempdir().expect("a folder");
        let empty = server.scratch(&name)?;
        empty.load(file)?;
        let counts_of = |script: &str| -> Result<Vec<i64>, String> {
            let database = server.copy_of(&empty, &name)?;
            psql(&database, folder.path(), script)?;
            postgres_counts(&database, &planned)
        };
        let by_files = || {
            planned.bundle(folder.path());
            counts_of("load.psql")
        };
        let mut wrong = Vec::new();
        for form in [ScriptForm::Insert, ScriptForm::Copy] {
            planned.script(folder.path(), form);
            match counts_of(&format!("{form}.sql")) {
                Ok(counts) => wrong.extend(planned.judge(&format!("{name} by {form}"), &counts, by_files)),
                // What a trigger did is found out at the end alone, by whatever road the rows come.
                Err(why) if by_files().is_ok() => wrong.push(format!("{name} by {form}: {why}")),
                Err(_) => {}
            }
        }
        Ok(wrong)
    };
    all(&root, "postgres_dump", one);
}

/// Tries all files of a folder, and tells of all that is wrong.
fn all(root: &Path, folder: &str, one: impl Fn(&Path) -> Result<Vec<String>, String>) {
    let files = corpus::files(root, folder);
    let wrong =
        |file: &PathBuf| one(file).unwrap_or_else(|why| vec![format!("{}: {why}", corpus::name(file))]);
    let wrong: Vec<String> = files.iter().flat_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn inserts_fill_the_corpus_in_mariadb() {
    let (Some(root), Some(server)) = (corpus::root(), MariaDbServer::connect()) else { return };
    let one = |file: &Path| -> Result<Vec<String>, String> {
        let name = corpus::name(file);
        let planned = Planned::new(Dialect::MySql, corpus::read(file), ROWS);
        let folder = tempfile::tempdir().expect("a folder");
        let counts_of = |prepare: &dyn Fn() -> PathBuf| -> Result<Vec<i64>, String> {
            let database = server.scratch(&name)?;
            database.load(file)?;
            database.load(&prepare())?;
            let sql: Vec<String> = planned.counting().iter().map(|sql| format!("({sql})")).collect();
            let lines = database.query(&sql.join(" UNION ALL "))?;
            lines.lines().map(|line| line.parse().map_err(|_| line.to_owned())).collect()
        };
        let counts = counts_of(&|| planned.script(folder.path(), ScriptForm::Insert))?;
        Ok(planned.judge(&name, &counts, || {
            counts_of(&|| {
                planned.bundle(folder.path());
                let script = folder.path().join("load.mysql.sql");
                let text = fs::read_to_string(&script).expect("a script");
                // The client looks for files where it was started.
                let text = text.replace("INFILE '", &format!("INFILE '{}/", folder.path().display()));
                fs::write(&script, text).expect("written");
                script
            })
        }))
    };
    all(&root, "mysql_dump", one);
}

#[test]
fn inserts_fill_the_corpus_in_sqlite() {
    let (Some(root), Some(_)) = (corpus::root(), SqliteDatabase::scratch()) else { return };
    let one = |file: &Path| -> Result<Vec<String>, String> {
        let name = corpus::name(file);
        let planned = Planned::new(Dialect::Sqlite, corpus::read(file), ROWS);
        let folder = tempfile::tempdir().expect("a folder");
        let script = planned.script(folder.path(), ScriptForm::Insert);
        let database = SqliteDatabase::scratch().ok_or("the sqlite3 client went away")?;
        database.load(file)?;
        let sql = fs::read_to_string(&script).expect("a script");
        let connection = rusqlite::Connection::open(database.path()).map_err(|e| e.to_string())?;
        if sql.contains("\n.bail ") {
            // It ends with an error after any statement that failed, also where the script goes on.
            let script = fs::File::open(&script).expect("a script");
            let _ =
                Command::new("sqlite3").arg(database.path()).stdin(script).output().expect("the client runs");
        } else {
            connection.execute_batch(&sql).map_err(|e| e.to_string())?;
        }
        let broken: i64 = connection
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
            .map_err(|e| e.to_string())?;
        let counts = |connection: &rusqlite::Connection| -> Result<Vec<i64>, String> {
            let count =
                |sql: &String| connection.query_row(sql, [], |row| row.get(0)).map_err(|e| e.to_string());
            planned.counting().iter().map(count).collect()
        };
        let mut wrong = planned.judge(&name, &counts(&connection)?, || {
            let by_files = SqliteDatabase::scratch().ok_or("the sqlite3 client went away")?;
            planned.bundle(folder.path());
            let script = fs::File::open(folder.path().join("load.sqlite.sql")).expect("a script");
            let mut shell = Command::new("sqlite3");
            let _ =
                shell.arg(by_files.path()).stdin(script).current_dir(folder.path()).output().expect("runs");
            counts(&rusqlite::Connection::open(by_files.path()).map_err(|e| e.to_string())?)
        });
        wrong.extend((broken > 0).then(|| format!("{name}: {broken} broken references")));
        Ok(wrong)
    };
    all(&root, "sqlite", one);
}

/// Tables of awkward types, in a circle, with an identity, a generated column and references to later rows.
const POSTGRES: &str = "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'hap\\py');
CREATE TABLE every (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, boss bigint REFERENCES every, small smallint, price numeric(30, 6),
    paid money, share real, rate double precision, flag boolean, born date, opens time, made timestamp, seen timestamptz,
    token uuid, photo bytea, feeling mood, note text, code char(3), extra jsonb, tags text[], net inet, gap interval,
    mask bit(4), twice numeric GENERATED ALWAYS AS (price * 2) STORED);
CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL);
CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, every_id bigint REFERENCES every);
ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;
CREATE TABLE c (n int, d_n int);
CREATE TABLE d (n int UNIQUE, c_id int NOT NULL REFERENCES b);
ALTER TABLE c ADD FOREIGN KEY (d_n) REFERENCES d (n);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not by this door'; END $$;
CREATE TABLE guarded (found int PRIMARY KEY, a_id int NOT NULL REFERENCES a);
CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE checked (found int PRIMARY KEY, \"new\nline\" int CHECK (\"new\nline\" > 3));
CREATE TRIGGER look BEFORE INSERT ON checked FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();";

/// The rows of every table of the schema, in an order of their own.
const CONTENTS: &str = "SELECT string_agg(t.name || ':' || (xpath('/row/all/text()', query_to_xml(format(
    'SELECT coalesce(string_agg(x::text, E''\\n'' ORDER BY x::text), '''') AS all FROM %I x', t.name), false, true, '')))[1]::text,
    E'\\n' ORDER BY t.name) FROM (VALUES ('every'), ('a'), ('b'), ('c'), ('d'), ('guarded')) AS t(name)";

#[test]
fn postgres_has_the_same_rows_by_every_road() {
    let Some(server) = PostgresServer::connect() else { return };
    // No trigger of a server's own function: it would be refused as none for INSERT.
    let ddl = POSTGRES.rsplit_once("\nCREATE TRIGGER look").expect("the last statement").0;
    let planned = Planned::new(Dialect::Postgres, ddl.to_owned(), 1200);
    let folder = tempfile::tempdir().expect("a folder");
    planned.bundle(folder.path());
    planned.script(folder.path(), ScriptForm::Insert);
    planned.script(folder.path(), ScriptForm::Copy);
    let contents = ["load.psql", "INSERT.sql", "COPY.sql"].map(|script| {
        let database = server.scratch("roads").expect("a database");
        database.load(&folder.path().join("schema.sql")).expect("the schema");
        psql(&database, folder.path(), script).expect(script);
        let ask = |sql: &str| {
            run(Command::new("psql").args(["-X", "-At", "-d", &database.url(), "-c", sql])).expect("asked")
        };
        assert_eq!(
            ask("SELECT (SELECT count(*) FROM every), (SELECT count(*) FROM guarded)"),
            "1200|0",
            "{script}"
        );
        assert_eq!(
            ask("INSERT INTO every (note) VALUES ('x') RETURNING id").lines().next(),
            Some("1201"),
            "{script}"
        );
        ask("DELETE FROM every WHERE id = 1201");
        ask(CONTENTS)
    });
    assert!(contents[0].len() > 100_000, "{}", contents[0].len());
    assert!(contents[0] == contents[1], "INSERTs bring what files bring");
    assert!(contents[0] == contents[2], "COPY brings what files bring");
}

const MYSQL: &str = "CREATE TABLE every (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, small smallint, price decimal(30, 6), share float,
    rate double, flag tinyint(1), born date, opens time, made datetime(6), seen timestamp NULL, photo blob, hash binary(4),
    feeling enum('sad', 'it''s ok', 'hap\\\\py'), many set('a', 'b'), note text, code char(3), extra json, mask bit(4), place point,
    made_in year, twice decimal(32, 6) AS (price * 2) STORED);
CREATE TABLE a (id int PRIMARY KEY, b_id int NOT NULL);
CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL, every_id bigint unsigned, FOREIGN KEY (a_id) REFERENCES a (id),
    FOREIGN KEY (every_id) REFERENCES every (id));
ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);
CREATE TABLE c (id int PRIMARY KEY, d_id int);
CREATE TABLE d (id int PRIMARY KEY, c_id int NOT NULL, FOREIGN KEY (c_id) REFERENCES c (id));
ALTER TABLE c ADD FOREIGN KEY (d_id) REFERENCES d (id);";

#[test]
fn mariadb_has_the_rows_that_the_batches_have() {
    let Some(server) = MariaDbServer::connect() else { return };
    let planned = Planned::new(Dialect::MySql, MYSQL.to_owned(), 1200);
    let folder = tempfile::tempdir().expect("a folder");
    planned.bundle(folder.path());
    let files = folder.path().join("load.mysql.sql");
    let text = fs::read_to_string(&files).expect("a script");
    fs::write(&files, text.replace("INFILE '", &format!("INFILE '{}/", folder.path().display())))
        .expect("written");
    let scripts = [files, planned.script(folder.path(), ScriptForm::Insert)];
    let contents = scripts.map(|script| {
        let database = server.scratch("roads").expect("a database");
        database.load(&folder.path().join("schema.sql")).expect("the schema");
        database.load(&script).unwrap_or_else(|why| panic!("{}: {why}", script.display()));
        // The files' script can't tell an empty text from NULL.
        let every = "SELECT id, small, price, share, rate, flag, born, opens, made, seen, hex(photo), hex(hash), feeling, many,
            nullif(note, ''), nullif(code, ''), extra, hex(mask), st_astext(place), made_in, twice FROM every ORDER BY id";
        ["SELECT * FROM a ORDER BY 1", "SELECT * FROM b ORDER BY 1", "SELECT * FROM c ORDER BY 1", "SELECT * FROM d ORDER BY 1", every]
            .map(|sql| database.query(sql).expect(sql))
    });
    for (files, script) in contents[0].iter().zip(&contents[1]) {
        let lines = || files.lines().zip(script.lines());
        assert_eq!(lines().find(|(a, b)| a != b), None);
        assert_eq!(files.lines().count(), script.lines().count());
    }
}

const SQLITE: &str = "CREATE TABLE every (id INTEGER PRIMARY KEY, small SMALLINT, price DECIMAL(10, 4), share REAL, flag BOOLEAN, born DATE,
    made DATETIME, token UUID, raw_token BLOB, photo BLOB, note TEXT, extra JSON, any_thing, twice AS (small * 2) STORED);
CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id));
CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id), every_id INTEGER REFERENCES every (id));
CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree (id));";

#[test]
fn sqlite_has_the_rows_that_a_load_brings() {
    let Some(loaded) = SqliteDatabase::scratch() else { return };
    let planned = Planned::new(Dialect::Sqlite, SQLITE.to_owned(), 1200);
    let url = format!("sqlite:{}", loaded.path().display());
    planned.job.clone().run(Target::Database(url.parse().expect("a URL")), &mut Silent).expect("loaded");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("whole.sql");
    let sink =
        SqlScript::create(&path, planned.contents(), ScriptForm::Insert).expect("a script").with_schema();
    planned.job.clone().run(Target::Sink(Box::new(sink)), &mut Silent).expect("written");
    let scripted = rusqlite::Connection::open_in_memory().expect("a database");
    scripted.execute_batch(&fs::read_to_string(path).expect("a script")).expect("loaded");

    let loaded = rusqlite::Connection::open(loaded.path()).expect("a database");
    for (table, columns) in [("every", 14), ("a", 2), ("b", 3), ("tree", 2)] {
        // With the storage class of every cell.
        let names: Vec<String> = loaded
            .prepare(&format!("SELECT * FROM {table}"))
            .expect("a table")
            .column_names()
            .iter()
            .map(|name| format!("typeof({name}) || ' ' || quote({name})"))
            .collect();
        assert_eq!(names.len(), columns);
        let sql = format!("SELECT {} FROM {table} ORDER BY id", names.join(" || char(10) || "));
        let rows = |connection: &rusqlite::Connection| -> Vec<String> {
            let mut statement = connection.prepare(&sql).expect(&sql);
            statement.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("text")
        };
        let (ours, theirs) = (rows(&scripted), rows(&loaded));
        assert_eq!(ours.len(), 1200);
        assert_eq!(ours.iter().zip(&theirs).find(|(a, b)| a != b), None, "{table}");
    }
}

/// What a trigger or a CHECK refuses is left out with what leans on it, row by row; the rest goes in.
#[test]
fn sqlite_goes_on_without_rows_that_are_refused() {
    const CHECKED: &str = "CREATE TABLE free (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        INSERT INTO free VALUES (900, 'there');
        CREATE TABLE guarded (id INTEGER PRIMARY KEY, free_id INTEGER NOT NULL REFERENCES free (id));
        CREATE TABLE child (id INTEGER PRIMARY KEY, guarded_id INTEGER NOT NULL REFERENCES guarded (id));
        CREATE TABLE odd (id INTEGER PRIMARY KEY, note TEXT, bytes BLOB NOT NULL,
            CHECK (id % 2 = length(printf('%!.1f', 1)) % 2));
        INSERT INTO odd VALUES (901, NULL, x'00');
        CREATE TABLE copy (id INTEGER PRIMARY KEY, odd_id INTEGER NOT NULL UNIQUE REFERENCES odd (id));
        CREATE TABLE last (id INTEGER PRIMARY KEY, free_id INTEGER NOT NULL REFERENCES free (id));
        CREATE TRIGGER guard BEFORE INSERT ON guarded BEGIN SELECT RAISE(ABORT, 'not by this door'); END;";
    const TOLD: &str = "left out, the server refuses them: 10 of 10 rows of guarded
left out, the server refuses them: 10 of 10 rows of child
left out, the server refuses them: 5 of 10 rows of odd
left out, the server refuses them: 5 of 10 rows of copy
";
    let planned = Planned::new(Dialect::Sqlite, CHECKED.to_owned(), 10);
    let folder = tempfile::tempdir().expect("a folder");
    planned.bundle(folder.path());
    let rows = planned.script(folder.path(), ScriptForm::Insert);
    for (script, schema) in [(folder.path().join("load.sqlite.sql"), None), (rows, Some(CHECKED))] {
        let Some(database) = SqliteDatabase::scratch() else { return };
        if let Some(schema) = schema {
            run(Command::new("sqlite3").arg(database.path()).arg(schema)).expect("the schema");
        }
        let script = fs::File::open(script).expect("a script");
        let mut shell = Command::new("sqlite3");
        let ended =
            shell.arg(database.path()).stdin(script).current_dir(folder.path()).output().expect("runs");
        assert_eq!(ended.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&ended.stdout), TOLD);
        assert!(String::from_utf8_lossy(&ended.stderr).contains("not by this door"));
        let counts = "SELECT (SELECT count(*) FROM free), (SELECT count(*) FROM guarded), (SELECT count(*) FROM child),
            (SELECT count(*) FROM odd), (SELECT count(*) FROM copy JOIN odd ON odd.id = odd_id),
            (SELECT min(typeof(bytes)) FROM odd), (SELECT count(*) FROM last)";
        let counted = run(Command::new("sqlite3").arg(database.path()).arg(counts));
        assert_eq!(counted.as_deref(), Ok("11|0|0|6|5|blob|10"));
    }
}

#[test]
fn copy_is_for_postgres_alone() {
    for (dialect, ddl) in [(Dialect::MySql, MYSQL), (Dialect::Sqlite, SQLITE)] {
        let planned = Planned::new(dialect, ddl.to_owned(), 1);
        let error =
            SqlScript::create("nowhere.sql", planned.contents(), ScriptForm::Copy).expect_err("refused");
        assert!(matches!(error, ExportError::NoScript { form: ScriptForm::Copy, .. }));
        assert_eq!(error.code(), "export-no-script");
        assert!(error.hint().is_some_and(|hint| hint.contains("`sql`")));
    }
}

/// Statements are cut by rows and by bytes, whatever the batches.
#[test]
fn statements_are_of_bounded_size() {
    let ddl = "CREATE TABLE wide (id INTEGER PRIMARY KEY, a TEXT NOT NULL CHECK (length(a) > 900)); CREATE TABLE slim (id INTEGER PRIMARY KEY);";
    let generated = Generated::with_rows(Dialect::Sqlite, ddl, 4700, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let write = |threads, batch_rows| {
        let path = folder.path().join("rows.sql");
        let contents = BundleContents {
            run: generated.provenance(Part::WHOLE),
            order: generated.plan.load_order().clone(),
            schema_sql: ddl.to_owned(),
            settings: BTreeMap::new(),
            uncertain: Default::default(),
        };
        let sink = SqlScript::create(&path, contents, ScriptForm::Insert).expect("a script");
        generated.write(Target::Sink(Box::new(sink)), RunOptions { threads, batch_rows, part: Part::WHOLE });
        fs::read_to_string(path).expect("a script")
    };
    let text = write(1, 4096);
    assert!(text == write(3, 77));
    let statements: Vec<&str> = text.split(";\n").filter(|s| s.starts_with("INSERT")).collect();
    let longest = statements.iter().map(|s| s.len()).max().expect("statements");
    assert!((60_000..70_000).contains(&longest), "{longest}");
    let slim = statements.iter().filter(|s| s.starts_with("INSERT INTO \"slim\""));
    let rows: Vec<usize> = slim.map(|s| s.lines().count() - 1).collect();
    assert_eq!(rows, [500, 500, 500, 500, 500, 500, 500, 500, 500, 200]);
}

/// The script knows beforehand what comes.
#[test]
fn rows_that_were_not_named_are_refused() {
    let generated = Generated::with_rows(Dialect::Sqlite, SQLITE, 3, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rows.sql");
    let mut contents = BundleContents {
        run: generated.provenance(Part::WHOLE),
        order: generated.plan.load_order().clone(),
        schema_sql: String::new(),
        settings: BTreeMap::new(),
        uncertain: Default::default(),
    };
    let every = generated.table("every");
    contents.run.rows.remove(&every);
    let mut sink = SqlScript::create(&path, contents, ScriptForm::Insert).expect("a script");
    let mut open = sink.open(generated.plan.schema(), every).expect("begun");
    let refused = open.write(&generated.plan.batch(every, 0..3)).and_then(|()| open.close());
    assert!(refused.is_err());
    drop(sink);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
