//! What is at the place of the output, and what becomes of it.

use crate::workdir::Workdir;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::process::Command;

const SCHEMA: &str = "CREATE TABLE a (id integer PRIMARY KEY, name varchar(20));";

/// Each is told before there is a row, and stays what it is.
#[test]
fn what_no_run_has_written_is_not_replaced() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.write("notes.txt", "mine");
    fs::create_dir(workdir.path("full")).unwrap();
    workdir.write("full/notes.txt", "mine");
    symlink(workdir.path("nothing"), workdir.path("dangling")).unwrap();
    let made = Command::new("mkfifo").arg(workdir.path("pipe")).status().unwrap();
    assert!(made.success());
    for (target, code) in [
        ("--zip notes.txt", "export-not-ours"),
        ("--zip dangling", "export-dangling-link"),
        ("--zip pipe", "export-wrong-kind"),
        ("--zip full", "export-wrong-kind"),
        ("--zip /dev/null", "export-wrong-kind"),
        ("--out notes.txt", "export-wrong-kind"),
        ("--out dangling", "export-dangling-link"),
        ("--out pipe", "export-wrong-kind"),
        ("--out full", "export-folder-in-use"),
        ("--to sqlite:notes.txt", "load-connect"),
        ("--to sqlite:dangling", "load-connect"),
        ("--to sqlite:pipe", "load-connect"),
        ("--to sqlite:/dev/null", "load-connect"),
        ("--to sqlite:full", "load-connect"),
        ("--null --report notes.txt", "export-not-ours"),
        ("--null --report schema.sql", "export-not-ours"),
        ("--null --report full", "export-wrong-kind"),
        ("--null --report dangling", "export-dangling-link"),
        ("--null --report no/such/folder", "report"),
        ("--out data --report data/report.json", "report-in-target"),
    ] {
        // So many rows that it would be noticed if they were made first.
        let ran = workdir.run(&format!("generate schema.sql --dialect sqlite --rows 1G {target}"));
        assert!(matches!(ran.code, 3 | 4), "{target}: {} {}", ran.code, ran.stderr);
        let shown = ["outside", code].iter().any(|code| ran.stderr.contains(&format!("error[{code}]")));
        assert!(shown, "{target}: {}", ran.stderr);
    }
    assert_eq!(workdir.read("notes.txt"), "mine");
    assert_eq!(workdir.read("schema.sql"), SCHEMA);
    assert!(fs::metadata(workdir.path("pipe")).unwrap().file_type().is_fifo());
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    assert!(fs::symlink_metadata(workdir.path("dangling")).unwrap().is_symlink());
    assert!(!workdir.path("data").exists());
}

#[test]
fn earlier_output_gives_way_and_with_force_any_file() {
    let workdir = Workdir::with_schema(SCHEMA);
    let zip = "generate schema.sql --dialect sqlite --rows 3 --zip data.zip --report report.json";
    workdir.run_ok(zip);
    let first = fs::read(workdir.path("data.zip")).unwrap();
    workdir.run_ok(zip);
    assert_eq!(fs::read(workdir.path("data.zip")).unwrap(), first);
    workdir.write("empty.zip", "");
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 3 --zip empty.zip");
    workdir.write("notes.txt", "mine");
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 3 --zip notes.txt --force");
    assert_eq!(fs::read(workdir.path("notes.txt")).unwrap(), first);
    workdir.write("notes.txt", "mine");
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 3 --null --report notes.txt --force");
    assert_eq!(workdir.json("notes.txt")["tables"]["a"]["rows"], 3);
}

/// What a link leads to is replaced, and the link stays.
#[test]
fn links_stay() {
    let workdir = Workdir::with_schema(SCHEMA);
    fs::create_dir(workdir.path("real")).unwrap();
    symlink(workdir.path("real"), workdir.path("data")).unwrap();
    workdir.write("real.db", "");
    symlink(workdir.path("real.db"), workdir.path("link.db")).unwrap();
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 3 --out data");
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 3 --to sqlite:link.db");
    assert_eq!(workdir.read("real/a.csv").lines().count(), 4);
    assert!(fs::metadata(workdir.path("real.db")).unwrap().len() > 0);
    for link in ["data", "link.db"] {
        assert!(fs::symlink_metadata(workdir.path(link)).unwrap().is_symlink(), "{link}");
    }
}

/// A dataset that is written into a file takes nobody's.
#[test]
fn an_exported_dataset_replaces_a_file_on_demand_alone() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.run_ok("generate schema.sql --dialect sqlite --rows 3 --save saved -q");
    workdir.write("notes.txt", "mine");
    fs::create_dir(workdir.path("folder")).unwrap();
    symlink(workdir.path("nowhere"), workdir.path("dangling")).unwrap();
    symlink(workdir.path("notes.txt"), workdir.path("link")).unwrap();
    for (target, why) in
        [("notes.txt", "--force"), ("folder", "a folder is there"), ("dangling", "leads to nothing")]
    {
        let ran = workdir.run(&format!("datasets export saved --tables a --out {target}"));
        assert!(ran.code == 4 && ran.stderr.contains(why), "{target}: exit {}, {}", ran.code, ran.stderr);
    }
    let ran = workdir.run("datasets export saved --tables a --out folder --force");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert_eq!(workdir.read("notes.txt"), "mine");
    workdir.run_ok("datasets export saved --tables a --out link --force");
    assert_eq!(workdir.read("notes.txt").lines().count(), 4);
    assert!(fs::symlink_metadata(workdir.path("link")).unwrap().is_symlink());
}

/// Another user could have put a link into a folder that is not ours alone, for us to write to what it names.
#[test]
fn the_lock_of_an_unfinished_run_is_never_followed() {
    let workdir = Workdir::with_schema(SCHEMA);
    workdir.write("precious", "kept");
    fs::create_dir(workdir.path(".data.unfinished")).unwrap();
    symlink(workdir.path("precious"), workdir.path(".data.unfinished/lock")).unwrap();
    let ran = workdir.run("generate schema.sql --dialect sqlite --rows 3 --out data");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert_eq!(workdir.read("precious"), "kept");
    fs::remove_dir_all(workdir.path(".data.unfinished")).unwrap();
    symlink(workdir.path("elsewhere"), workdir.path(".data.unfinished")).unwrap();
    fs::create_dir(workdir.path("elsewhere")).unwrap();
    let ran = workdir.run("generate schema.sql --dialect sqlite --rows 3 --out data");
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert_eq!(fs::read_dir(workdir.path("elsewhere")).unwrap().count(), 0, "nothing was put there");
}

/// A run that is killed, at whatever moment, leaves the target as it was or complete; the next one leaves nothing else.
#[test]
fn a_killed_run_leaves_nothing_to_the_next() {
    use std::process::Stdio;
    use std::time::Duration;
    let workdir = Workdir::with_schema(SCHEMA);
    for (target, rows) in
        [("--out data", 300_000), ("--zip data.zip", 300_000), ("--to sqlite:data.db", 300_000)]
    {
        for wait in [15, 60, 150] {
            let mut run = Command::new(env!("CARGO_BIN_EXE_seedbed"))
                .args(format!("generate schema.sql --dialect sqlite --rows {rows} {target}").split(' '))
                .current_dir(workdir.path("."))
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(wait));
            run.kill().unwrap();
            run.wait().unwrap();
            workdir.run_ok(&format!("generate schema.sql --dialect sqlite --rows 3 {target} -q"));
        }
    }
    let mut names: Vec<String> = fs::read_dir(workdir.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["data", "data.db", "data.zip", "schema.sql"]);
}
