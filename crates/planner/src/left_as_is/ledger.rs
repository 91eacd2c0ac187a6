//! Tables in which tools keep what they have run.
//!
//! A migration tool asks its table which migrations are done. Rows that were made up would have it skip one that is not,
//! or stop at one that nobody knows. Such a table is known by its name and by the columns that its tool gives it; a name
//! alone, such as `migrations`, may be an application's own.

use seedbed_schema_model::Table;

/// A table of a tool.
pub(super) struct Ledger {
    /// The tool.
    pub(super) tool: &'static str,
    /// Its name, in lower case; tools that let people put something before it have a `*` there.
    table: &'static str,
    /// Columns that it has in all versions of the tool, in lower case.
    columns: &'static [&'static str],
    /// Most columns that it has in any.
    most: usize,
    /// Whether it says what has run; else it holds a setting, and matters once there is one.
    pub(super) is_record: bool,
}

const fn ledger(
    tool: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
    most: usize,
) -> Ledger {
    Ledger { tool, table, columns, most, is_record: true }
}

/// Each tool with its tables.
const LEDGERS: &[Ledger] = &[
    ledger("Aerich", "aerich", &["version", "app", "content"], 4),
    ledger("Alembic", "alembic_version", &["version_num"], 1),
    ledger("Atlas", "atlas_schema_revisions", &["version", "applied", "executed_at"], 13),
    ledger("Bun", "bun_migrations", &["name", "group_id", "migrated_at"], 4),
    ledger("Bun", "bun_migration_locks", &["table_name"], 2),
    ledger("CodeIgniter", "migrations", &["version", "class", "group", "namespace", "batch"], 7),
    ledger("golang-migrate", "schema_migrations", &["version", "dirty"], 2),
    ledger("a migration tool", "schema_migrations", &["version"], 2),
    ledger("DbUp", "schemaversions", &["scriptname", "applied"], 3),
    ledger("db-migrate", "migrations", &["name", "run_on"], 3),
    ledger("Diesel", "__diesel_schema_migrations", &["version", "run_on"], 2),
    ledger("Directus", "directus_migrations", &["version", "name", "timestamp"], 3),
    ledger("Django", "django_migrations", &["app", "name", "applied"], 4),
    ledger("Doctrine", "doctrine_migration_versions", &["version"], 3),
    ledger("Doctrine", "migration_versions", &["version"], 2),
    ledger("Drizzle", "__drizzle_migrations", &["hash", "created_at"], 3),
    ledger("Entity Framework", "__efmigrationshistory", &["migrationid", "productversion"], 2),
    ledger("Entity Framework", "__efmigrationshistory", &["migration_id", "product_version"], 2),
    ledger("FluentMigrator", "versioninfo", &["version", "appliedon"], 3),
    ledger("Flyway", "flyway_schema_history", &["installed_rank", "script", "checksum"], 10),
    ledger("Flyway", "schema_version", &["installed_rank", "script", "checksum"], 12),
    ledger("goose", "goose_db_version", &["version_id", "is_applied"], 4),
    ledger("Graphile Migrate", "migrations", &["hash", "previous_hash", "filename", "date"], 4),
    ledger("Graphile Worker", "migrations", &["id", "ts", "breaking"], 3),
    ledger("Knex", "knex_migrations", &["name", "batch", "migration_time"], 4),
    ledger("Knex", "knex_migrations_lock", &["is_locked"], 2),
    ledger("Kysely", "kysely_migration", &["name", "timestamp"], 2),
    ledger("Kysely", "kysely_migration_lock", &["is_locked"], 2),
    ledger("Laravel", "*migrations", &["migration", "batch"], 3),
    ledger("Liquibase", "databasechangelog", &["author", "filename", "md5sum"], 16),
    ledger("Liquibase", "databasechangeloglock", &["locked", "lockgranted", "lockedby"], 4),
    ledger("MikroORM", "mikro_orm_migrations", &["name", "executed_at"], 3),
    ledger("Migratus", "schema_migrations", &["id", "applied", "description"], 3),
    ledger("MyBatis Migrations", "changelog", &["id", "applied_at", "description"], 3),
    ledger("node-pg-migrate", "pgmigrations", &["name", "run_on"], 3),
    ledger("Payload", "payload_migrations", &["name", "batch"], 5),
    ledger("Phinx", "*phinxlog", &["version", "start_time", "end_time"], 5),
    ledger("Play", "play_evolutions", &["hash", "apply_script", "revert_script"], 7),
    ledger("Prisma", "_prisma_migrations", &["checksum", "migration_name", "applied_steps_count"], 8),
    Ledger { is_record: false, ..ledger("Rails", "ar_internal_metadata", &["key", "value"], 4) },
    ledger("refinery", "refinery_schema_history", &["version", "name", "checksum"], 4),
    ledger("SeaORM", "seaql_migrations", &["version", "applied_at"], 2),
    ledger("Sequel", "schema_info", &["version"], 1),
    ledger("Sequel", "schema_migrations", &["filename"], 1),
    ledger("Sequelize", "sequelizemeta", &["name"], 3),
    ledger("South", "south_migrationhistory", &["app_name", "migration", "applied"], 4),
    ledger("sql-migrate", "gorp_migrations", &["id", "applied_at"], 2),
    ledger("Sqitch", "changes", &["change_id", "script_hash", "planner_name"], 12),
    ledger("Sqitch", "dependencies", &["change_id", "dependency", "dependency_id"], 4),
    ledger("Sqitch", "events", &["event", "change_id", "committer_name", "planner_name"], 14),
    ledger("Sqitch", "projects", &["project", "uri", "creator_name"], 5),
    ledger("Sqitch", "releases", &["version", "installed_at", "installer_name"], 4),
    ledger("Sqitch", "tags", &["tag_id", "tag", "change_id", "planner_name"], 11),
    ledger("SQLx", "_sqlx_migrations", &["version", "checksum", "installed_on"], 6),
    ledger("Strapi", "strapi_migrations", &["name", "time"], 3),
    ledger("Supabase", "schema_migrations", &["version", "statements", "name"], 6),
    ledger("tern", "schema_version", &["version"], 1),
    ledger("TypeORM", "migrations", &["timestamp", "name"], 3),
    ledger("TypeORM", "typeorm_metadata", &["type", "database", "schema", "table"], 6),
    ledger("Yii", "migration", &["version", "apply_time"], 2),
    ledger("yoyo", "_yoyo_migration", &["migration_hash", "migration_id"], 3),
    ledger("yoyo", "_yoyo_log", &["migration_hash", "operation"], 8),
    ledger("yoyo", "_yoyo_version", &["version"], 2),
    ledger("yoyo", "yoyo_lock", &["locked", "pid"], 3),
];

/// The tool whose table it is, if it is one's.
pub(super) fn ledger_of(table: &Table) -> Option<&'static Ledger> {
    let name = table.name.name.as_str();
    LEDGERS.iter().find(|known| {
        let has = |column: &&str| table.columns.iter().any(|own| own.name.eq_ignore_ascii_case(column));
        known.is_named(name) && table.columns.len() <= known.most && known.columns.iter().all(has)
    })
}

impl Ledger {
    /// Whether its tool would give a table that name.
    fn is_named(&self, name: &str) -> bool {
        let (known, name) = (self.table.as_bytes(), name.as_bytes());
        match known {
            [b'*', end @ ..] => {
                name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
            }
            _ => name.eq_ignore_ascii_case(known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seedbed_schema_model::{Column, SqlType};

    fn table(name: &str, columns: &[&str]) -> Table {
        let mut table = Table::new(None, name);
        table.columns.extend(columns.iter().map(|c| Column::new(c, SqlType::TEXT)));
        table
    }

    #[test]
    fn a_ledger_is_known_by_its_name_and_its_columns() {
        let tool = |name: &str, columns: &[&str]| ledger_of(&table(name, columns)).map(|l| l.tool);
        assert_eq!(tool("migrations", &["id", "migration", "batch"]), Some("Laravel"));
        assert_eq!(tool("wp_migrations", &["id", "migration", "batch"]), Some("Laravel"));
        assert_eq!(tool("migrations", &["id", "timestamp", "name"]), Some("TypeORM"));
        assert_eq!(tool("migrations", &["id", "bird", "from_place", "to_place"]), None);
        assert_eq!(tool("schema_migrations", &["version", "dirty"]), Some("golang-migrate"));
        assert_eq!(
            tool("__EFMigrationsHistory", &["MigrationId", "ProductVersion"]),
            Some("Entity Framework")
        );
        assert_eq!(tool("schema_version", &["id", "stage_one"]), None);
        assert_eq!(tool("tags", &["id", "name"]), None);
    }
}
