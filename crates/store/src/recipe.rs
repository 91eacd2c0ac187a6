//! Recipes: all that decides the bytes of a version.

use crate::Digest;
use seedbed_datagen_core::Spec;
use seedbed_schema_model::{Dialect, SourceMap};
use serde::{Deserialize, Serialize};

/// All that decides the rows of a version: the same recipe makes the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// The version of Seedbed that makes the rows.
    pub engine_version: String,
    /// The schema's texts, run one after the other as one script.
    pub sources: Vec<SourceText>,
    /// Their dialect.
    pub dialect: Dialect,
    /// The wishes, with all that overrode them; the seed is among them.
    pub spec: Spec,
    /// Only these tables and all that they refer to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub only: Option<Vec<String>>,
    /// What was changed in the rows afterwards, one edit after the other.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub edits: Vec<serde_json::Value>,
}

/// A text with the name under which problems show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceText {
    /// Such as a file's name.
    pub name: String,
    /// The text.
    pub text: String,
}

impl Recipe {
    /// What the version is found by. The names of the texts are no part of it: they change no row.
    ///
    /// ```
    /// use seedbed_datagen_core::Spec;
    /// use seedbed_schema_model::{Dialect, SourceMap};
    /// use seedbed_store::Recipe;
    /// let recipe = |name: &str, seed| {
    ///     let mut sources = SourceMap::default();
    ///     sources.push(name, "CREATE TABLE film (id int PRIMARY KEY);");
    ///     Recipe::new(&sources, Dialect::Sqlite, Spec { seed: Some(seed), ..Spec::default() }, None)
    /// };
    /// assert_eq!(recipe("a.sql", 1).digest(), recipe("b.sql", 1).digest());
    /// assert_ne!(recipe("a.sql", 1).digest(), recipe("a.sql", 2).digest());
    /// ```
    pub fn digest(&self) -> Digest {
        let mut facts = serde_json::json!({
            "engine": self.engine_version,
            "ddl": self.sources.iter().map(|s| &s.text).collect::<Vec<_>>(),
            "dialect": self.dialect,
            "spec": self.spec,
        });
        if let Some(only) = &self.only {
            facts["only"] = serde_json::json!(only);
        }
        if !self.edits.is_empty() {
            facts["edits"] = serde_json::json!(self.edits);
        }
        Digest::of(facts.to_string().as_bytes())
    }

    /// The recipe of this version of Seedbed, before any edit.
    pub fn new(sources: &SourceMap, dialect: Dialect, spec: Spec, only: Option<Vec<String>>) -> Self {
        let texts = sources.files().iter().map(|f| SourceText { name: f.name.clone(), text: f.text.clone() });
        Self {
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            sources: texts.collect(),
            dialect,
            spec,
            only,
            edits: Vec::new(),
        }
    }

    /// The texts with their places.
    pub fn source_map(&self) -> SourceMap {
        let mut sources = SourceMap::default();
        for source in &self.sources {
            sources.push(&source.name, &source.text);
        }
        sources
    }
}
