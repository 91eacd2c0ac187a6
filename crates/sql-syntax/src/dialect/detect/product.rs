//! Products whose SQL nobody here reads, and by what their scripts are known.

use super::{BRACKETED_NAME, GO_LINE, Mark, SLASH_LINE};

/// A product by its marks.
pub(super) struct Product {
    /// As its maker writes it.
    pub(super) name: &'static str,
    /// What its scripts have and those of others have not.
    pub(super) marks: &'static [Mark],
}

/// A product whose scripts can't be read, and what showed that a script is for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedProduct {
    /// As its maker writes it.
    pub name: &'static str,
    /// What stands in the script that only this product has, the surest first; at most four.
    pub marks: Vec<String>,
}

/// How many marks are shown.
const MOST_SHOWN: usize = 4;

impl UnsupportedProduct {
    pub(super) fn new(product: &Product, found: &[Mark]) -> Self {
        let mut found = found.to_vec();
        found.sort_by_key(|(_, weight)| -weight);
        let mut marks: Vec<String> = Vec::new();
        for mark in found.iter().map(|(mark, _)| shown(mark)) {
            if !marks.iter().any(|of| of.contains(&mark) || mark.contains(of.as_str())) {
                marks.push(mark);
            }
        }
        marks.truncate(MOST_SHOWN);
        Self { name: product.name, marks }
    }
}

/// A mark as people write it.
fn shown(mark: &str) -> String {
    match mark {
        GO_LINE => "GO".to_owned(),
        SLASH_LINE => "/".to_owned(),
        BRACKETED_NAME => "[name]".to_owned(),
        mark => mark.to_uppercase().replace(" (", "(").replace("( ", "(").replace(" .", "."),
    }
}

pub(super) const PRODUCTS: &[Product] = &[
    Product {
        name: "SQL Server",
        marks: &[
            (GO_LINE, 8),
            (BRACKETED_NAME, 5),
            ("dbo .", 5),
            ("identity (", 5),
            ("int identity", 6),
            ("bigint identity", 6),
            ("clustered", 6),
            ("nonclustered", 8),
            ("nvarchar", 3),
            ("nvarchar ( max", 10),
            ("varchar ( max", 4),
            ("varbinary ( max", 8),
            ("ntext", 6),
            ("datetime2", 8),
            ("datetimeoffset", 8),
            ("smalldatetime", 6),
            ("uniqueidentifier", 8),
            ("hierarchyid", 8),
            ("rowversion", 6),
            ("getdate (", 5),
            ("getutcdate (", 8),
            ("sysdatetime (", 8),
            ("sysutcdatetime (", 8),
            ("newid (", 8),
            ("newsequentialid (", 10),
            ("object_id (", 5),
            ("set ansi_nulls", 10),
            ("set quoted_identifier", 10),
            ("set nocount on", 8),
            ("pad_index", 8),
            ("textimage_on", 8),
            ("with check add constraint", 8),
            ("with nocheck", 6),
            ("sys . objects", 6),
            ("sys . tables", 6),
            ("begin try", 8),
        ],
    },
    Product {
        name: "Oracle",
        marks: &[
            (SLASH_LINE, 5),
            ("varchar2", 8),
            ("nvarchar2", 8),
            ("varchar2 (", 2),
            ("number", 3),
            ("number (", 5),
            ("clob", 2),
            ("nclob", 4),
            ("raw (", 5),
            ("long raw", 6),
            ("binary_double", 6),
            ("binary_float", 6),
            ("sysdate", 5),
            ("systimestamp", 6),
            ("sys_guid (", 8),
            ("from dual", 4),
            (". nextval", 4),
            ("pctfree", 5),
            ("initrans", 8),
            ("nologging", 8),
            ("nocycle", 5),
            ("noorder", 8),
            ("storage ( initial", 8),
            ("cascade constraints", 10),
            ("not null enable", 8),
            ("alter session set", 8),
            ("organization index", 8),
            // MySQL's as well.
            ("values less than", 8),
            ("pls_integer", 10),
            ("dbms_output", 10),
            ("create or replace package", 8),
            ("using index tablespace", 8),
        ],
    },
    Product {
        name: "DB2",
        marks: &[
            // The standard's identity columns are PostgreSQL's as well.
            ("for bit data", 30),
            ("not null with default", 8),
            ("default current timestamp", 8),
            ("default current date", 8),
            ("current timestamp", 4),
            ("with default", 3),
            ("in userspace1", 8),
            ("dbclob", 10),
            ("graphic (", 6),
            ("vargraphic (", 8),
            ("decfloat", 8),
            ("clob", 2),
            ("not logged", 5),
            ("logged not compact", 30),
            ("compress yes", 8),
            ("organize by row", 30),
            ("organize by column", 30),
            ("data capture none", 30),
            ("volatile cardinality", 8),
            ("sysibm", 8),
            ("syscat", 8),
            ("set current schema", 6),
            ("create bufferpool", 10),
            ("managed by automatic storage", 30),
            ("reorg table", 8),
            ("runstats on", 8),
            ("with ur", 6),
        ],
    },
    Product {
        name: "ClickHouse",
        marks: &[
            // MySQL's tables have an engine as well.
            ("engine = mergetree", 30),
            ("engine = replacingmergetree", 30),
            ("engine = summingmergetree", 30),
            ("engine = aggregatingmergetree", 30),
            ("engine = collapsingmergetree", 30),
            ("engine = versionedcollapsingmergetree", 30),
            ("engine = replicatedmergetree", 30),
            ("engine = replicatedreplacingmergetree", 30),
            ("engine = distributed", 30),
            ("engine = kafka", 30),
            ("engine = tinylog", 30),
            ("engine = log", 30),
            ("engine = null", 30),
            ("lowcardinality (", 20),
            ("fixedstring (", 10),
            ("nullable (", 10),
            ("datetime64", 10),
            ("uint8", 6),
            ("uint16", 6),
            ("uint32", 6),
            ("uint64", 6),
            ("codec (", 8),
            ("toyyyymm (", 10),
            ("on cluster", 8),
        ],
    },
    Product {
        name: "Snowflake",
        marks: &[
            ("timestamp_ntz", 12),
            ("timestamp_ltz", 12),
            ("timestamp_tz", 12),
            ("variant", 8),
            ("copy grants", 10),
            ("create stage", 8),
            ("create or replace stage", 8),
            ("file format", 6),
            ("create or replace transient table", 12),
            ("create transient table", 12),
            ("cluster by (", 5),
        ],
    },
    Product {
        name: "BigQuery or Spanner",
        marks: &[
            ("int64", 8),
            ("float64", 6),
            ("bignumeric", 8),
            ("struct <", 8),
            ("array <", 6),
            ("string ( max", 8),
            ("interleave in parent", 12),
        ],
    },
    Product {
        name: "Hive or Spark",
        marks: &[
            ("row format", 10),
            ("stored as parquet", 12),
            ("stored as orc", 12),
            ("stored as textfile", 12),
            ("tblproperties (", 10),
            ("using delta", 12),
            ("using parquet", 12),
            ("partitioned by (", 6),
            ("array <", 5),
            ("map <", 6),
            ("struct <", 5),
        ],
    },
    Product {
        name: "Teradata",
        marks: &[
            ("create multiset table", 14),
            ("create set table", 14),
            ("primary index (", 8),
            ("unique primary index", 8),
            ("no fallback", 10),
            ("no before journal", 12),
            ("byteint", 6),
        ],
    },
    Product {
        name: "Firebird",
        marks: &[
            ("create generator", 14),
            ("set generator", 12),
            ("gen_id (", 12),
            ("set term", 12),
            ("blob sub_type", 12),
            ("computed by (", 8),
            ("rdb$database", 10),
        ],
    },
    Product {
        name: "Cassandra",
        marks: &[
            ("create keyspace", 16),
            ("clustering order by", 14),
            ("with compaction", 8),
            ("frozen <", 10),
        ],
    },
];
