//! Folders of migrations: which files there are, in which order they are run, and which of them take others back.
//!
//! The tools agree in this: names begin with a number, a version or a time, and whatever comes first is run first. A
//! migration is a file (`0001_init.sql`, `V1.2__books.sql`, `2024-01-05-103000_books.up.sql`) or a folder of its own with
//! a file in it (`20240105_books/migration.sql`, `2024-01-05-103000_books/up.sql`). Sqitch keeps the order in a plan.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders inside one another that are looked into.
const DEEPEST: usize = 8;

/// The SQL of a folder.
#[derive(Debug, Default)]
pub(crate) struct FolderFiles {
    /// The files, in the order in which they are run.
    pub(crate) files: Vec<PathBuf>,
    /// Dumps that are read instead of the migrations that lead to them.
    pub(crate) dumps: Vec<PathBuf>,
}

/// The SQL files of a folder and of those in it, in the order in which they are run.
///
/// # Errors
/// A folder or a plan that can't be read.
pub(crate) fn sql_files(folder: &Path) -> io::Result<FolderFiles> {
    let mut found = FolderFiles::default();
    collect(folder, DEEPEST, &mut found)?;
    Ok(found)
}

fn collect(folder: &Path, depth: usize, found: &mut FolderFiles) -> io::Result<()> {
    let plan = folder.join("sqitch.plan");
    if plan.is_file() {
        found.files.extend(of_sqitch(folder, &fs::read_to_string(plan)?));
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.retain(|path| {
        !matches!(file_name(path).chars().next(), Some('.')) && file_name(path) != "node_modules"
    });
    match entries.iter().any(|path| path.join("migration.sql").is_file()) {
        // Prisma: by name, whatever numbers that begins with.
        true => entries.sort(),
        false => entries.sort_by(|a, b| run_order(&file_name(a), &file_name(b))),
    }
    // A dump that lists the migrations which it holds is the schema that they lead to.
    if let Some(dump) = entries.iter().find(|path| is_dump_of_migrations(path)) {
        found.files.push(dump.clone());
        found.dumps.push(dump.clone());
        return Ok(());
    }
    for path in entries {
        if path.is_dir() && depth > 0 {
            collect(&path, depth - 1, found)?;
        } else if is_sql_file(&path) && path.is_file() {
            found.files.push(path);
        }
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Whether the name is one of a file with SQL.
fn is_sql_file(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    matches!(extension.as_deref(), Some("sql" | "ddl" | "pgsql" | "psql"))
}

/// `schema.sql` of dbmate, `structure.sql` of Rails: dumps that end with the numbers of the migrations.
fn is_dump_of_migrations(path: &Path) -> bool {
    let named = matches!(file_name(path).to_ascii_lowercase().as_str(), "schema.sql" | "structure.sql");
    named
        && fs::read(path).is_ok_and(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            text.lines().any(|line| {
                line.to_ascii_lowercase().starts_with("insert into") && line.contains("schema_migrations")
            })
        })
}

/// The files of a plan: a change a line, by its name.
fn of_sqitch(folder: &Path, plan: &str) -> Vec<PathBuf> {
    let changes = plan.lines().map(str::trim).filter(|line| !line.starts_with(['%', '#', '@']));
    let names = changes.filter_map(|line| line.split_whitespace().next());
    // A change that was reworked stands twice; its file is the latest.
    let mut seen = BTreeSet::new();
    names
        .filter(|name| seen.insert(*name))
        .map(|name| folder.join("deploy").join(format!("{name}.sql")))
        .filter(|path| path.is_file())
        .collect()
}

/// Which of two names in one folder is run first.
fn run_order(a: &str, b: &str) -> Ordering {
    let rank = |name: &str| (is_repeatable(name), version(name).is_empty());
    rank(a).cmp(&rank(b)).then_with(|| version(a).cmp(&version(b))).then_with(|| a.cmp(b))
}

/// Flyway's `R__views.sql`, which is run behind all that have a version.
fn is_repeatable(name: &str) -> bool {
    name.starts_with("R__")
}

/// The numbers that a name begins with, each as its length and its digits: `V1.2__a` and `1_2_a` are 1 and 2.
fn version(name: &str) -> Vec<(usize, &str)> {
    let unmarked =
        name.strip_prefix(['V', 'v', 'B', 'U']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut rest = unmarked.unwrap_or(name);
    let mut numbers = Vec::new();
    loop {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, behind) = rest.split_at(end);
        let next = behind.chars().next();
        if digits.is_empty() || !next.is_none_or(|c| matches!(c, '_' | '-' | '.' | ' ' | 'T')) {
            return numbers;
        }
        let digits = digits.trim_start_matches('0');
        numbers.push((digits.len(), digits));
        let Some(separator) = next else { return numbers };
        rest = &behind[separator.len_utf8()..];
    }
}

/// The places of the files that take back what others do, in order. Where all do nothing else, they are what is meant.
pub(crate) fn undoing(files: &[String]) -> Vec<usize> {
    let all: BTreeSet<String> =
        files.iter().map(|file| file.to_ascii_lowercase().replace('\\', "/")).collect();
    let undoing = |file: &String| takes_back(&file.to_ascii_lowercase().replace('\\', "/"), &all);
    let found: Vec<usize> = (0..files.len()).filter(|at| undoing(&files[*at])).collect();
    if found.len() == files.len() { Vec::new() } else { found }
}

/// Whether a file takes back what others do, by its name and theirs.
fn takes_back(path: &str, all: &BTreeSet<String>) -> bool {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let Some(stem) = name.strip_suffix(".sql") else { return false };
    const UNDO: [&str; 4] = ["down", "undo", "rollback", "revert"];
    let word = UNDO.iter().find_map(|word| Some((*word, stem.strip_suffix(word)?)));
    if let Some((_, before)) = word {
        let is_there =
            |name: String| all.contains(&if folder.is_empty() { name } else { format!("{folder}/{name}") });
        return match before.chars().last() {
            Some('.') => true,
            // `up.sql` beside `down.sql`, `001-books-up.sql` beside `001-books-down.sql`.
            None | Some('-' | '_') => {
                let plain = before.trim_end_matches(['-', '_']);
                ["up", "migration", "deploy", "do", "apply"]
                    .iter()
                    .any(|other| is_there(format!("{before}{other}.sql")))
                    || !plain.is_empty() && is_there(format!("{plain}.sql"))
            }
            Some(_) => false,
        };
    }
    // Flyway's `U1__books.sql` beside `V1__books.sql`.
    if let Some(rest) = stem.strip_prefix('u').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        let done = rest.split("__").next().unwrap_or(rest);
        return all
            .iter()
            .any(|other| other.rsplit('/').next().is_some_and(|n| n.starts_with(&format!("v{done}__"))));
    }
    // Folders for either way, as Sqitch has them.
    let parent = folder.rsplit('/').next().unwrap_or("");
    matches!(parent, "revert" | "verify" | "down" | "undo" | "rollback" | "rollbacks") && {
        let root = folder.strip_suffix(parent).unwrap_or("");
        let forth = ["deploy", "up", "do", "apply", "migrations"].map(|forth| format!("{root}{forth}/"));
        all.iter().any(|other| forth.iter().any(|forth| other.starts_with(forth.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_order(names: &[&str]) {
        let mut sorted = names.to_vec();
        sorted.reverse();
        sorted.sort_by(|a, b| run_order(a, b));
        assert_eq!(sorted, names);
    }

    #[test]
    fn names_are_in_the_order_of_their_tools() {
        check_order(&["1_a.sql", "2_b.sql", "10_c.sql"]);
        check_order(&["V1__a.sql", "V1.2__c.sql", "V1_10__b.sql", "V2__a.sql", "R__views.sql"]);
        check_order(&["20230101120000_b.sql", "20240101120000_a.sql"]);
        check_order(&["2023-12-31-235959_b", "2024-01-01-000000_a"]);
        check_order(&["2023_12_31_000001_z.sql", "2024_01_01_000000_a.sql"]);
        check_order(&["0000_a.sql", "0001_2fa.sql", "0001_b.sql", "seed.sql"]);
        check_order(&["a.sql", "b.sql", "c10.sql", "c9.sql"]);
    }

    #[test]
    fn folders_of_prisma_are_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["20250901163244_init", "20260326_rights", "20260401101010_more"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
            fs::write(folder.path().join(name).join("migration.sql"), "").expect("a file");
        }
        fs::write(folder.path().join("migration_lock.toml"), "").expect("a file");
        let found = sql_files(folder.path()).expect("it can be read").files;
        let names: Vec<String> = found.iter().filter_map(|file| file.parent().map(file_name)).collect();
        assert_eq!(names, ["20250901163244_init", "20260326_rights", "20260401101010_more"]);
    }

    #[track_caller]
    fn check_undoing(files: &[&str], expected: &[&str]) {
        let files: Vec<String> = files.iter().map(|f| (*f).to_owned()).collect();
        let found: Vec<&str> = undoing(&files).into_iter().map(|at| files[at].as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_takes_others_back_is_told_by_names() {
        check_undoing(&["1.up.sql", "1.down.sql"], &["1.down.sql"]);
        check_undoing(&["m/1/up.sql", "m/1/down.sql"], &["m/1/down.sql"]);
        check_undoing(&["m/a-up.sql", "m/a-down.sql", "m/cool_down.sql"], &["m/a-down.sql"]);
        check_undoing(&["a.sql", "a_rollback.sql"], &["a_rollback.sql"]);
        check_undoing(&["V1__a.sql", "U1__a.sql", "ua.sql"], &["U1__a.sql"]);
        check_undoing(&["deploy/a.sql", "revert/a.sql", "verify/a.sql"], &["revert/a.sql", "verify/a.sql"]);
        check_undoing(&["m/up/1.sql", "m/down/1.sql"], &["m/down/1.sql"]);
        check_undoing(&["1.down.sql"], &[]);
        check_undoing(&["countdown.sql", "b.sql"], &[]);
    }
}
