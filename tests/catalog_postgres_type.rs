//! PostgreSQL's types, each spelled out by what defines it: an enum by its labels, a domain by its base and CHECKs.

use crate::catalog_model_type::{
    FUNCTION_CHECK, bare_name, composite_text, domain_text, enum_text, range_text,
};
use postgres::{Client, Row};
use seedbed_schema_model::QualifiedName;
use std::collections::BTreeMap;

/// The types of a database by oid.
#[derive(Debug)]
pub(crate) struct Types {
    types: BTreeMap<u32, TypeRow>,
    /// Texts of `format_type` for the base types with their modifiers, as the columns and domains use them.
    formatted: BTreeMap<(u32, i32), String>,
}

#[derive(Debug)]
struct TypeRow {
    schema: String,
    name: String,
    kind: String,
    /// For a true array, what it is an array of.
    element: Option<u32>,
    of_extension: bool,
    base: u32,
    base_typmod: i32,
    not_null: bool,
    labels: Vec<String>,
    /// Names and types of a composite type's attributes.
    attributes: Vec<(String, u32, i32)>,
    /// Of a domain: whether each CHECK calls a function that is not built in.
    checks: Vec<bool>,
    /// Of a range or multirange.
    range_of: Option<u32>,
}

const TYPES: &str = "
    select t.oid, n.nspname::text as schema, t.typname::text as name, t.typtype::text as kind,
      case when t.typsubscript = 'array_subscript_handler'::regproc and t.typlen = -1 then t.typelem end as element,
      exists (select 1 from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e') as of_extension,
      t.typbasetype as base, t.typtypmod as base_typmod, t.typnotnull as not_null,
      (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)::text[] as labels,
      (select array_agg(a.attname order by a.attnum) from pg_attribute a
       where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)::text[] as attribute_names,
      (select array_agg(a.atttypid order by a.attnum) from pg_attribute a
       where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as attribute_types,
      (select array_agg(a.atttypmod order by a.attnum) from pg_attribute a
       where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as attribute_typmods,
      (select array_agg(exists (select 1 from pg_depend p where p.classid = 'pg_constraint'::regclass and p.objid = k.oid
         and p.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass))) from pg_constraint k
       where k.contypid = t.oid and k.contype = 'c') as checks,
      (select r.rngsubtype from pg_range r where t.oid in (r.rngtypid, r.rngmultitypid)) as range_of
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where t.typtype <> 'p' and n.nspname <> 'information_schema' and (n.nspname <> 'pg_toast')
      and (t.typrelid = 0 or n.nspname <> 'pg_catalog')";

const FORMATTED: &str = "
    select distinct oid, typmod, format_type(oid, typmod) as text from (
      select atttypid, atttypmod from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
      where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and a.attnum > 0 and not a.attisdropped
      union select typbasetype, typtypmod from pg_type where typbasetype <> 0
      union select rngsubtype, -1 from pg_range) used(oid, typmod)";

impl Types {
    /// Reads the catalog.
    pub(crate) fn read(client: &mut Client) -> Result<Self, postgres::Error> {
        let types = client.query(TYPES, &[])?.iter().map(|row| (row.get("oid"), type_row(row))).collect();
        let formatted = client
            .query(FORMATTED, &[])?
            .iter()
            .map(|row| ((row.get("oid"), row.get("typmod")), row.get("text")))
            .collect();
        Ok(Self { types, formatted })
    }

    /// One type in the canonical spelling.
    pub(crate) fn text(&self, oid: u32, typmod: i32) -> String {
        let Some(ty) = self.types.get(&oid) else { return format!("type {oid}") };
        let name = || format!("{}.{}", ty.schema, ty.name);
        match ty.kind.as_str() {
            _ if ty.element.is_some() => self.array(ty, oid, typmod),
            "e" if !ty.of_extension => enum_text(&name(), &ty.labels),
            "d" if !ty.of_extension => self.domain(ty),
            "c" => {
                let attributes = ty.attributes.iter().map(|(n, t, m)| format!("{n} {}", self.text(*t, *m)));
                composite_text(&name(), &attributes.collect::<Vec<_>>())
            }
            "r" | "m" => range_text(&self.text(ty.range_of.unwrap_or_default(), -1), ty.kind == "m"),
            _ => self.base(ty, oid, typmod),
        }
    }

    /// An array: the modifier belongs to the element, and `format_type` prints it before the brackets.
    fn array(&self, ty: &TypeRow, oid: u32, typmod: i32) -> String {
        let element = ty.element.unwrap_or_default();
        let element_row = self.types.get(&element).filter(|e| e.kind == "b");
        match (self.formatted.get(&(oid, typmod)), element_row) {
            (Some(text), Some(e)) if e.schema == "pg_catalog" => text.clone(),
            (Some(text), Some(_)) => bare_name(text),
            _ => format!("{}[]", self.text(element, typmod)),
        }
    }

    fn base(&self, ty: &TypeRow, oid: u32, typmod: i32) -> String {
        match self.formatted.get(&(oid, typmod)) {
            // What the catalog's own `name` holds: text of NAMEDATALEN - 1 bytes.
            Some(text) if text == "name" => "character varying(63)".to_owned(),
            // One byte of text.
            Some(text) if text == "\"char\"" => "character(1)".to_owned(),
            Some(text) if ty.schema == "pg_catalog" => text.clone(),
            Some(text) => bare_name(text),
            None => ty.name.clone(),
        }
    }

    fn domain(&self, ty: &TypeRow) -> String {
        let mut checks: Vec<String> =
            ty.checks.iter().map(|calls| if *calls { FUNCTION_CHECK } else { "check" }.to_owned()).collect();
        checks.sort();
        let name = QualifiedName::new(Some(&ty.schema), &ty.name);
        domain_text(&name, &self.text(ty.base, ty.base_typmod), ty.not_null, &checks)
    }
}

fn type_row(row: &Row) -> TypeRow {
    let names: Vec<String> = row.get::<_, Option<_>>("attribute_names").unwrap_or_default();
    let types: Vec<u32> = row.get::<_, Option<_>>("attribute_types").unwrap_or_default();
    let typmods: Vec<i32> = row.get::<_, Option<_>>("attribute_typmods").unwrap_or_default();
    TypeRow {
        schema: row.get("schema"),
        name: row.get("name"),
        kind: row.get("kind"),
        element: row.get("element"),
        of_extension: row.get("of_extension"),
        base: row.get("base"),
        base_typmod: row.get("base_typmod"),
        not_null: row.get("not_null"),
        labels: row.get::<_, Option<_>>("labels").unwrap_or_default(),
        attributes: names.into_iter().zip(types).zip(typmods).map(|((n, t), m)| (n, t, m)).collect(),
        checks: row.get::<_, Option<_>>("checks").unwrap_or_default(),
        range_of: row.get("range_of"),
    }
}
