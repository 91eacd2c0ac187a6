//! Sentences that are for a language model, which a server of this suite plays.

use crate::workdir::{Ran, Workdir};
use seedbed_ai_gemini::mock::Mock;
use serde_json::{Value, json};
use std::path::Path;

/// A key that must be seen nowhere.
const KEY: &str = "AIza-not-to-be-seen";

/// A folder with a store that holds 20 films, and the model.
struct Cinema {
    workdir: Workdir,
    mock: Mock,
}

impl Cinema {
    fn new() -> Self {
        let workdir = Workdir::with_schema(
            "CREATE TABLE film (id int PRIMARY KEY, title varchar(40) NOT NULL, length int NOT NULL);",
        );
        workdir.run_ok("generate schema.sql --dialect postgres --rows 20 --seed 7 --save films -q");
        workdir.write("key", &format!("{KEY}\n"));
        let mock = Mock::start().expect("a port is free");
        let shorter = json!({"kind": "set-value", "table": "film", "column": "title", "value": "Shorter"});
        mock.answer("shorter titles", json!({"edits": [shorter]}));
        let count = json!({"sql": "SELECT count(*) AS films FROM film", "sentence": "Films for sailors."});
        mock.answer("sailor", count);
        Self { workdir, mock }
    }

    fn run<'a>(&self, variable: (&str, &str), arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        let url = self.mock.base_url();
        self.workdir.run_in(&[variable, ("GEMINI_BASE_URL", &url), ("AI_TIMEOUT", "20s")], arguments)
    }
}

#[test]
fn a_sentence_changes_rows_and_a_question_has_an_answer() {
    let cinema = Cinema::new();
    let changed = cinema.run(("GEMINI_API_KEY", KEY), ["edit", "films", "give all films shorter titles"]);
    assert_eq!(changed.code, 0, "{}", changed.stderr);
    assert!(changed.stdout.contains("set film.title = 'Shorter'"), "{}", changed.stdout);
    let titles = cinema.workdir.run_ok("datasets rows films film --limit 20 --json").stdout;
    assert_eq!(titles.matches("\"Shorter\"").count(), 20, "{titles}");

    let asked = cinema.run(("GEMINI_KEY_FILE", "key"), ["ask", "films", "which films would a sailor like"]);
    assert_eq!((asked.code, asked.stdout.as_str()), (0, "  films\n  20\n"), "{}", asked.stderr);
    assert!(asked.stderr.contains("SELECT count(*) AS films FROM film"), "{}", asked.stderr);
    assert!(asked.stderr.starts_with("Films for sailors. That is 1 row.\n"), "{}", asked.stderr);
    let told =
        cinema.run(("GEMINI_API_KEY", KEY), ["ask", "films", "which films would a sailor like", "--json"]);
    let told: Value = serde_json::from_str(&told.stdout).expect("JSON");
    assert_eq!((&told["rows"], &told["ai"]["used"]), (&json!([[20]]), &json!(true)), "{told}");
    assert!(!asked.stderr.contains(KEY) && !changed.stdout.contains(KEY) && !told.to_string().contains(KEY));
    assert!(!holds(&cinema.workdir.path("seedbed-data"), KEY.as_bytes()), "the store has the key");
}

#[test]
fn instructions_may_be_a_sentence() {
    let cinema = Cinema::new();
    let words = "make 5 films with shorter titles, please";
    let usual = ["generate", "schema.sql", "--dialect", "postgres", "--rows", "5", "--instructions", words];
    let made = cinema.run(("GEMINI_API_KEY", KEY), usual.into_iter().chain(["--out", "data"]));
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert_eq!(cinema.workdir.read("data/film.csv").matches("Shorter").count(), 5);
    let saved = cinema.run(("GEMINI_API_KEY", KEY), usual.into_iter().chain(["--save", "short"]));
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let titles = cinema.workdir.run_ok("datasets rows short film --json").stdout;
    assert_eq!(titles.matches("\"Shorter\"").count(), 5, "{titles}");
}

#[test]
fn a_model_that_does_not_answer_is_the_outside_world() {
    let cinema = Cinema::new();
    let url = cinema.mock.mode_url("quota-day");
    let arguments = ["edit", "films", "give all films shorter titles"];
    let refused = cinema.workdir.run_in(&[("GEMINI_API_KEY", KEY), ("GEMINI_BASE_URL", &url)], arguments);
    assert_eq!((refused.code, refused.stdout.as_str()), (4, ""), "{}", refused.stderr);
    assert!(refused.stderr.contains("the language model has no answer"), "{}", refused.stderr);
    assert_eq!(cinema.workdir.run_ok("datasets versions films").stdout.lines().count(), 2);
    let wrong = cinema.workdir.run_in(&[("GEMINI_API_KEY", KEY), ("GEMINI_BASE_URL", "ftp://x")], arguments);
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.starts_with("error[ai-config-invalid]: "), "{}", wrong.stderr);
    let none = cinema.workdir.run_in(&[("GEMINI_KEY_FILE", "no-key")], arguments);
    assert_eq!(none.code, 4, "{}", none.stderr);
}

/// Whether a file of a folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).expect("the folder can be read").any(|entry| {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            return holds(&path, bytes);
        }
        let content = std::fs::read(&path).expect("the file can be read");
        content.windows(bytes.len()).any(|window| window == bytes)
    })
}
