//! Cross-crate suites, one module a subject.

mod architecture;
mod catalog;
mod catalog_compare;
mod catalog_mariadb;
mod catalog_model;
mod catalog_model_type;
mod catalog_postgres;
mod catalog_postgres_type;
mod catalog_sqlite;
mod catalog_sqlite_check;
mod catalog_table;
mod corpus;
mod corpus_parse;
mod export_bundle;
mod export_folder;
mod hand_made;
mod load_harness;
mod load_postgres;
mod load_sqlite;
mod servers;
