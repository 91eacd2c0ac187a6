//! PostgreSQL's catalog as [`CatalogTable`]s.
//!
//! Tables that belong to an extension do not count. What a partition has from its parent is marked as a copy.

use crate::catalog_model::{last_part, normal_bound, one_line};
use crate::catalog_postgres_type::Types;
use crate::catalog_table::{
    CatalogCheck, CatalogColumn, CatalogExpr, CatalogForeignKey, CatalogKey, CatalogTable, ValueSource,
    deferrability_words,
};
use postgres::{Client, NoTls, Row};
use std::collections::BTreeMap;

/// Every ordinary and partitioned table of a database.
pub(crate) fn tables(url: &str) -> Result<Vec<CatalogTable>, postgres::Error> {
    let mut client = Client::connect(url, NoTls)?;
    // Names come out qualified, and bounds in UTC, whatever the server's settings.
    client.batch_execute("SET search_path = pg_catalog; SET TimeZone = 'UTC'")?;
    let types = Types::read(&mut client)?;
    let mut tables: BTreeMap<u32, CatalogTable> = BTreeMap::new();
    for row in client.query(TABLES, &[])? {
        tables.insert(row.get("oid"), table(&row));
    }
    for row in client.query(COLUMNS, &[])? {
        add(&mut tables, &row, |t| t.columns.push(column(&row, &types)));
    }
    for row in client.query(KEYS, &[])? {
        let primary: bool = row.get("indisprimary");
        add(&mut tables, &row, |t| match primary {
            true => t.primary_key = Some(CatalogKey { deferrability: "", ..key(&row) }),
            false => t.uniques.push(key(&row)),
        });
    }
    for row in client.query(FOREIGN_KEYS, &[])? {
        add(&mut tables, &row, |t| t.foreign_keys.push(foreign_key(&row)));
    }
    for row in client.query(CHECKS, &[])? {
        add(&mut tables, &row, |t| t.checks.push(check(&row)));
    }
    for row in client.query(EXCLUSIONS, &[])? {
        add(&mut tables, &row, |t| t.exclusions.push(row.get("text")));
    }
    Ok(tables.into_values().collect())
}

fn add(tables: &mut BTreeMap<u32, CatalogTable>, row: &Row, change: impl FnOnce(&mut CatalogTable)) {
    if let Some(table) = tables.get_mut(&row.get::<_, u32>("table")) {
        change(table);
    }
}

/// The tables that count: by oid.
const TABLES: &str = "
    select c.oid, n.nspname || '.' || c.relname as name,
      pg_get_partkeydef(c.oid) as partitioning,
      (select array_agg(coalesce(a.attname, '<expression>') order by k.i) from pg_partitioned_table p,
         unnest(p.partattrs::int2[]) with ordinality k(attnum, i)
         left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum and k.attnum > 0
       where p.partrelid = c.oid)::text[] as partition_columns,
      pg_get_expr(c.relpartbound, c.oid) as bound,
      (select array_agg(pn.nspname || '.' || p.relname order by i.inhseqno) from pg_inherits i
         join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
       where i.inhrelid = c.oid)::text[] as parents
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and c.relpersistence <> 't'
      and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')";

fn table(row: &Row) -> CatalogTable {
    let parents: Vec<String> = row.get::<_, Option<_>>("parents").unwrap_or_default();
    let bound: Option<String> = row.get("bound");
    let strategy = row.get::<_, Option<String>>("partitioning").map(|definition| {
        let columns: Vec<String> = row.get::<_, Option<_>>("partition_columns").unwrap_or_default();
        let strategy = definition.split(' ').next().unwrap_or_default().to_lowercase();
        format!("{strategy} ({})", columns.join(", "))
    });
    CatalogTable {
        name: row.get("name"),
        partitioning: strategy,
        partition_of: bound
            .as_ref()
            .map(|b| format!("{} {}", parents.join(", "), normal_bound(b.trim_start_matches("FOR VALUES ")))),
        inherits: if bound.is_some() { Vec::new() } else { parents },
        ..CatalogTable::default()
    }
}

/// Columns in order. A default that is NULL but for a cast is none. `calls` tells of functions that are not built in:
/// only on those does the catalog record a dependency.
const COLUMNS: &str = "
    select a.attrelid as table, a.attname as name, a.atttypid as type, a.atttypmod as typmod, a.attnotnull,
      case when a.attcollation <> t.typcollation and a.attcollation <> 0
        then (select collname from pg_collation where oid = a.attcollation) end as collation,
      a.attidentity::text as identity, a.attgenerated::text as generated,
      pg_get_expr(d.adbin, d.adrelid) as text,
      (select n.nspname || '.' || s.relname from pg_depend p join pg_class s on s.oid = p.refobjid and s.relkind = 'S'
         join pg_namespace n on n.oid = s.relnamespace
       where p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass limit 1) as sequence,
      (select array_agg(r.attname) from pg_depend p join pg_attribute r on r.attrelid = p.refobjid and r.attnum = p.refobjsubid
       where p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass
         and p.refobjid = a.attrelid and p.refobjsubid <> a.attnum)::text[] as reads,
      exists (select 1 from pg_depend p where p.classid = 'pg_attrdef'::regclass and p.objid = d.oid
        and p.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)) as calls
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum";

fn column(row: &Row, types: &Types) -> CatalogColumn {
    let text: Option<String> = row.get("text");
    let sequence: Option<String> = row.get("sequence");
    let generated: String = row.get("generated");
    let identity: String = row.get("identity");
    let source = match (&text, identity.as_str(), generated.as_str()) {
        (_, "a" | "d", _) => ValueSource::Identity { always: identity == "a" },
        (_, _, "s" | "v") => ValueSource::Generated { stored: generated == "s" },
        (Some(text), ..) if is_nextval(text) => ValueSource::Serial(sequence),
        (Some(text), ..) if !text.starts_with("NULL::") => ValueSource::Default,
        _ => ValueSource::Nothing,
    };
    let reads = matches!(source, ValueSource::Generated { .. });
    CatalogColumn {
        name: row.get("name"),
        ty: types.text(row.get("type"), row.get("typmod")),
        nullable: Some(!row.get::<_, bool>("attnotnull")),
        collation: row.get::<_, Option<String>>("collation").as_deref().map(last_part),
        source,
        expr: text.map(|text| expr(row, &text, reads)),
    }
}

/// Whether a default is the next number of a sequence and nothing more.
fn is_nextval(text: &str) -> bool {
    text.starts_with("nextval(") && text.ends_with(')') && text.matches('(').count() <= 2
}

fn expr(row: &Row, text: &str, knows_columns: bool) -> CatalogExpr {
    let reads: Option<Vec<String>> = row.get("reads");
    CatalogExpr {
        columns: knows_columns.then(|| reads.unwrap_or_default().into_iter().collect()),
        user_function: row.get::<_, bool>("calls").then(|| "a function".to_owned()),
        unread: None,
        text: one_line(text),
    }
}

/// Unique indexes, whether made by a constraint or not. Indexes with expressions or predicates depend on the columns
/// that they read.
const KEYS: &str = "
    select i.indrelid as table, i.indisprimary, i.indpred is not null as partial, i.indnullsnotdistinct as not_distinct,
      coalesce(k.condeferrable, false) as deferrable, coalesce(k.condeferred, false) as deferred,
      (select array_agg(case when p.attnum = 0 then '<expression>' else a.attname || case
          when i.indcollation[(p.i - 1)::int] not in (0, a.attcollation)
          then ' collate ' || (select collname from pg_collation where oid = i.indcollation[(p.i - 1)::int]) else '' end end order by p.i)
       from unnest(i.indkey::int2[]) with ordinality p(attnum, i)
         left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = p.attnum
       where p.i <= i.indnkeyatts)::text[] as parts,
      case when i.indpred is not null or i.indexprs is not null then pg_get_indexdef(i.indexrelid) end as text,
      (select array_agg(distinct r.attname) from pg_depend p join pg_attribute r on r.attrelid = p.refobjid and r.attnum = p.refobjsubid
       where p.classid = 'pg_class'::regclass and p.objid = i.indexrelid and p.refclassid = 'pg_class'::regclass
         and p.refobjid = i.indrelid and r.attnum > 0)::text[] as reads,
      exists (select 1 from pg_depend p where p.classid = 'pg_class'::regclass and p.objid = i.indexrelid
        and p.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)) as calls,
      exists (select 1 from pg_inherits h where h.inhrelid = i.indexrelid) as copied
    from pg_index i left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u')
    where i.indisunique and i.indislive and not i.indisexclusion
    order by i.indrelid, i.indexrelid";

fn key(row: &Row) -> CatalogKey {
    CatalogKey {
        parts: row.get("parts"),
        expr: row.get::<_, Option<String>>("text").map(|text| expr(row, &text, true)),
        partial: row.get("partial"),
        nulls_not_distinct: row.get("not_distinct"),
        deferrability: deferrability_words(row.get("deferrable"), row.get("deferred")),
        copied: row.get("copied"),
    }
}

/// Foreign keys, without the inner ones from a table to each partition of what it refers to.
const FOREIGN_KEYS: &str = "
    select k.conrelid as table, n.nspname || '.' || p.relname as parent,
      (select array_agg(a.attname order by c.i) from unnest(k.conkey) with ordinality c(attnum, i)
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.attnum)::text[] as columns,
      (select array_agg(a.attname order by c.i) from unnest(k.confkey) with ordinality c(attnum, i)
         join pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.attnum)::text[] as parent_columns,
      k.confmatchtype::text as match, k.confdeltype::text as on_delete, k.confupdtype::text as on_update,
      k.condeferrable as deferrable, k.condeferred as deferred, k.conparentid <> 0 as copied
    from pg_constraint k join pg_class p on p.oid = k.confrelid join pg_namespace n on n.oid = p.relnamespace
    where k.contype = 'f'
      and not exists (select 1 from pg_constraint whole where whole.oid = k.conparentid and whole.conrelid = k.conrelid)
    order by k.conrelid, k.oid";

fn foreign_key(row: &Row) -> CatalogForeignKey {
    let action = |event: &str, code: String| {
        let words = match code.as_str() {
            "r" => "restrict",
            "c" => "cascade",
            "n" => "set null",
            "d" => "set default",
            _ => return String::new(),
        };
        format!(" on {event} {words}")
    };
    let full = row.get::<_, String>("match") == "f";
    CatalogForeignKey {
        columns: row.get("columns"),
        parent: row.get("parent"),
        parent_columns: row.get("parent_columns"),
        rules: format!(
            "{}{}{}{}",
            if full { " match full" } else { "" },
            action("delete", row.get("on_delete")),
            action("update", row.get("on_update")),
            deferrability_words(row.get("deferrable"), row.get("deferred")),
        ),
        copied: row.get("copied"),
    }
}

const CHECKS: &str = "
    select k.conrelid as table, k.conname as name, pg_get_expr(k.conbin, k.conrelid) as text,
      (select array_agg(a.attname) from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any(k.conkey))::text[] as reads,
      exists (select 1 from pg_depend p where p.classid = 'pg_constraint'::regclass and p.objid = k.oid
        and p.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)) as calls
    from pg_constraint k where k.contype = 'c' and k.conrelid <> 0
    order by k.conrelid, k.oid";

fn check(row: &Row) -> CatalogCheck {
    let text: String = row.get("text");
    CatalogCheck { name: Some(row.get("name")), expr: expr(row, &text, true) }
}

const EXCLUSIONS: &str = "
    select k.conrelid as table, m.amname || ' (' ||
      (select string_agg(case when c.attnum = 0 then '<expression>' else a.attname::text end || ' with ' || o.oprname, ', ' order by c.i)
       from unnest(i.indkey::int2[]) with ordinality c(attnum, i)
         left join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.attnum
         join pg_operator o on o.oid = k.conexclop[c.i::int]) || ')' ||
      case when i.indpred is not null then ' where ...' else '' end as text
    from pg_constraint k join pg_index i on i.indexrelid = k.conindid
      join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
    where k.contype = 'x' order by k.conrelid, k.oid";
