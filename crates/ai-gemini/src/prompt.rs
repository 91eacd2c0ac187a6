//! Prompts: templates in files, each with its version.

use std::sync::LazyLock;

/// A template: what never changes, and what is filled.
#[derive(Debug)]
pub(crate) struct Prompt {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its version, which is raised with every change.
    pub(crate) version: u32,
    /// What stands before everything else and is always the same, so that it is paid for once.
    pub(crate) system: &'static str,
    user: &'static str,
}

/// Sentences into edits of rows that are to be made.
pub(crate) static WISHES: LazyLock<Prompt> =
    LazyLock::new(|| Prompt::read("wishes", include_str!("../prompts/wishes.txt")));
/// Sentences into edits of rows that are there.
pub(crate) static CHANGES: LazyLock<Prompt> =
    LazyLock::new(|| Prompt::read("changes", include_str!("../prompts/changes.txt")));
/// Columns into values.
pub(crate) static LISTS: LazyLock<Prompt> =
    LazyLock::new(|| Prompt::read("lists", include_str!("../prompts/lists.txt")));
/// Sentences into a query.
pub(crate) static QUERY: LazyLock<Prompt> =
    LazyLock::new(|| Prompt::read("query", include_str!("../prompts/query.txt")));

const SYSTEM: &str = "\n=== system\n";
const USER: &str = "\n=== user\n";

impl Prompt {
    fn read(name: &'static str, text: &'static str) -> Self {
        let (head, rest) = text.split_once(SYSTEM).unwrap_or(("", text));
        let (system, user) = rest.split_once(USER).unwrap_or((rest, ""));
        let version = head.strip_prefix("version ").and_then(|v| v.trim().parse().ok()).unwrap_or(0);
        Self { name, version, system: system.trim(), user: user.trim() }
    }

    /// The part of the user, each `{{name}}` filled. What it is filled with is not looked at for further names.
    pub(crate) fn fill(&self, parts: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.user;
        while let Some((before, behind)) = rest.split_once("{{") {
            filled.push_str(before);
            let Some((name, after)) = behind.split_once("}}") else { break };
            filled.push_str(parts.iter().find(|(n, _)| *n == name).map_or("null", |(_, text)| text));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prompt_has_a_version_and_both_parts() {
        for prompt in [&*WISHES, &*CHANGES, &*LISTS, &*QUERY] {
            assert!(prompt.version > 0, "{}", prompt.name);
            assert!(prompt.system.len() > 200 && prompt.user.contains("{{words}}"), "{}", prompt.name);
            assert!(!prompt.system.contains("{{"), "{}: what never changes comes first", prompt.name);
        }
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let filled = LISTS.fill(&[("words", "{{columns}}"), ("columns", "C")]);
        assert_eq!(filled.matches("{{columns}}").count(), 1);
        assert_eq!(filled.matches("<columns>C</columns>").count(), 1);
    }
}
