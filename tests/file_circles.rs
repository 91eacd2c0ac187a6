//! No circle of files: within a crate, at most three files may depend on each other round and round. More than that can
//! only be read all at once.
//!
//! A file depends on another when it names an item of it by `crate::`, `super::` or `self::`; what is re-exported counts as
//! the file that it comes from, and re-exporting by itself as nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Most files of a circle.
const MOST: usize = 3;

/// Recursive by nature: types of columns and schemas hold each other, expressions are evaluated by functions that evaluate
/// expressions, and values are ranges of values.
const RECURSIVE: [&str; 3] = ["schema-model", "sql-semantics", "sql-values"];

#[test]
fn no_circle_of_files_is_longer_than_three() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").join("crates");
    let folders = std::fs::read_dir(crates).expect("the workspace has crates");
    let mut circles = Vec::new();
    for folder in folders.flatten().map(|f| f.path()) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !RECURSIVE.contains(&name.as_str()) {
            let found = Files::of(&folder.join("src")).circles();
            circles.extend(found.into_iter().filter(|c| c.len() > MOST).map(|c| (name.clone(), c)));
        }
    }
    assert!(circles.is_empty(), "files that depend on each other: {circles:#?}");
}

/// A module's path from the crate's root, and so a file.
type Module = Vec<String>;
/// An item's path as written.
type ItemPath = Vec<String>;

/// The files of a crate by their modules.
#[derive(Default)]
struct Files {
    /// What each names.
    named: BTreeMap<Module, Vec<ItemPath>>,
    /// What each re-exports: the name, and the path behind it.
    exported: BTreeMap<Module, BTreeMap<String, ItemPath>>,
}

impl Files {
    fn of(src: &Path) -> Self {
        let mut files = Self::default();
        let mut waiting = vec![src.to_path_buf()];
        while let Some(folder) = waiting.pop() {
            for path in std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()) {
                if path.is_dir() {
                    waiting.push(path);
                } else if let Some(module) = module_of(src, &path) {
                    let text = std::fs::read_to_string(&path).expect("sources are text");
                    files.read(module, &code_of(&text));
                }
            }
        }
        files
    }

    fn read(&mut self, module: Module, code: &str) {
        let (mut named, mut exported, mut rest) = (Vec::new(), BTreeMap::new(), String::new());
        for statement in code.split_inclusive([';', '{', '}']) {
            rest.push_str(statement);
            // A list in braces goes on to the semicolon.
            let in_use = use_tree(&rest).is_some() && !rest.ends_with(';');
            if in_use {
                continue;
            }
            match use_tree(&rest) {
                Some((is_public, tree)) => {
                    for (path, name) in paths(&tree) {
                        if is_public {
                            exported.insert(name, path);
                        } else {
                            named.push(path);
                        }
                    }
                }
                None => named.extend(inline_paths(&rest)),
            }
            rest.clear();
        }
        self.named.insert(module.clone(), named);
        self.exported.insert(module, exported);
    }

    /// The file that an item comes from; `None` for other crates.
    fn resolve(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let (mut at, mut rest) = (from.clone(), path);
        match rest.first().map(String::as_str) {
            Some("crate") => (at, rest) = (Vec::new(), &rest[1..]),
            Some("super" | "self") => {
                while let Some("super" | "self") = rest.first().map(String::as_str) {
                    if rest[0] == "super" {
                        at.pop();
                    }
                    rest = &rest[1..];
                }
            }
            Some(first) if self.named.contains_key(&child(&at, first)) => {}
            _ => return None,
        }
        while let Some(next) =
            rest.first().map(|name| child(&at, name)).filter(|m| self.named.contains_key(m))
        {
            (at, rest) = (next, &rest[1..]);
        }
        let behind = self.exported.get(&at).and_then(|names| names.get(rest.first()?));
        match behind {
            Some(path) if depth < 8 => self.resolve(&at, path, depth + 1).or(Some(at)),
            _ => (!rest.is_empty()).then_some(at),
        }
    }

    /// Sets of files that can all be reached from each other.
    fn circles(&self) -> BTreeSet<Vec<String>> {
        let needs = |module: &Module| -> BTreeSet<Module> {
            let named = self.named[module].iter().filter_map(|path| self.resolve(module, path, 0));
            named.filter(|other| other != module && self.named.contains_key(other)).collect()
        };
        let edges: BTreeMap<&Module, BTreeSet<Module>> = self.named.keys().map(|m| (m, needs(m))).collect();
        let reachable = |from: &Module| -> BTreeSet<Module> {
            let (mut seen, mut waiting) = (BTreeSet::new(), vec![from.clone()]);
            while let Some(next) = waiting.pop() {
                waiting.extend(edges[&next].iter().filter(|to| seen.insert((*to).clone())).cloned());
            }
            seen
        };
        let reach: BTreeMap<&Module, BTreeSet<Module>> =
            self.named.keys().map(|m| (m, reachable(m))).collect();
        let circle = |m: &Module| -> Vec<String> {
            reach[m].iter().filter(|other| reach[*other].contains(m)).map(|other| other.join("::")).collect()
        };
        self.named.keys().map(circle).collect()
    }
}

fn child(of: &Module, name: &str) -> Module {
    of.iter().cloned().chain([name.to_owned()]).collect()
}

/// The module of a file below `src`; `None` for tests and what is no source.
fn module_of(src: &Path, path: &Path) -> Option<Module> {
    let inner: PathBuf = path.strip_prefix(src).ok()?.with_extension("");
    let mut module: Module = inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if matches!(module.last().map(String::as_str), Some("lib" | "main" | "mod")) {
        module.pop();
    }
    let is_source = path.extension().is_some_and(|e| e == "rs") && !module.iter().any(|part| part == "tests");
    is_source.then_some(module)
}

/// A file without comments, texts and tests.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(|line| line.split('"').step_by(2).chain(["\n"])).collect()
}

/// A statement's `use` tree, and whether it is public.
fn use_tree(statement: &str) -> Option<(bool, String)> {
    let start = statement.trim_start();
    let start =
        start.rsplit_once(']').filter(|(before, _)| before.starts_with("#[")).map_or(start, |(_, s)| s);
    let (is_public, rest) = match start.trim_start().strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => (true, rest.split_once(')')?.1),
        Some(rest) => (true, rest),
        None => (false, start),
    };
    let tree = rest.trim_start().strip_prefix("use ")?;
    Some((is_public, tree.trim_end().trim_end_matches(';').to_owned()))
}

/// The paths of a `use` tree, and the name that each takes.
fn paths(tree: &str) -> Vec<(ItemPath, String)> {
    let segments = |text: &str| -> ItemPath {
        text.split("::").map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    };
    let Some((head, list)) = tree.split_once('{') else {
        let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
        let path = segments(path);
        let name = alias.map(str::trim).or(path.last().map(String::as_str)).unwrap_or_default().to_owned();
        return if path.is_empty() { Vec::new() } else { vec![(path, name)] };
    };
    let list = list.rsplit_once('}').map_or(list, |(list, _)| list);
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in list.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    let head = segments(head);
    let inner = parts.iter().flat_map(|part| paths(part.trim()));
    inner.map(|(path, name)| ([head.clone(), path].concat(), name)).collect()
}

/// Paths within other code: `crate::narrow::strip(e)`.
fn inline_paths(code: &str) -> Vec<ItemPath> {
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
    let from_here = words.filter(|word| word.starts_with("crate::") || word.starts_with("super::"));
    from_here.map(|word| word.split("::").map(str::to_owned).collect()).collect()
}
