//! Names that a terminal would obey, and names that a shell or a client could take for something else.

use crate::workdir::Workdir;

const SCHEMA: &str = "CREATE TABLE \"a\u{1b}[31mred\" (id INTEGER PRIMARY KEY, \"line\nbreak\" TEXT NOT NULL,
        \"x\u{1b}]0;owned\u{7}\" INTEGER UNIQUE CHECK (\"x\u{1b}]0;owned\u{7}\" IN (1, 2)));
    CREATE TABLE \"\u{202e}desrever\" (id INTEGER PRIMARY KEY, \"\u{9b}2J\" unknown_type NOT NULL);";

#[test]
fn no_name_reaches_the_terminal_as_it_is() {
    let workdir = Workdir::with_schema(SCHEMA);
    for arguments in [
        "inspect schema.sql",
        "explain schema.sql",
        "preview schema.sql",
        "generate schema.sql --null --rows 20",
        "generate schema.sql --out data --rows 20",
        "check schema.sql --data data",
        "generate schema.sql --null --table \u{1b}[31mnobody=3",
    ] {
        let ran = workdir.run(&format!("{arguments} --dialect sqlite"));
        for text in [ran.stdout, ran.stderr] {
            let acts = |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
            let found = text.lines().find(|line| line.contains(acts));
            assert_eq!(found, None, "{arguments}");
        }
    }
}

/// The files and the script of a bundle, in the hands of the client that they are for.
#[test]
fn names_that_look_like_options_load_by_their_script() {
    let ddl = "CREATE TABLE \"-rf\" (id INTEGER PRIMARY KEY, \"--help\" TEXT NOT NULL, \"line\nbreak\" TEXT NOT NULL);
        CREATE TABLE \"../up\" (id INTEGER PRIMARY KEY, \"a\"\"b'c\" TEXT NOT NULL REFERENCES \"-rf\" (id));
        CREATE TABLE \"con\" (\"\" INTEGER PRIMARY KEY, \"x y\t\" TEXT NOT NULL);";
    let workdir = Workdir::with_schema(ddl);
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 7 --zip data.zip");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(workdir.path("data.zip")).unwrap()).unwrap();
    archive.extract(workdir.path("data")).unwrap();
    let Ok(mut shell) = std::process::Command::new("sqlite3")
        .arg(workdir.path("new.db"))
        .current_dir(workdir.path("data"))
        .stdin(std::fs::File::open(workdir.path("data/load.sqlite.sql")).unwrap())
        .spawn()
    else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "the `sqlite3` client is missing");
        return;
    };
    assert!(shell.wait().unwrap().success());
    let connection = rusqlite::Connection::open(workdir.path("new.db")).unwrap();
    for table in ["-rf", "../up", "con"] {
        let count = format!("SELECT count(*) FROM \"{table}\"");
        assert_eq!(connection.query_row(&count, [], |row| row.get::<_, i64>(0)), Ok(7), "{table}");
    }
}
