//! No login is shown, wherever a URL is given and however it is written.

use crate::workdir::{Ran, Workdir};

const USER: &str = "walterwhite";
const PASSWORD: &str = "Tr0ub4dor";

/// What is written for a database; nobody listens on port 1.
const URLS: [&str; 36] = [
    "postgres://walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "postgresql://walterwhite:Tr0ub4dor@127.0.0.1:1/shop?sslmode=require",
    "POSTGRES://walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://:Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:a/Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:Tr0ub4dor/a@127.0.0.1:1/shop",
    "postgres://walterwhite:a?Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:a#Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:a@Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:a%Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:a%20Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:a Tr0ub4dor@127.0.0.1:1/shop",
    "postgres://walterwhite:Tr0ub4dor@127.0.0.1:1,127.0.0.1:1/shop",
    "postgres://127.0.0.1:1/shop?user=walterwhite&password=Tr0ub4dor",
    "postgres://127.0.0.1:1/shop?sslpassword=Tr0ub4dor",
    "postgres://127.0.0.1:1/shop&password=Tr0ub4dor",
    "postgres://127.0.0.1:1/shop;password=Tr0ub4dor",
    "postgres://127.0.0.1:1/shop%3Fpassword=Tr0ub4dor",
    "postgres://127.0.0.1:1/shop?sslmode=verify-ca&sslrootcert=/no/password=Tr0ub4dor",
    "postgress://walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "postgres:/walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "postgres:walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "postgres//walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "postgres%3A%2F%2Fwalterwhite%3ATr0ub4dor%40127.0.0.1%3A1%2Fshop",
    " postgres://walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "mysql://walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "mariadb://walterwhite:Tr0ub4dor@127.0.0.1:1/shop?ssl-mode=REQUIRED",
    "mysql://walterwhite:Tr0ub4dor@127.0.0.1:1",
    "mssql://walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "jdbc:postgresql://127.0.0.1:1/shop?user=walterwhite&password=Tr0ub4dor",
    "jdbc:sqlserver://127.0.0.1:1;user=walterwhite;password=Tr0ub4dor",
    "walterwhite:Tr0ub4dor@127.0.0.1:1/shop",
    "host=127.0.0.1 port=1 user=walterwhite password=Tr0ub4dor dbname=shop",
    "postgres:host=127.0.0.1 user=walterwhite password='Tr0ub4dor'",
    "Server=127.0.0.1;User Id=walterwhite;Password=Tr0ub4dor;",
    "sqlite://walterwhite:Tr0ub4dor@127.0.0.1/shop.db",
];

fn nothing_is_shown(ran: &Ran, arguments: &[&str]) {
    let told = format!("{}{}", ran.stdout, ran.stderr);
    for secret in [USER, PASSWORD] {
        assert!(!told.to_lowercase().contains(&secret.to_lowercase()), "{arguments:?}\n{told}");
    }
    assert!(ran.stderr.starts_with("error["), "a code: {arguments:?}\n{told}");
    assert!(ran.stderr.contains("= help: "), "a next step: {arguments:?}\n{told}");
    assert_ne!(ran.code, 0, "{arguments:?}");
}

#[test]
fn a_target_is_told_without_its_login() {
    let workdir = Workdir::with_schema("CREATE TABLE genre (id int PRIMARY KEY);");
    for url in URLS {
        let arguments = ["generate", "schema.sql", "--rows", "3", "--report", "report.json", "--to", url];
        let ran = workdir.run_with(arguments);
        nothing_is_shown(&ran, &arguments);
        assert!(ran.stderr.starts_with("error[load-"), "{url}\n{}", ran.stderr);
        assert!(!workdir.path("report.json").exists(), "{url}");
    }
}

#[test]
fn a_url_where_a_file_or_a_name_is_wanted_is_not_repeated() {
    let workdir = Workdir::with_schema("CREATE TABLE genre (id int PRIMARY KEY);");
    for (at, url) in URLS.into_iter().enumerate() {
        // Each goes to some of the places, so that each place has each kind.
        let generate = ["generate", "schema.sql", "--dialect", "sqlite"];
        let places: [&[&str]; 8] = [
            &[generate.as_slice(), &["--out", url]].concat(),
            &["inspect", url],
            &[generate.as_slice(), &["--zip", url]].concat(),
            &["preview", "schema.sql", url],
            &["datasets", "list", "--store", url],
            &[generate.as_slice(), &["--out", "data", "--report", url]].concat(),
            &[generate.as_slice(), &["--save", url, "--store", url]].concat(),
            &["check", "schema.sql", "--data", url],
        ];
        for place in [at % 8, (at + 1) % 8, 0, 1] {
            let ran = workdir.run_with(places[place].iter().copied());
            nothing_is_shown(&ran, places[place]);
            assert_eq!(ran.code, 2, "{}", ran.stderr);
            assert!(ran.stderr.starts_with("error[misplaced-url]"), "{}", ran.stderr);
        }
    }
    let left: Vec<_> =
        std::fs::read_dir(workdir.path(".")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["schema.sql"], "nothing is made");
}

#[test]
fn what_clap_would_quote_is_not_repeated() {
    let workdir = Workdir::with_schema("CREATE TABLE genre (id int PRIMARY KEY);");
    let url = URLS[0];
    let flag = format!("--{url}");
    let wrong: [&[&str]; 7] = [
        &[url],
        &["generate", "schema.sql", "--null", "--dialect", url],
        &["generate", "schema.sql", "--null", "--rows", url],
        &["generate", "schema.sql", "--null", "--part", url],
        &["generate", "schema.sql", "--null", &flag],
        &["datasets", url],
        &["serve", "--port", url],
    ];
    for arguments in wrong {
        nothing_is_shown_of_usage(&workdir.run_with(arguments.iter().copied()), arguments);
    }
    for (variable, arguments) in [
        ("SEEDBED_STORE", ["datasets", "list"].as_slice()),
        ("SEEDBED_STORE", &["serve"]),
        ("PORT", &["serve"]),
        ("HOST", &["serve"]),
    ] {
        let ran = workdir.run_in(&[(variable, url)], arguments.iter().copied());
        nothing_is_shown_of_usage(&ran, arguments);
    }
    let help = workdir.run_in(&[("SEEDBED_STORE", url)], ["datasets", "--help"]);
    assert!(!format!("{help:?}").contains(PASSWORD), "{help:?}");
}

fn nothing_is_shown_of_usage(ran: &Ran, arguments: &[&str]) {
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!told.contains(USER) && !told.contains(PASSWORD), "{arguments:?}\n{told}");
    assert!(ran.stderr.starts_with("error["), "{arguments:?}\n{told}");
    assert!([2, 3].contains(&ran.code), "{arguments:?}\n{told}");
}

/// Which are not taken for URLs, though they have what those have.
#[test]
fn names_of_files_and_tables_are_what_they_are() {
    let workdir = Workdir::with_schema("CREATE TABLE password (id int PRIMARY KEY);");
    workdir.write("a:b@c.sql", "CREATE TABLE genre (id int PRIMARY KEY);");
    workdir.run_ok("inspect a:b@c.sql --dialect sqlite");
    let ran = workdir.run_ok("generate schema.sql --dialect sqlite --table password=3 --out data");
    assert!(ran.stderr.contains("3 rows"), "{}", ran.stderr);
}

#[test]
fn variables_of_the_environment_are_told_by_name_and_value() {
    let workdir = Workdir::with_schema("CREATE TABLE genre (id int PRIMARY KEY);");
    let generate = ["generate", "schema.sql", "--to"];
    for (url, variable, value) in [
        ("postgres://127.0.0.1/shop", "PGPORT", "54e2"),
        ("postgres://127.0.0.1:1/shop", "PGCONNECT_TIMEOUT", "soon"),
        ("postgres://127.0.0.1:1/shop", "PGSSLMODE", "on"),
        ("mysql://127.0.0.1/shop", "MYSQL_TCP_PORT", "mysql"),
    ] {
        let ran = workdir.run_in(&[(variable, value)], generate.into_iter().chain([url]));
        assert_eq!(ran.code, 4, "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error[load-variable]"), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(variable) && ran.stderr.contains(&format!("`{value}`")),
            "{}",
            ran.stderr
        );
    }
}
