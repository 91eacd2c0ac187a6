//! From the catalog to the finished schema: dropped things leave, numbers close up, references meet their tables.

use crate::catalog::{Catalog, Draft, Reference};
use crate::statement::settle_triggers;
use crate::{Lowered, Problem, existing, inline, remap};
use seedbed_schema_model::{
    ColumnIdx, CompositeTypeId, Dialect, DomainId, EnumTypeId, ForeignKey, KeyTerm, Numbering, QualifiedName,
    ReferenceOrigin, Schema, SequenceId, SqlType, Table, TableId, UnresolvedReference,
};
use std::collections::HashSet;

/// Closes the gaps and resolves the references.
pub(crate) fn finish(mut catalog: Catalog) -> Lowered {
    let columns = column_maps(&catalog);
    let tables = kept(catalog.drafts.iter().map(|d| !d.dropped && !d.temporary));
    let sequences = kept(sequence_flags(&catalog));
    resolve_references(&mut catalog, &tables);
    settle_triggers(&mut catalog);
    inline::functions(&mut catalog);
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

/// What could not be read of a table that a later statement drops matters to nobody.
fn forget_problems_of_dropped(catalog: &mut Catalog) {
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

/// New numbers of what is kept, in order.
fn kept(keep: impl Iterator<Item = bool>) -> Vec<Option<u32>> {
    let mut next = 0;
    keep.map(|keep| {
        keep.then(|| {
            next += 1;
            next - 1
        })
    })
    .collect()
}

fn retain<T>(items: &mut Vec<T>, kept: &[Option<u32>]) {
    let mut flags = kept.iter();
    items.retain(|_| flags.next().is_some_and(Option::is_some));
}

fn sequence_flags(catalog: &Catalog) -> impl Iterator<Item = bool> {
    let count = catalog.schema.sequences.len() as u32;
    let dropped = &catalog.dropped_sequences;
    let owner_dropped = |id: SequenceId| match catalog.schema[id].owned_by {
        Some((table, _)) => catalog.draft(table).dropped || catalog.draft(table).temporary,
        None => false,
    };
    (0..count).map(SequenceId).map(move |id| !dropped.contains(&id) && !owner_dropped(id))
}

/// For each table, the new place of each of its columns.
fn column_maps(catalog: &Catalog) -> Vec<Vec<Option<ColumnIdx>>> {
    let map = |(draft, table): (&Draft, &Table)| {
        let mut places = vec![None; table.columns.len()];
        for (new, old) in draft.order.iter().enumerate() {
            places[*old] = Some(ColumnIdx(new as u16));
        }
        places
    };
    catalog.drafts.iter().zip(&catalog.schema.tables).map(map).collect()
}

/// Puts the live columns in order and renumbers all that names them.
fn close_columns(table: &mut Table, draft: &Draft, places: &[Option<ColumnIdx>]) {
    let unchanged = draft.order.len() == table.columns.len() && draft.order.is_sorted();
    if unchanged {
        return;
    }
    let map = |c: ColumnIdx| places.get(c.position()).copied().flatten().unwrap_or(ColumnIdx(0));
    table.columns = draft.order.iter().map(|c| table.columns[*c].clone()).collect();
    for column in &mut table.columns {
        remap::column(column, &map);
    }
    if let Some(key) = &mut table.primary_key {
        key.columns.iter_mut().for_each(|c| *c = map(*c));
    }
    table.uniques.iter_mut().for_each(|u| remap::unique(u, &map));
    table.checks.iter_mut().for_each(|c| remap::expr(&mut c.expr, &map));
    for exclusion in &mut table.exclusions {
        exclusion.elements.iter_mut().for_each(|e| remap::term(&mut e.term, &map));
        if let Some(predicate) = &mut exclusion.predicate {
            remap::expr(predicate, &map);
        }
    }
    if let Some(partitioning) = &mut table.partitioning {
        partitioning.keys.iter_mut().for_each(|k| remap::term(k, &map));
    }
    table.foreign_keys.iter_mut().for_each(|f| f.columns.iter_mut().for_each(|c| *c = map(*c)));
    table.unresolved_references.iter_mut().for_each(|u| u.columns.iter_mut().for_each(|c| *c = map(*c)));
}

/// New table numbers and parent columns in references, partitions and inheritance.
fn renumber_references(table: &mut Table, tables: &[Option<u32>], columns: &[Vec<Option<ColumnIdx>>]) {
    let place = |id: TableId| tables.get(id.position()).copied().flatten().map(TableId);
    for key in &mut table.foreign_keys {
        let places = &columns[key.parent];
        for column in &mut key.parent_columns {
            *column = places.get(column.position()).copied().flatten().unwrap_or(*column);
        }
        key.parent = place(key.parent).unwrap_or(key.parent);
    }
    table.inherits = table.inherits.iter().filter_map(|id| place(*id)).collect();
    table.partition_of = table.partition_of.take().and_then(|mut of| {
        of.parent = place(of.parent)?;
        Some(of)
    });
}

/// New numbers of the tables and columns that the triggers of a table act on.
fn renumber_triggers(
    table: &mut Table,
    at: usize,
    tables: &[Option<u32>],
    columns: &[Vec<Option<ColumnIdx>>],
) {
    let place = |id: TableId| tables.get(id.position()).copied().flatten().map(TableId);
    let column = |table: usize, c: ColumnIdx| columns.get(table)?.get(c.position()).copied().flatten();
    for trigger in &mut table.triggers {
        for acted_on in [&mut trigger.feeds, &mut trigger.thins] {
            *acted_on = acted_on.iter().filter_map(|id| place(*id)).collect();
        }
        trigger.copies.retain_mut(|copied| {
            let theirs = copied.table.position();
            let pair = |(own, to): &(ColumnIdx, ColumnIdx)| Some((column(at, *own)?, column(theirs, *to)?));
            copied.columns = copied.columns.iter().filter_map(pair).collect();
            place(copied.table).is_some_and(|to| {
                copied.table = to;
                !copied.columns.is_empty()
            })
        });
        let sought = trigger.seeks_user_in.iter();
        trigger.seeks_user_in =
            sought.filter_map(|(id, c)| Some((place(*id)?, column(id.position(), *c)?))).collect();
    }
}

fn renumber_numbering(numbering: &mut Option<Numbering>, sequences: &[Option<u32>]) {
    if let Some(Numbering::Serial { sequence } | Numbering::Identity { sequence, .. }) = numbering {
        *sequence = sequence.and_then(|id| sequences.get(id.position()).copied().flatten()).map(SequenceId);
    }
}

/// New numbers of the user's types.
struct TypeMaps {
    enums: Vec<Option<u32>>,
    domains: Vec<Option<u32>>,
    composites: Vec<Option<u32>>,
}

impl TypeMaps {
    fn change(&self, ty: &mut SqlType) {
        let place = |map: &[Option<u32>], id: u32| map.get(id as usize).copied().flatten();
        let gone = || SqlType::Unknown { name: "dropped type".to_owned() };
        match ty {
            SqlType::Array { element } | SqlType::Range { element, .. } => self.change(element),
            SqlType::Enum(id) => {
                *ty = place(&self.enums, id.0).map_or_else(gone, |i| SqlType::Enum(EnumTypeId(i)))
            }
            SqlType::Domain(id) => {
                *ty = place(&self.domains, id.0).map_or_else(gone, |i| SqlType::Domain(DomainId(i)))
            }
            SqlType::Composite(id) => {
                *ty = place(&self.composites, id.0)
                    .map_or_else(gone, |i| SqlType::Composite(CompositeTypeId(i)));
            }
            _ => {}
        }
    }

    fn is_identity(&self) -> bool {
        [&self.enums, &self.domains, &self.composites].iter().all(|map| map.iter().all(Option::is_some))
    }

    fn apply(&self, schema: &mut Schema) {
        if self.is_identity() {
            return;
        }
        let change = |ty: &mut SqlType| self.change(ty);
        for domain in &mut schema.domains {
            change(&mut domain.base);
            domain.checks.iter_mut().for_each(|c| remap::types(&mut c.expr, &change));
        }
        for composite in &mut schema.composites {
            composite.attributes.iter_mut().for_each(|(_, ty)| change(ty));
        }
        for function in &mut schema.functions {
            function.returns.iter_mut().for_each(change);
            function.arguments.iter_mut().filter_map(|a| a.ty.as_mut()).for_each(change);
            function.expr.iter_mut().for_each(|e| remap::types(e, &change));
        }
        for table in &mut schema.tables {
            for column in &mut table.columns {
                change(&mut column.ty);
                if let Some(default) = &mut column.default {
                    remap::types(&mut default.expr, &change);
                }
                if let Some(generated) = &mut column.generated {
                    remap::types(&mut generated.expr, &change);
                }
            }
            table.checks.iter_mut().for_each(|c| remap::types(&mut c.expr, &change));
            for unique in &mut table.uniques {
                unique.predicate.iter_mut().for_each(|p| remap::types(p, &change));
                for part in &mut unique.parts {
                    if let KeyTerm::Expr(e) = &mut part.term {
                        remap::types(e, &change);
                    }
                }
            }
        }
    }
}

/// Turns named references into foreign keys, or into unresolved ones with a problem.
fn resolve_references(catalog: &mut Catalog, tables: &[Option<u32>]) {
    for at in 0..catalog.drafts.len() {
        if tables[at].is_none() {
            continue;
        }
        let table = TableId(at as u32);
        for reference in std::mem::take(&mut catalog.drafts[at].references) {
            match resolve(catalog, &reference, tables) {
                Ok((parent, parent_columns)) => catalog.schema[table].foreign_keys.push(ForeignKey {
                    name: reference.name,
                    columns: reference.columns,
                    parent,
                    parent_columns,
                    match_kind: reference.match_kind,
                    on_delete: reference.on_delete,
                    on_update: reference.on_update,
                    deferrability: reference.deferrability,
                    origin: ReferenceOrigin::Declared,
                    span: reference.span,
                }),
                Err(missing) => {
                    unresolved(catalog, table, &missing, &reference);
                }
            }
        }
    }
}

fn resolve(
    catalog: &Catalog,
    reference: &Reference,
    tables: &[Option<u32>],
) -> Result<(TableId, Vec<ColumnIdx>), String> {
    let missing = || reference.parent.to_string();
    let Some(crate::catalog::Relation::Table(parent)) = catalog.relation_exact(&reference.parent) else {
        return Err(missing());
    };
    if tables[parent].is_none() {
        return Err(missing());
    }
    let columns = if reference.parent_columns.is_empty() {
        catalog.schema[parent].primary_key.as_ref().map(|key| key.columns.clone())
    } else {
        reference.parent_columns.iter().map(|name| catalog.column(parent, name)).collect()
    };
    match columns {
        Some(columns) if columns.len() == reference.columns.len() => Ok((parent, columns)),
        _ => Err(format!("{} ({})", missing(), reference.parent_columns.join(", "))),
    }
}

fn unresolved(catalog: &mut Catalog, table: TableId, missing: &str, reference: &Reference) {
    let child = catalog.display(table);
    let similar = similar(catalog, &reference.parent);
    let span = reference.span;
    catalog.problems.push(Problem::UnknownParent { child, parent: missing.to_owned(), similar, span });
    let (name, columns, parent) =
        (reference.name.clone(), reference.columns.clone(), reference.parent.clone());
    catalog.schema[table].unresolved_references.push(UnresolvedReference { name, columns, parent, span });
}

/// The existing table whose name is closest, if any is close.
fn similar(catalog: &Catalog, wanted: &QualifiedName) -> Option<String> {
    let live = catalog.drafts.iter().zip(&catalog.schema.tables).filter(|(d, _)| !d.dropped && !d.temporary);
    let mut best: Option<(usize, String)> = None;
    for (_, table) in live {
        let distance = distance(&table.name.name, &wanted.name);
        if distance <= wanted.name.len() / 3 && best.as_ref().is_none_or(|(d, _)| distance < *d) {
            best = Some((distance, table.name.to_string()));
        }
    }
    best.map(|(_, name)| name)
        .filter(|name| *name != wanted.to_string() || catalog.dialect() != Dialect::Postgres)
}

/// Levenshtein's distance over bytes; names longer than 64 bytes count as far.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(!x.eq_ignore_ascii_case(&y));
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
