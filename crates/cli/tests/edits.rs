//! Datasets that are changed in words and by edits, and taken back.

use crate::workdir::{Ran, Workdir};
use serde_json::Value;

const FILMS: &str = "CREATE TABLE film (id int PRIMARY KEY, title varchar(40) NOT NULL, length int CHECK (length BETWEEN \
                     40 AND 240));\nCREATE TABLE rental (id int PRIMARY KEY, film_id int NOT NULL REFERENCES film);\n";

/// A folder with a store that holds 20 films and 20 rentals.
fn films() -> Workdir {
    let workdir = Workdir::with_schema(FILMS);
    workdir.run_ok("generate schema.sql --dialect postgres --rows 20 --seed 7 --save films -q");
    workdir
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", ran.stdout, ran.stderr))
}

impl Workdir {
    /// The bytes of the films.
    fn exported(&self) -> Vec<u8> {
        self.run_ok("datasets export films --tables film --out film.csv --force");
        std::fs::read(self.path("film.csv")).expect("the file was written")
    }
}

#[test]
fn a_change_is_shown_and_taken_back() {
    let workdir = films();
    let before = workdir.exported();
    let changed = workdir.run_ok("edit films set film.title = 'Checked' where id <= 2");
    let shown = changed.stdout.lines().collect::<Vec<_>>();
    assert_eq!(shown[0], "films (1), version 1 to 2", "{}", changed.stdout);
    assert_eq!(shown[1], "  set film.title = 'Checked' where id <= 2", "{}", changed.stdout);
    assert_eq!(shown[3], "public.film: 2 rows changed (2 cells of `title`)", "{}", changed.stdout);
    assert_eq!(shown.iter().filter(|line| line.ends_with("Checked")).count(), 2, "{}", changed.stdout);
    assert_ne!(workdir.exported(), before);

    let undone = workdir.run_ok("edit films --undo");
    assert!(undone.stdout.starts_with("films (1), version 2 to 3\n"), "{}", undone.stdout);
    assert!(workdir.exported() == before, "the rows are those that were");
    let versions = workdir.run_ok("datasets versions films").stdout;
    let lines: Vec<&str> = versions.lines().collect();
    assert_eq!(lines.len(), 4, "{versions}");
    for (line, what) in lines[1..].iter().zip(["made", "changed", "back to 1"]) {
        assert!(line.contains(what), "{versions}");
    }
    assert!(
        lines[2].contains("public.film ~2") && lines[2].contains("set film.title = 'Checked'"),
        "{versions}"
    );
    let told = json(&workdir.run_ok("datasets versions films --json"));
    assert_eq!(told[0]["digest"], told[2]["digest"], "{told}");
    let nothing = workdir.run("edit films --undo");
    assert_eq!((nothing.code, nothing.stdout.as_str()), (3, ""), "{}", nothing.stderr);
    assert!(nothing.stderr.starts_with("error[nothing-to-undo]: "), "{}", nothing.stderr);
}

#[test]
fn a_dry_run_keeps_nothing() {
    let workdir = films();
    let before = workdir.exported();
    let shown = workdir.run_ok("edit films rows rental = 5 --dry-run").stdout;
    assert!(shown.starts_with("films (1), version 1, which stays as it is\n"), "{shown}");
    assert!(shown.contains("public.rental: 15 rows removed\n") && shown.contains("(removed)"), "{shown}");
    let told = json(&workdir.run_ok("edit films rows rental = 5 --dry-run --json"));
    assert_eq!(
        (&told["dryRun"], &told["diff"]["public.rental"]["removed"]),
        (&true.into(), &15.into()),
        "{told}"
    );
    assert!(workdir.exported() == before);
    assert_eq!(json(&workdir.run_ok("datasets versions films --json")).as_array().map(Vec::len), Some(1));
}

#[test]
fn edits_come_from_a_file_in_either_form() {
    let workdir = films();
    workdir.write("edits.json", r#"[{"edit": "set", "column": "title", "to": {"value": "A"}}]"#);
    workdir.write("edits.txt", "# shorter titles\nset film.title = 'B'\nrows rental = 5\n");
    workdir.write("wrong.json", r#"[{"edit": "drop"}]"#);
    workdir.write("wrong.txt", "rows rental = 5\nset film.titel = 'B'\n");
    let told = json(&workdir.run_ok("edit films --edits edits.json --table film --json"));
    assert_eq!(told["diff"]["public.film"]["updatedRows"], 20, "{told}");
    let told = json(&workdir.run_ok("edit films --edits edits.txt --json"));
    assert_eq!(told["modifiedTables"], serde_json::json!(["public.film", "public.rental"]), "{told}");
    let wrong = workdir.run("edit films --edits wrong.json");
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.contains("unknown variant `drop`"), "{}", wrong.stderr);
    let wrong = workdir.run("edit films --edits wrong.txt");
    let want = "\
error[edit-unknown-column]: table `public.film` has no column `titel`
 --> wrong.txt:2:10
  |
2 | set film.titel = 'B'
  |          ^^^^^
  |
  = help: did you mean `title`?

";
    assert_eq!((wrong.code, wrong.stderr.as_str()), (3, want));
    assert_eq!(workdir.run("edit films --edits nothing.txt").code, 4);
}

#[test]
fn words_that_are_no_commands_are_pointed_at() {
    let workdir = films();
    let wrong = workdir.run("edit films more diverse titles");
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.contains(" --> words:1:") && wrong.stderr.contains("^^^^"), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("GEMINI_API_KEY"), "{}", wrong.stderr);
    let asked = workdir.run("ask films which film would a sailor like");
    assert_eq!((asked.code, asked.stdout.as_str()), (3, ""));
    assert!(
        asked.stderr.contains(" --> words:1:") && asked.stderr.contains("GEMINI_API_KEY"),
        "{}",
        asked.stderr
    );
    let asked = workdir.run_ok("ask films how many films are there?");
    assert_eq!(asked.stdout.lines().nth(1).map(str::trim), Some("20"), "{}", asked.stdout);
    let referred = workdir.run("edit films rows film = 1");
    assert_eq!(referred.code, 3, "{}", referred.stderr);
    assert!(referred.stderr.starts_with("error[edit-referred-rows]: "), "{}", referred.stderr);
    for usage in ["edit films", "edit films rows film = 1 --undo", "edit films --undo --dry-run", "ask films"]
    {
        assert_eq!(workdir.run(usage).code, 2, "{usage}");
    }
    assert_eq!(workdir.run("edit movies rows film = 1").code, 3);
}

/// Arguments of a run that makes twenty rows a table, with instructions.
fn instructed<'a>(target: &[&'a str], words: &'a str) -> Vec<&'a str> {
    let usual = "generate schema.sql --dialect postgres --seed 7 --rows 20 -q --instructions";
    usual.split(' ').chain([words]).chain(target.iter().copied()).collect()
}

#[test]
fn instructions_go_into_the_plan_or_into_a_store() {
    let workdir = Workdir::with_schema(FILMS);
    let ran = workdir.run_with(instructed(&["--out", "data"], "5 films; film.length between 60 and 70"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let file = workdir.read("data/film.csv");
    let lengths: Vec<u32> =
        file.lines().skip(1).filter_map(|line| line.rsplit(',').next()?.parse().ok()).collect();
    assert_eq!(file.lines().count(), 6, "{file}");
    assert!(lengths.iter().all(|length| (60..=70).contains(length)), "{file}");
    assert_eq!(workdir.read("data/rental.csv").lines().count(), 21);

    let rows = "5 films; set film.title = 'Old' where id <= 2";
    let refused = workdir.run_with(instructed(&["--out", "more"], rows));
    assert_eq!(refused.code, 3);
    assert!(
        refused.stderr.starts_with("error[instructions-need-rows]: `set film.title = 'Old' where id <= 2` ")
    );
    assert!(refused.stderr.contains("--save") && !workdir.path("more").exists(), "{}", refused.stderr);
    let saved = workdir.run_with(instructed(&["--save", "films"], rows));
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let titles = workdir.run_ok("datasets rows films film --json").stdout;
    assert_eq!((titles.lines().count(), titles.matches("\"Old\"").count()), (5, 2), "{titles}");
    let versions = json(&workdir.run_ok("datasets versions films --json"));
    assert_eq!(versions[0]["change"]["words"], rows, "{versions}");

    let wrong = workdir.run_with(instructed(&["--null"], "5 flims"));
    assert_eq!(wrong.code, 3);
    assert!(wrong.stderr.contains(" --> words:1:"), "{}", wrong.stderr);
    assert_eq!(workdir.run_with(instructed(&["--save", "x", "--report", "r"], "5 films")).code, 2);
}

/// What the front page shows is what somebody tries first.
#[test]
fn the_front_page_shows_commands_that_work() {
    let page = include_str!("../../../README.md");
    let (_, section) = page.split_once("\n## Change it by words\n").expect("the section");
    let (_, block) = section.split_once("```console\n").expect("a block");
    let (block, _) = block.split_once("```").expect("the end of the block");
    let workdir = Workdir::new();
    std::fs::create_dir(workdir.path("examples")).expect("a folder");
    workdir.write("examples/bookshop.sql", include_str!("../../../examples/bookshop.sql"));
    let commands: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("$ seedbed ")).collect();
    assert!(commands.len() >= 4, "{block}");
    for command in commands {
        // Words in quotes are one argument, the others are cut at spaces.
        let mut arguments = Vec::new();
        for (number, part) in command.split('"').enumerate() {
            match number % 2 {
                0 => arguments.extend(part.split_whitespace()),
                _ => arguments.push(part),
            }
        }
        let ran = workdir.run_with(arguments);
        assert_eq!(ran.code, 0, "{command}: {}{}", ran.stdout, ran.stderr);
    }
    let versions = json(&workdir.run_ok("datasets versions books --json"));
    assert_eq!(
        (versions.as_array().map(Vec::len), &versions[0]["digest"]),
        (Some(3), &versions[2]["digest"])
    );
}
