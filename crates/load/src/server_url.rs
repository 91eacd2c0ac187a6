//! The URL of a database on a server, taken apart.
//!
//! It is read here and not by the clients' libraries: those tell in their errors what they could not read, and what can't
//! be read may be a password.

use crate::parameter::Parameter;
use crate::{LoadError, ShownTarget, UrlFault};
use seedbed_schema_model::Dialect;
use std::collections::BTreeMap;
use std::fmt;

/// The URL of a database on a server: `scheme://user:password@host:port/database?name=value`.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    shown: ShownTarget,
    /// What is said, by the name of the parameter, decoded.
    given: BTreeMap<&'static str, String>,
}

impl ServerUrl {
    /// Reads what stands behind `scheme:`.
    pub(crate) fn parse(scheme: &str, rest: &str, dialect: Dialect) -> Result<Self, LoadError> {
        given(rest, dialect)
            .map(|given| Self { shown: shown(scheme, &given), given })
            .map_err(|fault| LoadError::Url { target: ShownTarget::scheme(scheme), fault })
    }

    /// What may be told of it.
    pub(crate) fn shown(&self) -> &ShownTarget {
        &self.shown
    }

    /// What it says for a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({})", self.shown)
    }
}

/// Whether it is `key=value` pairs, as libpq takes them beside URLs.
pub(crate) fn is_connection_string(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ' ';
    text.split_once('=').is_some_and(|(key, _)| !key.trim().is_empty() && key.chars().all(is_word))
}

fn given(rest: &str, dialect: Dialect) -> Result<BTreeMap<&'static str, String>, UrlFault> {
    let Some(rest) = rest.strip_prefix("//") else {
        let is_pairs = is_connection_string(rest);
        return Err(if is_pairs { UrlFault::ConnectionString } else { UrlFault::NoAuthority });
    };
    if rest.contains(|c: char| c.is_whitespace() || c.is_control() || c == '#') {
        return Err(UrlFault::Reserved);
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = place.split_once('/').unwrap_or((place, ""));
    let (login, hosts) = match authority.rsplit_once('@') {
        Some((login, hosts)) => (Some(login), hosts),
        None => (None, authority),
    };
    // A `/` or a `?` of a password ends what is taken for the host: an `@` that comes later tells.
    if path.contains(['@', '/', ':']) || query.contains(['@', '?']) {
        return Err(UrlFault::Reserved);
    }
    let mut given = BTreeMap::new();
    if let Some(login) = login {
        let (user, password) = login.split_once(':').map_or((login, None), |(user, p)| (user, Some(p)));
        if !user.is_empty() {
            given.insert("user", decoded(user)?);
        }
        if let Some(password) = password {
            given.insert("password", decoded(password)?);
        }
    }
    authority_of(hosts, &mut given)?;
    if !path.is_empty() {
        given.insert("dbname", decoded(path)?);
    }
    parameters(query, dialect, &mut given)?;
    checked(given, dialect)
}

/// The hosts and their ports, each list apart as libpq has them.
fn authority_of(hosts: &str, given: &mut BTreeMap<&'static str, String>) -> Result<(), UrlFault> {
    if hosts.is_empty() {
        return Ok(());
    }
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for host in hosts.split(',') {
        let (name, port) = match host.strip_prefix('[') {
            Some(address) => {
                let (address, behind) = address.split_once(']').ok_or(UrlFault::Host)?;
                if address.parse::<std::net::Ipv6Addr>().is_err() {
                    return Err(UrlFault::Host);
                }
                match behind.strip_prefix(':') {
                    None if !behind.is_empty() => return Err(UrlFault::Host),
                    port => (address, port.unwrap_or_default()),
                }
            }
            None => host.split_once(':').unwrap_or((host, "")),
        };
        names.push(decoded(name)?);
        ports.push(port);
    }
    if names.iter().any(|name| !name.is_empty()) {
        given.insert("host", names.join(","));
    }
    if ports.iter().any(|port| !port.is_empty()) {
        given.insert("port", ports.join(","));
    }
    Ok(())
}

fn parameters(
    query: &str,
    dialect: Dialect,
    given: &mut BTreeMap<&'static str, String>,
) -> Result<(), UrlFault> {
    for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        let unknown = UrlFault::UnknownParameter { position: index + 1, dialect };
        let (name, value) = pair.split_once('=').ok_or_else(|| unknown.clone())?;
        let parameter = Parameter::named(dialect, &decoded(name)?).ok_or(unknown)?;
        given.insert(parameter.name, decoded(value)?);
    }
    Ok(())
}

/// Holds that every value is one of its parameter's, and that what is shown of a URL is what it is taken for.
fn checked(
    given: BTreeMap<&'static str, String>,
    dialect: Dialect,
) -> Result<BTreeMap<&'static str, String>, UrlFault> {
    let wrong = |parameter: &&Parameter| given.get(parameter.name).is_some_and(|v| !parameter.values.hold(v));
    if let Some(wrong) = Parameter::all(dialect).iter().find(wrong) {
        return Err(match wrong.name {
            "port" => UrlFault::Port,
            name => UrlFault::Parameter { name, values: wrong.values.told() },
        });
    }
    let hosts: Vec<&str> = given.get("host").map(|hosts| hosts.split(',').collect()).unwrap_or_default();
    if !hosts.iter().all(|host| is_host(host)) {
        return Err(UrlFault::Host);
    }
    if given.get("dbname").is_some_and(|name| !is_database(name)) {
        return Err(UrlFault::DatabaseName);
    }
    if dialect == Dialect::MySql {
        if hosts.len() > 1 || given.get("port").is_some_and(|port| port.contains(',')) {
            return Err(UrlFault::SeveralHosts);
        }
        if given.get("dbname").is_none_or(String::is_empty) {
            return Err(UrlFault::NoDatabase);
        }
        let is_here = hosts.iter().all(|host| host.is_empty() || host.eq_ignore_ascii_case("localhost"));
        if given.contains_key("socket") && !is_here {
            return Err(UrlFault::SocketOfHost);
        }
    }
    Ok(given)
}

/// A name, an address, or the folder of a socket.
fn is_host(host: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    match host.strip_prefix('/') {
        Some(folder) => folder.chars().all(|c| is_name(c) || "/+~".contains(c)),
        None => host.chars().all(is_name) || host.parse::<std::net::Ipv6Addr>().is_ok(),
    }
}

/// What holds a `?`, `=`, `@` and the like is no name of a database but a URL that was put together wrongly.
fn is_database(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || "-_.$~+ ".contains(c))
}

/// Percent-decoded.
fn decoded(text: &str) -> Result<String, UrlFault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        match byte {
            b'%' => {
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                let code = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                bytes.push(code.filter(|code| *code != 0).ok_or(UrlFault::Escape)?);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| UrlFault::Escape)
}

fn shown(scheme: &str, given: &BTreeMap<&'static str, String>) -> ShownTarget {
    let list =
        |name| given.get(name).map(|list: &String| list.split(',').collect::<Vec<_>>()).unwrap_or_default();
    let (mut hosts, ports) = (list("host"), list("port"));
    if hosts.is_empty() {
        hosts = list("hostaddr");
    }
    let port = |at: usize| match ports[..] {
        [one] => Some(one),
        _ => ports.get(at).copied(),
    };
    let mut shown: Vec<String> = Vec::new();
    for (at, host) in hosts.iter().enumerate() {
        let host = match *host {
            socket if socket.starts_with('/') => socket.replace('/', "%2F"),
            address if address.contains(':') => format!("[{address}]"),
            name => name.to_owned(),
        };
        let port = port(at).filter(|port| !port.is_empty());
        shown.push(port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")));
    }
    if let (true, Some(port)) = (hosts.is_empty(), port(0)) {
        shown.push(format!(":{port}"));
    }
    ShownTarget::server(scheme, &shown, given.get("dbname").map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<ServerUrl, UrlFault> {
        let (scheme, rest) = url.split_once(':').expect("a scheme");
        let dialect = if scheme == "mysql" { Dialect::MySql } else { Dialect::Postgres };
        ServerUrl::parse(scheme, rest, dialect).map_err(|error| match error {
            LoadError::Url { fault, .. } => fault,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_url_is_taken_apart() {
        let url =
            read("postgres://me:p%40s%2Fs@a:1,[::1]:2,c/shop?sslmode=require&options=-c%20x%3Dy").unwrap();
        let want = [
            ("user", "me"),
            ("password", "p@s/s"),
            ("host", "a,::1,c"),
            ("port", "1,2,"),
            ("dbname", "shop"),
            ("sslmode", "require"),
            ("options", "-c x=y"),
        ];
        for (name, value) in want {
            assert_eq!(url.get(name), Some(value), "{name}");
        }
        assert_eq!(url.shown().to_string(), "postgres://a:1,[::1]:2,c/shop");
    }

    #[test]
    fn parameters_stand_before_what_the_place_says() {
        let url = read("postgres://a/b?host=/run/postgresql&dbname=c&port=6000").unwrap();
        assert_eq!(url.shown().to_string(), "postgres://%2Frun%2Fpostgresql:6000/c");
        assert_eq!(read("postgres://%2Frun%2Fpostgresql/c").unwrap().get("host"), Some("/run/postgresql"));
        let url = read("mysql:///shop?SSL_MODE=required&socket=/run/mysqld/mysqld.sock").unwrap();
        assert_eq!(
            (url.get("ssl-mode"), url.shown().to_string()),
            (Some("required"), "mysql:///shop".to_owned())
        );
    }

    #[test]
    fn what_is_no_url_is_told_by_its_fault() {
        let want = [
            ("postgres:host=h password=p", UrlFault::ConnectionString),
            ("postgres:me:p@h/d", UrlFault::NoAuthority),
            ("postgres://me:p/w@h/d", UrlFault::Reserved),
            ("postgres://me:p?w@h/d", UrlFault::Reserved),
            ("postgres://me:p#w@h/d", UrlFault::Reserved),
            ("postgres://me:p%zz@h/d", UrlFault::Escape),
            ("postgres://h:secret/d", UrlFault::Port),
            ("postgres://h:0/d", UrlFault::Port),
            ("postgres://h;password=p/d", UrlFault::Host),
            ("postgres://h/d&password=p", UrlFault::DatabaseName),
            ("postgres://h/d%3Fpassword=p", UrlFault::DatabaseName),
            ("mysql://a,b/d", UrlFault::SeveralHosts),
            ("mysql://h", UrlFault::NoDatabase),
            ("mysql://h/d?socket=/s", UrlFault::SocketOfHost),
        ];
        for (url, fault) in want {
            assert_eq!(read(url), Err(fault), "{url}");
        }
        let unknown = read("postgres://h/d?sslmode=require&secret=1").expect_err("no such parameter");
        assert_eq!(unknown, UrlFault::UnknownParameter { position: 2, dialect: Dialect::Postgres });
        let wrong = read("postgres://h/d?sslmode=secret").expect_err("no such mode");
        assert!(
            wrong.to_string().contains("`sslmode`") && wrong.to_string().contains("`verify-full`"),
            "{wrong}"
        );
    }
}
