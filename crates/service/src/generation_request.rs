//! Requests as jobs that make rows.

use crate::config::{Wishes, check_rows};
use crate::dataset_name::{description_of, name_of};
use crate::generation::Generation;
use crate::generation_wishes::Instructions;
use crate::inner::Inner;
use crate::instructions::{Advising, Instructed, RULES_ALONE, Words, check_length, read};
use crate::saving::edits_of;
use crate::{GenerateRequest, RegenerateRequest, SchemaSource, ServiceError};
use seedbed_edit::Sampling;
use seedbed_job::{Job, ReadSchema};
use seedbed_schema_model::{Schema, SourceMap};
use seedbed_store::{ChangeKind, DatasetId, SaveAs, SourceText};
use std::sync::Arc;

impl Inner {
    /// A request as a job, with all that can be refused without a plan refused.
    pub(crate) fn generation(&self, request: &GenerateRequest) -> Result<Generation, ServiceError> {
        let limits = &self.options.limits;
        let words = request.instructions.as_deref().filter(|words| !words.trim().is_empty());
        words.map_or(Ok(()), |words| check_length("`instructions`", words, limits))?;
        let mut wishes = Wishes::of(&request.config, self.options.chunk_rows, limits)?;
        let (source, dialect) = match &request.schema {
            SchemaSource::Ddl(text) => {
                (SourceText { name: "schema.sql".to_owned(), text: text.clone() }, request.dialect)
            }
            SchemaSource::Uploaded(id) => {
                let uploaded =
                    self.store.schema(id)?.ok_or_else(|| ServiceError::UnknownSchema(id.clone()))?;
                (uploaded.source, request.dialect.or(Some(uploaded.dialect)))
            }
        };
        self.check_ddl(&source.text)?;
        let read = self.read(&source.name, &source.text, dialect)?;
        let spec = request.spec.clone().unwrap_or_default();
        check_rows(&read.schema, &wishes.overrides.applied(spec.clone(), &read.schema), limits)?;
        let stem = source.name.rsplit('/').next().unwrap_or("").split('.').next().unwrap_or("");
        let name = match &request.save_name {
            Some(name) => name_of(name)?,
            None => name_of(stem).unwrap_or_else(|_| "dataset".to_owned()),
        };
        let description = description_of(request.description.as_deref())?;
        let mut sources = SourceMap::default();
        sources.push(&source.name, &source.text);
        let instructions = self.instructions(words, &read.schema, wishes.sampling, &mut wishes.notes);
        Ok(Generation {
            sources,
            dialect: read.schema.dialect,
            schema: Arc::clone(&read.schema),
            spec,
            instructions,
            row_edits: Vec::new(),
            kind: ChangeKind::Generate,
            again: None,
            overrides: wishes.overrides,
            chunk_rows: wishes.chunk_rows,
            save: SaveAs::New { name, description, parent: None },
            notes: wishes.notes,
        })
    }

    /// A dataset's rows to be made again, as a job.
    ///
    /// # Errors
    /// See [`Service::regenerate`](crate::Service::regenerate).
    pub(crate) fn regeneration(
        &self,
        id: DatasetId,
        request: &RegenerateRequest,
    ) -> Result<Generation, ServiceError> {
        let (dataset, opened) = self.opened(id)?;
        let recipe = &opened.version.facts.recipe;
        let options = &self.options;
        let mut wishes = Wishes::of(&request.config, options.chunk_rows, &options.limits)?;
        wishes.overrides.seed = request.seed.or(wishes.overrides.seed);
        wishes.overrides.only = recipe.only.clone();
        let sources = recipe.source_map();
        let schema = &opened.schema;
        self.check_tables(schema)?;
        check_rows(schema, &wishes.overrides.applied(recipe.spec.clone(), schema), &options.limits)?;
        let engine = env!("CARGO_PKG_VERSION");
        if recipe.engine_version != engine {
            wishes.notes.push(format!(
                "version {} of Seedbed made these rows, and {engine} makes them now: values may differ",
                recipe.engine_version
            ));
        }
        let save = match &request.save_name {
            Some(name) => SaveAs::New {
                name: name_of(name)?,
                description: description_of(request.description.as_deref())?,
                parent: Some(id),
            },
            None => SaveAs::After { dataset: id, version: dataset.version },
        };
        Ok(Generation {
            sources,
            dialect: recipe.dialect,
            schema: Arc::clone(schema),
            spec: recipe.spec.clone(),
            instructions: Instructions::default(),
            row_edits: edits_of(recipe)?,
            kind: ChangeKind::Regenerate,
            again: Some((id, request.clone())),
            overrides: wishes.overrides,
            chunk_rows: wishes.chunk_rows,
            save,
            notes: wishes.notes,
        })
    }

    /// What is wished in words, as far as it is understood without asking anybody. Where nobody can be asked, nothing is: the
    /// rules make the rows, and a note says so.
    pub(crate) fn instructions(
        &self,
        words: Option<&str>,
        schema: &Schema,
        sampling: Sampling,
        notes: &mut Vec<String>,
    ) -> Instructions {
        let Some(words) = words else { return Instructions::default() };
        let advising = self.advisor.clone().map(|advisor| Advising { advisor, sampling });
        let commands = match read(words, schema, advising.is_some()) {
            Ok(Words::Commands(edits)) => Some(Instructed::commands(edits)),
            Ok(Words::Sentence) => None,
            Err(reason) => {
                let reason = format!("no model is configured, and {reason}");
                notes.push(format!("{RULES_ALONE}: {reason}"));
                Some(Instructed::by_the_rules(&reason))
            }
        };
        Instructions { words: Some(words.to_owned()), commands, advising }
    }

    pub(crate) fn check_ddl(&self, text: &str) -> Result<(), ServiceError> {
        let (len, limit) = (text.len(), self.options.limits.ddl_bytes);
        match len > limit {
            true => Err(ServiceError::TooLong { what: "the schema", len, limit, unit: "bytes" }),
            false => Ok(()),
        }
    }

    pub(crate) fn read(
        &self,
        name: &str,
        text: &str,
        dialect: Option<seedbed_schema_model::Dialect>,
    ) -> Result<Arc<ReadSchema>, ServiceError> {
        let mut sources = SourceMap::default();
        sources.push(name, text);
        let read = Job::new(sources).dialect(dialect).read()?;
        self.check_tables(&read.schema)?;
        Ok(read)
    }

    pub(crate) fn check_tables(&self, schema: &Schema) -> Result<(), ServiceError> {
        let (tables, limit) = (schema.tables.len(), self.options.limits.tables);
        match tables > limit {
            true => Err(ServiceError::TooManyTables { tables, limit }),
            false => Ok(()),
        }
    }
}
