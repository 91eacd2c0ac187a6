//! ARCHITECTURE.md against the workspace: every crate is on the map, everything on the map exists, and the manifests
//! keep to the arrows and absences that it promises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

#[test]
fn the_map_names_every_crate_and_no_other() {
    let text = architecture();
    let (map, _) = text.split_once(WHO_MAY_KNOW_WHOM).expect("the arrows have a section");
    let mapped: BTreeSet<String> = map_rows(map).into_iter().collect();
    assert_eq!(mapped, folders(), "the table of ARCHITECTURE.md and the folders of crates/ differ");
}

#[test]
fn every_path_on_the_map_exists() {
    let text = architecture();
    let missing: Vec<&str> = code_spans(&text)
        .filter(|s| s.contains('/') && !s.contains(' ') && !s.starts_with("crates/x"))
        .filter(|s| !root().join(s).exists())
        .collect();
    assert_eq!(missing, [""; 0], "ARCHITECTURE.md names paths that do not exist");
    assert!(text.lines().count() < 200, "a map of 200 lines is not looked at");
}

#[test]
fn packages_are_named_after_their_folders() {
    for folder in folders() {
        let wanted = if folder == "seedbed" { folder.clone() } else { format!("seedbed-{folder}") };
        assert_eq!(manifest(&folder)["package"]["name"].as_str(), Some(wanted.as_str()), "crates/{folder}");
    }
}

#[test]
fn suites_and_benchmarks_are_members() {
    let workspace = read_toml(&root().join("Cargo.toml"));
    let members = workspace["workspace"]["members"].as_array().expect("members is a list");
    for member in ["crates/*", "tests", "benches"] {
        assert!(
            members.iter().any(|m| m.as_str() == Some(member)),
            "`{member}` would silently never be compiled"
        );
    }
}

#[test]
fn dependencies_follow_the_arrows() {
    let arrows = arrows(section(&architecture(), WHO_MAY_KNOW_WHOM));
    assert_eq!(
        arrows.keys().cloned().collect::<BTreeSet<_>>(),
        folders(),
        "every crate has a line of arrows"
    );
    for folder in folders() {
        let allowed = reachable(&arrows, &folder);
        for dependency in our_dependencies(&folder) {
            assert!(allowed.contains(&dependency), "no arrow leads from `{folder}` to `{dependency}`");
        }
        assert!(!allowed.contains(&folder), "the arrows make a circle through `{folder}`");
    }
}

#[test]
fn the_model_depends_on_nothing_of_ours_and_on_no_parser() {
    assert_eq!(our_dependencies("schema-model"), BTreeSet::new());
    let allowed = BTreeSet::from(["petgraph", "serde", "thiserror"].map(str::to_owned));
    assert_eq!(dependencies("schema-model").difference(&allowed).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn only_the_parser_sees_the_parsing_library() {
    assert_eq!(users_of("sqlparser"), ["sql-syntax"]);
}

#[test]
fn only_the_loader_and_the_store_see_database_clients() {
    for client in ["mysql", "postgres"] {
        assert_eq!(users_of(client), ["load"], "{client}");
    }
    let users = users_of("rusqlite");
    assert!(
        users.iter().all(|user| ["load", "store-sqlite"].contains(&user.as_str())),
        "rusqlite: {users:?}"
    );
    for client in ["tokio-postgres", "mysql_async", "sqlx", "libsqlite3-sys"] {
        assert!(users_of(client).iter().all(|u| u == "load"), "{client}");
    }
}

#[test]
fn only_one_crate_sees_a_language_model() {
    assert_eq!(users_of("reqwest"), ["ai-gemini"]);
    assert_eq!(users_of("rustls"), ["ai-gemini", "load"], "and whoever connects to databases");
}

#[test]
fn the_judge_does_not_know_the_judged() {
    let allowed = BTreeSet::from(["schema-model", "sql-values", "sql-semantics"].map(str::to_owned));
    let known = reachable_by_manifest("validate");
    assert_eq!(known.difference(&allowed).collect::<Vec<_>>(), [""; 0]);
}

/// The rooms of the crates that read DDL, each of which knows only those before it.
const ROOMS_OF_DDL: [(&str, &[&str]); 2] = [
    (
        "ddl-catalog",
        &["syntax_error", "search_path", "problem", "renumber", "catalog", "effects", "rows", "routine"],
    ),
    ("ddl-parse", &["statement", "script", "resolve"]),
];

#[test]
fn the_rooms_that_read_ddl_know_each_other_one_way() {
    for (folder, rooms) in ROOMS_OF_DDL {
        let src = root().join("crates").join(folder).join("src");
        for (at, room) in rooms.iter().enumerate() {
            let (file, folder) = (src.join(format!("{room}.rs")), src.join(room));
            let texts = if file.is_file() { vec![read(&file)] } else { source_texts(&folder) };
            for other in texts.iter().flat_map(|text| rooms_named(text)) {
                let known = rooms[..at].contains(&other.as_str()) || other == *room;
                assert!(known, "`{room}` does not stand above `{other}`");
            }
        }
    }
}

/// What stands behind `crate::`, also in braces, in lines that are no comments.
fn rooms_named(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let behind = code.split("crate::").skip(1);
    let named = |rest: &str| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or("").split(',').map(|n| name(n.trim())).collect(),
        None => vec![name(rest)],
    };
    behind.flat_map(named).filter(|n| n.starts_with(char::is_lowercase)).collect()
}

fn source_texts(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.flatten().map(|e| e.path());
    paths.flat_map(|path| if path.is_dir() { source_texts(&path) } else { vec![read(&path)] }).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace").to_path_buf()
}

fn architecture() -> String {
    std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the workspace has a map")
}

/// The folders of `crates/`.
fn folders() -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join("crates")).expect("the workspace has crates");
    let folders = entries.flatten().filter(|e| e.path().is_dir());
    folders.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

/// The first cell of each row of the map's table, without its backticks.
fn map_rows(text: &str) -> Vec<String> {
    let rows = text.lines().filter_map(|l| l.strip_prefix("| `"));
    rows.filter_map(|l| l.split_once('`')).map(|(name, _)| name.to_owned()).collect()
}

/// What stands in backticks, outside of blocks.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    let outside = text.split("```").step_by(2);
    outside.flat_map(|part| part.split('`').skip(1).step_by(2))
}

const WHO_MAY_KNOW_WHOM: &str = "### Who may know whom";

/// What stands under a heading, up to the next one.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, behind) = text.split_once(heading).unwrap_or_else(|| panic!("the map has no `{heading}`"));
    behind.split("\n#").next().unwrap_or_default()
}

/// The lines `crate → crate crate` of the block in a section.
fn arrows(section: &str) -> BTreeMap<String, Vec<String>> {
    let block = section.split("```").nth(1).unwrap_or_default();
    let lines = block.lines().filter_map(|l| l.split_once('→'));
    lines
        .map(|(from, to)| (from.trim().to_owned(), to.split_whitespace().map(str::to_owned).collect()))
        .collect()
}

/// All that can be reached from a crate, itself only by a circle.
fn reachable(arrows: &BTreeMap<String, Vec<String>>, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![from.to_owned()];
    while let Some(next) = waiting.pop() {
        for to in arrows.get(&next).into_iter().flatten() {
            if found.insert(to.clone()) {
                waiting.push(to.clone());
            }
        }
    }
    found
}

fn reachable_by_manifest(from: &str) -> BTreeSet<String> {
    let arrows =
        folders().into_iter().map(|f| (f.clone(), our_dependencies(&f).into_iter().collect())).collect();
    reachable(&arrows, from)
}

fn users_of(dependency: &str) -> Vec<String> {
    folders().into_iter().filter(|f| dependencies(f).contains(dependency)).collect()
}

/// The folders of our own crates among a crate's dependencies.
fn our_dependencies(folder: &str) -> BTreeSet<String> {
    let names = dependencies(folder);
    names
        .iter()
        .filter_map(|d| d.strip_prefix("seedbed-").or((d == "seedbed").then_some("seedbed")))
        .map(str::to_owned)
        .collect()
}

/// A crate's dependencies apart from those of its tests, by package name.
fn dependencies(folder: &str) -> BTreeSet<String> {
    let manifest = manifest(folder);
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(|t| t.values());
    let places = targets.filter_map(Value::as_table).chain([&manifest]);
    let lists = places.flat_map(|p| ["dependencies", "build-dependencies"].map(|kind| p.get(kind)));
    let entries = lists.flatten().filter_map(Value::as_table).flatten();
    entries
        .map(|(name, value)| value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned())
        .collect()
}

fn manifest(folder: &str) -> Table {
    read_toml(&root().join("crates").join(folder).join("Cargo.toml"))
}

fn read_toml(path: &Path) -> Table {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()));
    text.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
