//! What the definition of a table holds: the questions.

/// Tables, in `CREATE TABLE` and `ALTER TABLE`.
#[derive(Debug)]
pub struct TableRules {
    /// What follows the list of columns.
    pub options: TableOptions,
    /// Where `LIKE other` stands.
    pub like: LikeClause,
    /// Whether keys that constrain nothing, and names of keys behind `UNIQUE`, stand in the list of columns.
    pub indexes: IndexDefinitions,
    /// Which parts of a table `ALTER TABLE` calls by name.
    pub named_parts: NamedParts,
    /// What a table made of a query takes of the columns that it selects.
    pub query_columns: QueryColumns,
    /// What a table's CHECK is that its parent has as well.
    pub inherited_checks: InheritedChecks,
    /// What becomes of the references to a key that is dropped, or whose table is.
    pub dropped_parent: DroppedParent,
    /// What becomes of a key of several columns when one of them is dropped.
    pub dropped_key_column: DroppedKeyColumn,
    /// Which products speak the dialect and add to it.
    pub relatives: Relatives,
    /// How columns are written.
    pub columns: ColumnRules,
}

/// Products that speak a dialect and add to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relatives {
    /// None whose scripts are read.
    Absent,
    /// CockroachDB and Amazon Redshift: `FAMILY f (a)`, `INDEX i (a) STORING (b)`, `ENCODE zstd DISTKEY`.
    CockroachAndRedshift,
}

/// What follows the list of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableOptions {
    /// How it is stored, and its partitions, each a table of its own: `PARTITION BY RANGE (a)`, `FOR VALUES FROM ...`.
    Storage,
    /// Engine, character set and comment, and all partitions: `ENGINE=InnoDB CHARSET=utf8mb4 PARTITION BY ...`. `ALTER
    /// TABLE` takes them too.
    EngineAndCharset,
    /// `WITHOUT ROWID`, `STRICT`
    Rowid,
}

/// `LIKE other`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikeClause {
    /// There is none.
    Absent,
    /// Among the columns, whose copies come in its place.
    AmongColumns,
    /// Instead of the columns: the table is a copy without references.
    WholeTable,
}

/// Indexes in the list of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexDefinitions {
    /// Statements of their own make them.
    Apart,
    /// `KEY name (a)`, `FULLTEXT (a)`, `UNIQUE name (a) USING BTREE`
    InTable,
}

/// What `ALTER`, `DROP` and `RENAME` call by name within `ALTER TABLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedParts {
    /// Columns and constraints.
    Constraints,
    /// Each thing by its kind: `DROP PRIMARY KEY`, `DROP FOREIGN KEY f`, `ALTER INDEX i`, `RENAME KEY a TO b`, `DROP
    /// PARTITION p`.
    ByKind,
}

/// `CREATE TABLE t AS SELECT ...`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryColumns {
    /// Names and types.
    Types,
    /// Also defaults, and whether NULL is refused.
    TypesAndDefaults,
}

/// Two CHECKs of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InheritedChecks {
    /// Tables have no parents.
    NoParents,
    /// The child's and the parent's become one.
    Merged,
}

/// The references to a key that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DroppedParent {
    /// They go too (CASCADE), or it can't go.
    ReferencesGo,
    /// They stay, and refer to nothing.
    ReferencesDangle,
}

/// The keys of a column that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DroppedKeyColumn {
    /// They go too.
    KeysGo,
    /// They are left with their other columns.
    KeysShrink,
}

/// How columns are written.
#[derive(Debug)]
pub struct ColumnRules {
    /// Whether comment, character set and place stand in a column's definition.
    pub attributes: ColumnAttributes,
    /// What a type called `serial` makes of its column.
    pub serial: SerialColumns,
    /// Whether a default may read other columns.
    pub default_scope: DefaultScope,
    /// How a dump writes a column of JSON.
    pub json: JsonColumns,
}

/// What stands in a column's definition beside type, default and constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnAttributes {
    /// How it is stored: `STORAGE main`.
    Storage,
    /// `CHARACTER SET latin1 COMMENT 'x' ON UPDATE now() AFTER a`, and `KEY` for a primary key.
    All,
}

/// `serial`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerialColumns {
    /// A type's name without a meaning.
    Absent,
    /// The column takes its default from a sequence of its own.
    Sequence,
    /// The table numbers the column, which is unique: `AUTO_INCREMENT UNIQUE`.
    AutoIncrement,
}

/// What names mean in a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultScope {
    /// No columns.
    Constants,
    /// Columns of the table.
    Columns,
}

/// A column of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonColumns {
    /// It says so.
    Typed,
    /// It may say so, or be `longtext CHECK (json_valid(a))`.
    CheckedLongtext,
}
