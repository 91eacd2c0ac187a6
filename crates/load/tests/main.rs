//! Connecting to databases, from the outside. One module a subject.

#![cfg(all(feature = "mysql", feature = "postgres", feature = "sqlite"))]

mod loading;
mod logins;
#[cfg(unix)]
mod own_servers;
#[cfg(unix)]
mod tls_mysql;
#[cfg(unix)]
mod tls_postgres;
