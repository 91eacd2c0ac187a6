//! From the model to the constraints that meet the rows.

use crate::constraint::{
    Constraint, ReferenceRule, Rule, Tally, Term, UniquePart, UniqueRule, columns_in_root,
};
use crate::report::ConstraintKind;
use crate::route::partitions_of;
use crate::type_rule;
use seedbed_schema_model::{
    Check, ColumnIdx, Exclusion, Expr, ForeignKey, KeyPart, KeyTerm, MatchKind, Numbering, Schema, Table,
    TableId, UniqueKey,
};
use seedbed_sql_semantics::{Context, FullMatch, KeyPartRule, NullNumbering, semantics, supported};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A set of key fingerprints, filled by the rows of one table or partition.
#[derive(Debug)]
pub(crate) struct KeyFill<'s> {
    pub(crate) set: usize,
    pub(crate) owner: TableId,
    /// The root's columns.
    pub(crate) columns: Vec<ColumnIdx>,
    pub(crate) rules: Vec<KeyPartRule<'s>>,
}

/// What is to be done with the rows of one root table.
#[derive(Debug, Default)]
pub(crate) struct TablePlan<'s> {
    pub(crate) fills: Vec<KeyFill<'s>>,
    pub(crate) constraints: Vec<Constraint<'s>>,
}

/// Plans for all tables (those of partitions stay empty) and the sets they fill.
pub(crate) fn plan(schema: &Schema) -> (Vec<TablePlan<'_>>, Vec<HashSet<u128>>) {
    let mut planner = Planner { schema, plans: Vec::new(), sets: 0, keys: BTreeMap::new() };
    planner.plans.resize_with(schema.tables.len(), TablePlan::default);
    planner.collect_key_sets();
    for (root, table) in schema.tables_indexed() {
        if table.partition_of.is_none() {
            planner.plan_root(root);
        }
    }
    (planner.plans, vec![HashSet::new(); planner.sets])
}

struct Planner<'s> {
    schema: &'s Schema,
    plans: Vec<TablePlan<'s>>,
    sets: usize,
    /// Which set holds the keys of a table over these columns (the owner's).
    keys: BTreeMap<(TableId, Vec<ColumnIdx>), usize>,
}

impl<'s> Planner<'s> {
    /// A set for each referenced key and each plain unique key.
    fn collect_key_sets(&mut self) {
        let schema = self.schema;
        for (id, table) in schema.tables_indexed() {
            for key in &table.foreign_keys {
                self.key_set(key.parent, &key.parent_columns);
            }
            if let Some(key) = &table.primary_key
                && key.prefix_lengths.iter().all(Option::is_none)
            {
                self.key_set(id, &key.columns);
            }
            for unique in &table.uniques {
                if let Some(columns) = plain(unique) {
                    self.key_set(id, &columns);
                }
            }
        }
    }

    fn key_set(&mut self, owner: TableId, columns: &[ColumnIdx]) {
        let known = self.keys.contains_key(&(owner, columns.to_vec()));
        let Some(table) = self.schema.tables.get(owner.position()) else { return };
        if known {
            return;
        }
        let root = self.schema.partition_root(owner);
        let Some(in_root) = columns_in_root(columns, table, &self.schema[root]) else { return };
        let set = self.new_set();
        let rules = columns
            .iter()
            .filter_map(|c| table.columns.get(c.position()))
            .map(KeyPartRule::of_column)
            .collect();
        self.keys.insert((owner, columns.to_vec()), set);
        self.plans[root].fills.push(KeyFill { set, owner, columns: in_root, rules });
    }

    fn new_set(&mut self) -> usize {
        self.sets += 1;
        self.sets - 1
    }

    fn plan_root(&mut self, root: TableId) {
        let mut constraints = Vec::new();
        self.plan_owner(root, root, &mut constraints);
        if self.schema[root].partitioning.is_some() {
            constraints.push(self.partition_constraint(root));
        }
        let mut below = partitions_of(self.schema, root);
        let mut next = 0;
        while let Some(partition) = below.get(next).copied() {
            self.plan_owner(partition, root, &mut constraints);
            let deeper = partitions_of(self.schema, partition);
            below.extend(deeper.into_iter().filter(|d| *d != root).collect::<Vec<_>>());
            next += 1;
            if next > self.schema.tables.len() {
                break;
            }
        }
        self.plans[root].constraints = constraints;
    }

    fn partition_constraint(&self, root: TableId) -> Constraint<'s> {
        let table = &self.schema[root];
        let columns = table.partitioning.iter().flat_map(|p| &p.keys).flat_map(term_columns).collect();
        Constraint {
            name: "some partition takes the row".to_owned(),
            kind: ConstraintKind::Partition,
            owner: root,
            columns,
            rule: Rule::Partition,
            tally: Tally::default(),
        }
    }

    /// Adds what `owner` declares and `root` does not already ask.
    fn plan_owner(&mut self, owner: TableId, root: TableId, out: &mut Vec<Constraint<'s>>) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let mut add = Adder { schema: self.schema, owner, root, table, top, out };
        add.columns();
        for check in &table.checks {
            add.check(check);
        }
        self.primary_key(owner, root, out);
        for unique in &table.uniques {
            self.unique(unique, owner, root, out);
        }
        for key in &table.foreign_keys {
            self.foreign_key(key, owner, root, out);
        }
        for exclusion in &table.exclusions {
            self.exclusion(exclusion, owner, root, out);
        }
        for reference in &table.unresolved_references {
            let columns = columns_in_root(&reference.columns, table, top).unwrap_or_default();
            let name = reference.name.clone().unwrap_or_else(|| {
                format!("FOREIGN KEY ({}) REFERENCES {}", names(&reference.columns, table), reference.parent)
            });
            out.push(constraint(name, ConstraintKind::ForeignKey, owner, columns, Rule::Unresolved));
        }
    }

    fn primary_key(&mut self, owner: TableId, root: TableId, out: &mut Vec<Constraint<'s>>) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let Some(key) = &table.primary_key else { return };
        let name =
            key.name.clone().unwrap_or_else(|| format!("PRIMARY KEY ({})", names(&key.columns, table)));
        let same = |k: &seedbed_schema_model::Key| {
            columns_in_root(&key.columns, table, top).as_ref() == Some(&k.columns)
        };
        if owner != root && top.primary_key.as_ref().is_some_and(same) {
            return;
        }
        let prefix = |i: usize| key.prefix_lengths.get(i).copied().flatten();
        let parts: Vec<KeyPart> = key
            .columns
            .iter()
            .enumerate()
            .map(|(i, c)| KeyPart { prefix_length: prefix(i), ..KeyPart::column(*c) })
            .collect();
        let rule = match self
            .shared(owner, root, &key.columns)
            .filter(|_| parts.iter().all(|p| p.prefix_length.is_none()))
        {
            Some(fill) => Rule::SharedUnique { fill },
            None => {
                let parts = key.columns.iter().enumerate().filter_map(|(i, c)| {
                    let column = table.columns.get(c.position())?;
                    let rule = KeyPartRule { prefix_length: prefix(i), ..KeyPartRule::of_column(column) };
                    Some(UniquePart { term: Term::Column(crate::row::in_root(*c, table, top)?), rule })
                });
                Rule::Unique(UniqueRule {
                    parts: parts.collect(),
                    predicate: None,
                    nulls_distinct: true,
                    set: self.new_set(),
                })
            }
        };
        let columns = columns_in_root(&key.columns, table, top).unwrap_or_default();
        out.push(constraint(name, ConstraintKind::PrimaryKey, owner, columns, rule));
    }

    /// The fill that already tells whether a key is new.
    fn shared(&self, owner: TableId, root: TableId, columns: &[ColumnIdx]) -> Option<usize> {
        let set = self.keys.get(&(owner, columns.to_vec()))?;
        self.plans[root].fills.iter().position(|fill| fill.set == *set)
    }

    fn unique(
        &mut self,
        unique: &'s UniqueKey,
        owner: TableId,
        root: TableId,
        out: &mut Vec<Constraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let columns: Vec<ColumnIdx> = unique.parts.iter().flat_map(|p| term_columns(&p.term)).collect();
        let columns = columns_in_root(&columns, table, top).unwrap_or_default();
        let inherited =
            |u: &UniqueKey| plain(unique).is_some_and(|own| columns_in_root(&own, table, top) == plain(u));
        if owner != root && top.uniques.iter().any(inherited) {
            return;
        }
        let name = unique.name.clone().unwrap_or_else(|| format!("UNIQUE ({})", top_names(&columns, top)));
        let shared = plain(unique).and_then(|columns| self.shared(owner, root, &columns));
        let rule = match shared {
            Some(fill) => Rule::SharedUnique { fill },
            None => {
                let parts = unique.parts.iter().filter_map(|part| unique_part(part, table, top)).collect();
                Rule::Unique(UniqueRule {
                    parts,
                    predicate: unique.predicate.as_ref(),
                    nulls_distinct: unique.nulls_distinct,
                    set: self.new_set(),
                })
            }
        };
        let mut made = constraint(name, ConstraintKind::Unique, owner, columns, rule);
        made.tally.not_checked = self.unsupported(
            unique.predicate.iter().chain(unique.parts.iter().filter_map(|p| match &p.term {
                KeyTerm::Expr(expr) => Some(expr),
                KeyTerm::Column(_) => None,
            })),
            table,
        );
        out.push(made);
    }

    fn foreign_key(
        &mut self,
        key: &'s ForeignKey,
        owner: TableId,
        root: TableId,
        out: &mut Vec<Constraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let columns = columns_in_root(&key.columns, table, top).unwrap_or_default();
        let inherited = |k: &ForeignKey| {
            k.columns == columns && k.parent == key.parent && k.parent_columns == key.parent_columns
        };
        if owner != root && top.foreign_keys.iter().any(inherited) {
            return;
        }
        let parent = self.schema.tables.get(key.parent.position());
        let name = key.name.clone().unwrap_or_else(|| {
            let target = parent
                .map_or_else(String::new, |p| format!("{} ({})", p.name, names(&key.parent_columns, p)));
            format!("FOREIGN KEY ({}) REFERENCES {target}", names(&key.columns, table))
        });
        let set = self.keys.get(&(key.parent, key.parent_columns.clone())).copied();
        let (Some(parent), Some(set)) = (parent, set) else {
            let mut made = constraint(name, ConstraintKind::ForeignKey, owner, columns, Rule::NotChecked);
            made.tally = Tally::not_checked("the referenced columns are not known");
            out.push(made);
            return;
        };
        if self.schema.is_parent_made(owner, key) {
            let mut made = constraint(name, ConstraintKind::ForeignKey, owner, columns, Rule::NotChecked);
            made.tally = Tally::not_checked("a trigger of the table makes the rows referred to");
            out.push(made);
            return;
        }
        let rules = key
            .parent_columns
            .iter()
            .filter_map(|c| parent.columns.get(c.position()))
            .map(KeyPartRule::of_column);
        let rule = Rule::Reference(ReferenceRule {
            rules: rules.collect(),
            set,
            match_full: key.match_kind == MatchKind::Full
                && semantics(self.schema.dialect).constraints.full_match == FullMatch::Enforced,
            resolved: 0,
            pending: HashMap::new(),
        });
        out.push(constraint(name, ConstraintKind::ForeignKey, owner, columns, rule));
    }

    /// An exclusion by equality alone is a unique key; overlaps are for the server.
    fn exclusion(
        &mut self,
        exclusion: &'s Exclusion,
        owner: TableId,
        root: TableId,
        out: &mut Vec<Constraint<'s>>,
    ) {
        let (table, top) = (&self.schema[owner], &self.schema[root]);
        let columns: Vec<ColumnIdx> = exclusion.elements.iter().flat_map(|e| term_columns(&e.term)).collect();
        let columns = columns_in_root(&columns, table, top).unwrap_or_default();
        let name =
            exclusion.name.clone().unwrap_or_else(|| format!("EXCLUDE ({})", top_names(&columns, top)));
        let other = exclusion.elements.iter().find(|e| e.operator != "=");
        let mut made = constraint(name, ConstraintKind::Exclusion, owner, columns, Rule::NotChecked);
        match other {
            Some(element) => made.tally = Tally::not_checked(format!("operator `{}`", element.operator)),
            None => {
                let parts = exclusion.elements.iter().filter_map(|e| {
                    let part = match &e.term {
                        KeyTerm::Column(c) => UniquePart {
                            term: Term::Column(crate::row::in_root(*c, table, top)?),
                            rule: KeyPartRule::of_column(table.columns.get(c.position())?),
                        },
                        KeyTerm::Expr(expr) => expression_part(expr, None),
                    };
                    Some(part)
                });
                made.rule = Rule::Unique(UniqueRule {
                    parts: parts.collect(),
                    predicate: exclusion.predicate.as_ref(),
                    nulls_distinct: true,
                    set: self.new_set(),
                });
            }
        }
        out.push(made);
    }

    fn unsupported<'e>(&self, mut exprs: impl Iterator<Item = &'e Expr>, table: &Table) -> Option<String> {
        let cx = Context::new(self.schema, Some(table));
        exprs.find_map(|expr| supported(expr, &cx).err()).map(|u| u.to_string())
    }
}

/// Adds the constraints of columns and CHECKs.
struct Adder<'a, 's> {
    schema: &'s Schema,
    owner: TableId,
    root: TableId,
    table: &'s Table,
    top: &'s Table,
    out: &'a mut Vec<Constraint<'s>>,
}

impl<'s> Adder<'_, 's> {
    fn columns(&mut self) {
        for (index, column) in self.table.columns_indexed() {
            let Some(at) = crate::row::in_root(index, self.table, self.top) else { continue };
            let inherited = self.owner != self.root;
            let numbered = matches!(column.numbering, Some(Numbering::RowId | Numbering::AutoIncrement));
            let domains = self.schema.domains_of(&column.ty);
            let required = !column.nullable || domains.iter().any(|d| d.not_null);
            let covered = inherited && !self.top[at].nullable;
            let null_numbering = semantics(self.schema.dialect).constraints.null_numbering;
            if required && !covered && !(numbered && null_numbering == NullNumbering::Numbered) {
                self.push(
                    format!("{} NOT NULL", column.name),
                    ConstraintKind::NotNull,
                    vec![at],
                    Rule::NotNull(at),
                );
            }
            if inherited {
                continue;
            }
            if type_rule::restricts(column, self.table.options.strict, self.schema) {
                let written = if column.declared_type.is_empty() {
                    "type".to_owned()
                } else {
                    column.declared_type.clone()
                };
                self.push(
                    format!("{} {written}", column.name),
                    ConstraintKind::Type,
                    vec![at],
                    Rule::Type(at),
                );
            }
            for domain in domains {
                for check in domain.checks.iter().filter(|c| c.enforced) {
                    let label = check.name.clone().unwrap_or_else(|| format!("CHECK ({})", check.text));
                    let name = format!("{} of domain {}: {label}", column.name, domain.name);
                    self.push(name, ConstraintKind::Check, vec![at], Rule::DomainCheck(at, &check.expr));
                    self.note_unsupported(&check.expr, None);
                }
            }
        }
    }

    fn check(&mut self, check: &'s Check) {
        let inherited = |c: &Check| c.text == check.text || c.expr == check.expr;
        if self.owner != self.root && self.top.checks.iter().any(inherited) {
            return;
        }
        let columns = columns_in_root(&check.expr.columns(), self.table, self.top).unwrap_or_default();
        let name = check.name.clone().unwrap_or_else(|| format!("CHECK ({})", check.text));
        if !check.enforced {
            self.push(name, ConstraintKind::Check, columns, Rule::NotChecked);
            self.note("the schema says NOT ENFORCED");
            return;
        }
        self.push(name, ConstraintKind::Check, columns, Rule::Check(&check.expr));
        self.note_unsupported(&check.expr, Some(self.table));
    }

    fn push(&mut self, name: String, kind: ConstraintKind, columns: Vec<ColumnIdx>, rule: Rule<'s>) {
        let name = if self.owner == self.root { name } else { format!("{}: {name}", self.table.name) };
        self.out.push(constraint(name, kind, self.owner, columns, rule));
    }

    fn note_unsupported(&mut self, expr: &Expr, table: Option<&Table>) {
        let cx = Context::new(self.schema, table);
        if let Err(unsupported) = supported(expr, &cx) {
            self.note(&unsupported.to_string());
        }
    }

    fn note(&mut self, reason: &str) {
        if let Some(last) = self.out.last_mut() {
            last.tally.not_checked = Some(reason.to_owned());
        }
    }
}

fn constraint<'s>(
    name: String,
    kind: ConstraintKind,
    owner: TableId,
    columns: Vec<ColumnIdx>,
    rule: Rule<'s>,
) -> Constraint<'s> {
    Constraint { name, kind, owner, columns, rule, tally: Tally::default() }
}

/// The columns of a unique key that whole columns and equality alone decide.
fn plain(unique: &UniqueKey) -> Option<Vec<ColumnIdx>> {
    let own_collation = unique.parts.iter().any(|p| p.collation.is_some());
    if unique.predicate.is_some() || !unique.nulls_distinct || own_collation {
        return None;
    }
    unique.plain_columns()
}

fn unique_part<'s>(part: &'s KeyPart, table: &'s Table, top: &Table) -> Option<UniquePart<'s>> {
    match &part.term {
        KeyTerm::Column(c) => {
            let column = table.columns.get(c.position())?;
            let own = KeyPartRule::of_column(column);
            let collation = part.collation.as_deref().or(own.collation);
            let rule = KeyPartRule { collation, prefix_length: part.prefix_length, ..own };
            Some(UniquePart { term: Term::Column(crate::row::in_root(*c, table, top)?), rule })
        }
        KeyTerm::Expr(expr) => Some(expression_part(expr, part.collation.as_deref())),
    }
}

fn expression_part<'s>(expr: &'s Expr, collation: Option<&'s str>) -> UniquePart<'s> {
    let written = match expr {
        Expr::Collate { collation, .. } => Some(collation.as_str()),
        _ => None,
    };
    UniquePart {
        term: Term::Expr(expr),
        rule: KeyPartRule { column: None, collation: collation.or(written), prefix_length: None },
    }
}

fn term_columns(term: &KeyTerm) -> Vec<ColumnIdx> {
    match term {
        KeyTerm::Column(c) => vec![*c],
        KeyTerm::Expr(expr) => expr.columns(),
    }
}

fn names(columns: &[ColumnIdx], table: &Table) -> String {
    let names: Vec<&str> =
        columns.iter().filter_map(|c| table.columns.get(c.position())).map(|c| c.name.as_str()).collect();
    names.join(", ")
}

fn top_names(columns: &[ColumnIdx], top: &Table) -> String {
    names(columns, top)
}
