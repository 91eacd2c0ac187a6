//! From the catalog to the finished schema: dropped things leave, numbers close up, references meet their tables.
//!
//! The order matters: references need the names as the last statement left them, triggers and functions need all tables,
//! and numbers are closed up only when nothing looks things up by their old ones any more.

use super::existing;
use super::lowered::Lowered;
use super::references::resolve_references;
use super::renumber::{
    close_columns, column_maps, kept, renumber_numbering, renumber_references, renumber_triggers, retain,
};
use super::user_types::TypeMaps;
use seedbed_ddl_catalog::routine::{settle_guards, write_out_functions};
use seedbed_ddl_catalog::{Problem, SystemCatalog, rows, settle_triggers};
use seedbed_schema_model::{CompositeTypeId, DomainId, EnumTypeId, SequenceId, TableId};
use std::collections::HashSet;

/// Closes the gaps and resolves the references: the catalog as the last statement left it becomes the schema, the
/// problems and the rows. Problems come in the order of their places.
pub(crate) fn finish(mut catalog: SystemCatalog) -> Lowered {
    let columns = column_maps(&catalog);
    let tables = kept(catalog.drafts.iter().map(|d| !d.dropped && !d.temporary));
    let sequences = kept(sequence_flags(&catalog));
    resolve_references(&mut catalog, &tables);
    settle_triggers(&mut catalog);
    rows::settle_sequences(&mut catalog);
    settle_guards(&mut catalog);
    write_out_functions(&mut catalog);
    forget_problems_of_dropped(&mut catalog);
    let existing = existing::collect(&mut catalog, &tables);
    let mut schema = catalog.schema;
    let types = TypeMaps {
        enums: kept((0..schema.enums.len()).map(|i| !catalog.dead_enums.contains(&EnumTypeId(i as u32)))),
        domains: kept((0..schema.domains.len()).map(|i| !catalog.dead_domains.contains(&DomainId(i as u32)))),
        composites: kept(
            (0..schema.composites.len())
                .map(|i| !catalog.dead_composites.contains(&CompositeTypeId(i as u32))),
        ),
    };
    let parent_columns = columns.clone();
    for (at, table) in schema.tables.iter_mut().enumerate() {
        close_columns(table, &catalog.drafts[at], &columns[at]);
        renumber_references(table, &tables, &parent_columns);
        renumber_triggers(table, at, &tables, &parent_columns);
        for column in &mut table.columns {
            renumber_numbering(&mut column.numbering, &sequences);
        }
    }
    for sequence in &mut schema.sequences {
        sequence.owned_by = sequence.owned_by.and_then(|(table, column)| {
            let column = columns[table].get(column.position()).copied().flatten()?;
            Some((TableId(tables[table]?), column))
        });
    }
    types.apply(&mut schema);
    retain(&mut schema.tables, &tables);
    retain(&mut schema.sequences, &sequences);
    retain(&mut schema.enums, &types.enums);
    retain(&mut schema.domains, &types.domains);
    retain(&mut schema.composites, &types.composites);
    catalog.problems.sort_by_key(|p| p.span().start);
    Lowered { schema, problems: catalog.problems, existing }
}

/// Takes out the problems of tables that a later statement dropped, unless another table has the name: what could not
/// be read of them matters to nobody.
fn forget_problems_of_dropped(catalog: &mut SystemCatalog) {
    let names = |live: bool| {
        let of = catalog.drafts.iter().zip(&catalog.schema.tables).filter(move |(d, _)| d.dropped != live);
        of.map(|(_, table)| table.name.to_string()).collect::<HashSet<_>>()
    };
    let (live, dropped) = (names(true), names(false));
    let gone = |name: &String| dropped.contains(name) && !live.contains(name);
    catalog.problems.retain(|problem| match problem {
        Problem::ColumnsFromQuery { table, .. } | Problem::UnknownColumn { table, .. } => !gone(table),
        Problem::UnreadableExpression { owner, .. } | Problem::UnreadablePart { owner, .. } => !gone(owner),
        _ => true,
    });
}

/// Which sequences are left: those that nobody dropped, and whose owner is left.
fn sequence_flags(catalog: &SystemCatalog) -> impl Iterator<Item = bool> {
    let count = catalog.schema.sequences.len() as u32;
    let dropped = &catalog.dropped_sequences;
    let owner_dropped = |id: SequenceId| match catalog.schema[id].owned_by {
        Some((table, _)) => catalog.draft(table).dropped || catalog.draft(table).temporary,
        None => false,
    };
    (0..count).map(SequenceId).map(move |id| !dropped.contains(&id) && !owner_dropped(id))
}
