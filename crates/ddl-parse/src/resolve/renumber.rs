//! New numbers for the tables and columns that are left.
//!
//! A map has a place for each old number: the new one, or `None` for what was dropped. Whoever names a dropped column or
//! table has been dropped with it, or loses the mention.

use seedbed_ddl_catalog::{Draft, SystemCatalog, renumber};
use seedbed_schema_model::{ColumnIdx, Guard, Numbering, SequenceId, Table, TableId};

/// New numbers of what is kept, in order: `[true, false, true]` gives `[Some(0), None, Some(1)]`.
pub(super) fn kept(keep: impl Iterator<Item = bool>) -> Vec<Option<u32>> {
    let mut next = 0;
    keep.map(|keep| {
        keep.then(|| {
            next += 1;
            next - 1
        })
    })
    .collect()
}

/// Takes out what has no new number.
pub(super) fn retain<T>(items: &mut Vec<T>, kept: &[Option<u32>]) {
    let mut flags = kept.iter();
    items.retain(|_| flags.next().is_some_and(Option::is_some));
}

/// For each table, the new place of each of its columns: in the draft's order, without the dropped ones.
pub(super) fn column_maps(catalog: &SystemCatalog) -> Vec<Vec<Option<ColumnIdx>>> {
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
pub(super) fn close_columns(table: &mut Table, draft: &Draft, places: &[Option<ColumnIdx>]) {
    let unchanged = draft.order.len() == table.columns.len() && draft.order.is_sorted();
    if unchanged {
        return;
    }
    let map = |c: ColumnIdx| places.get(c.position()).copied().flatten().unwrap_or(ColumnIdx(0));
    table.columns = draft.order.iter().map(|c| table.columns[*c].clone()).collect();
    for column in &mut table.columns {
        renumber::column(column, &map);
    }
    if let Some(key) = &mut table.primary_key {
        key.columns.iter_mut().for_each(|c| *c = map(*c));
    }
    table.uniques.iter_mut().for_each(|u| renumber::unique(u, &map));
    table.checks.iter_mut().for_each(|c| c.expr.renumber_columns(&map));
    for exclusion in &mut table.exclusions {
        exclusion.elements.iter_mut().for_each(|e| renumber::term(&mut e.term, &map));
        if let Some(predicate) = &mut exclusion.predicate {
            predicate.renumber_columns(&map);
        }
    }
    if let Some(partitioning) = &mut table.partitioning {
        partitioning.keys.iter_mut().for_each(|k| renumber::term(k, &map));
    }
    table.foreign_keys.iter_mut().for_each(|f| f.columns.iter_mut().for_each(|c| *c = map(*c)));
    table.unresolved_references.iter_mut().for_each(|u| u.columns.iter_mut().for_each(|c| *c = map(*c)));
}

/// New table numbers and parent columns in references, partitions and inheritance.
pub(super) fn renumber_references(
    table: &mut Table,
    tables: &[Option<u32>],
    columns: &[Vec<Option<ColumnIdx>>],
) {
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
pub(super) fn renumber_triggers(
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
        trigger.guards.retain_mut(|guard| renumber_guard(guard, at, &place, &column).is_some());
        let sought = trigger.seeks_user_in.iter();
        trigger.seeks_user_in =
            sought.filter_map(|(id, c)| Some((place(*id)?, column(id.position(), *c)?))).collect();
    }
}

/// New numbers of what a guard of a table looks at; `None` if some of it was dropped.
fn renumber_guard(
    guard: &mut Guard,
    at: usize,
    place: &dyn Fn(TableId) -> Option<TableId>,
    column: &dyn Fn(usize, ColumnIdx) -> Option<ColumnIdx>,
) -> Option<()> {
    guard.condition.columns().into_iter().try_for_each(|c| column(at, c).map(|_| ()))?;
    guard.condition.renumber_columns(&|c| column(at, c).unwrap_or(c));
    for look_up in &mut guard.look_ups {
        let theirs = look_up.parent.position();
        for (table, columns) in [(at, &mut look_up.columns), (theirs, &mut look_up.parent_columns)] {
            for name in columns {
                *name = column(table, *name)?;
            }
        }
        look_up.column = column(theirs, look_up.column)?;
        look_up.parent = place(look_up.parent)?;
    }
    Some(())
}

/// New numbers of the sequences that number columns; a dropped sequence leaves a column that nothing numbers by name.
pub(super) fn renumber_numbering(numbering: &mut Option<Numbering>, sequences: &[Option<u32>]) {
    if let Some(Numbering::Serial { sequence } | Numbering::Identity { sequence, .. }) = numbering {
        *sequence = sequence.and_then(|id| sequences.get(id.position()).copied().flatten()).map(SequenceId);
    }
}
