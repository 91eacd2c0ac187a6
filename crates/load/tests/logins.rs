//! No user and no password comes into anything that is told, however odd the URL is.

use crate::loading::loaded;
use seedbed_load::{DatabaseTarget, LoadError};
use std::error::Error;
use std::fmt::Write as _;

const USER: &str = "walterwhite";

/// Two parts of a password, long enough to be found in whatever is told, and what may stand between them.
const PARTS: [&str; 2] = ["S3cr3tLeft", "R1ghtH4nd"];

const BETWEEN: [&str; 24] = [
    "", "@", "/", "?", "#", ":", "%", "%4", "%40", "%2540", " ", "&", "=", ";", ",", "\\", "\"", "'", "[",
    "]", "+", "é", "://", "@@",
];

/// URLs in all shapes: `{u}` is the user, `{p}` the password. Nobody listens on port 1.
const SHAPES: [&str; 44] = [
    // As they should be.
    "postgres://{u}:{p}@127.0.0.1:1/shop",
    "postgresql://{u}:{p}@127.0.0.1:1/shop?sslmode=require",
    "POSTGRES://{u}:{p}@127.0.0.1:1/shop",
    "postgres://:{p}@127.0.0.1:1/shop",
    "postgres://{p}@127.0.0.1:1/shop",
    "postgres://{u}:{p}@127.0.0.1:1,127.0.0.1:1/shop",
    "postgres://{u}:{p}@[::1]:1/shop",
    "postgres://{u}:{p}@/shop?host=/no/such/folder",
    "postgres://127.0.0.1:1/shop?user={u}&password={p}",
    "postgres:///shop?host=127.0.0.1&port=1&password={p}&user={u}",
    "postgres://127.0.0.1:1/shop?sslmode=verify-full&password={p}",
    "mysql://{u}:{p}@127.0.0.1:1/shop",
    "mariadb://{u}:{p}@127.0.0.1:1/shop?ssl-mode=REQUIRED",
    "mysql://{u}:{p}@127.0.0.1:1/shop?ssl-mode=VERIFY_IDENTITY&ssl-ca={p}",
    "mysql://{u}:{p}@localhost/shop?socket=/no/such.sock",
    "mysql://127.0.0.1:1/shop?user={u}&password={p}",
    // Parameters that nobody knows, or with wrong values.
    "postgres://127.0.0.1:1/shop?sslpassword={p}",
    "postgres://127.0.0.1:1/shop?{p}",
    "postgres://127.0.0.1:1/shop?{p}=1",
    "postgres://127.0.0.1:1/shop?sslmode={p}",
    "postgres://127.0.0.1:1/shop?connect_timeout={p}",
    "mysql://127.0.0.1:1/shop?passwd={p}",
    "mysql://127.0.0.1:1/shop?ssl-mode={p}",
    // Misspelt, and of other products.
    "postgress://{u}:{p}@127.0.0.1:1/shop",
    "postgres:/{u}:{p}@127.0.0.1:1/shop",
    "postgres:{u}:{p}@127.0.0.1:1/shop",
    "postgres//{u}:{p}@127.0.0.1:1/shop",
    "postgres:\\\\{u}:{p}@127.0.0.1:1/shop",
    " postgres://{u}:{p}@127.0.0.1:1/shop",
    "mssql://{u}:{p}@127.0.0.1:1/shop",
    "jdbc:postgresql://127.0.0.1:1/shop?user={u}&password={p}",
    "jdbc:sqlserver://127.0.0.1:1;user={u};password={p}",
    "{u}:{p}@127.0.0.1:1/shop",
    "{p}@127.0.0.1:1/shop",
    "{p}",
    // Strings of pairs.
    "host=127.0.0.1 port=1 user={u} password={p} dbname=shop",
    "postgres:host=127.0.0.1 user={u} password='{p}'",
    "postgres://host=127.0.0.1 user={u} password={p}",
    "Server=127.0.0.1;User Id={u};Password={p};",
    // Without what ends the password, or with it where it doesn't belong.
    "postgres://{u}:{p}",
    "postgres://127.0.0.1:{p}/shop",
    "postgres://127.0.0.1:1/shop&password={p}",
    "postgres://127.0.0.1:1/shop;password={p}",
    "sqlite://{u}:{p}@127.0.0.1/shop.db",
];

/// All that an error tells: itself, its causes and its hint, for people and for developers.
fn told(error: &LoadError) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n{}\n", error.hint().unwrap_or_default());
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, "{error}\n{error:?}\n").expect("a string takes all");
        cause = error.source();
    }
    text
}

/// Escapes of what a URL can't hold as it is.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |escaped, byte| match byte {
        byte if byte.is_ascii_alphanumeric() => escaped + &char::from(byte).to_string(),
        byte => escaped + &format!("%{byte:02X}"),
    })
}

fn urls() -> Vec<String> {
    let mut urls = Vec::new();
    for between in BETWEEN {
        let password = PARTS.join(between);
        for shape in SHAPES {
            // That what follows an `@` is no host can't be known.
            if ["postgres://{u}:{p}", "postgres://127.0.0.1:{p}/shop"].contains(&shape)
                && between.contains('@')
            {
                continue;
            }
            for password in [password.clone(), escaped(&password)] {
                urls.push(shape.replace("{u}", USER).replace("{p}", &password));
            }
        }
    }
    urls.sort();
    urls.dedup();
    urls
}

#[test]
fn nothing_of_a_login_is_told() {
    let urls = urls();
    assert!(urls.len() > 1_000, "{}", urls.len());
    let mut refused = 0;
    for url in urls {
        let mut text = String::new();
        let error = match url.parse::<DatabaseTarget>() {
            Ok(target) => {
                write!(text, "{target}\n{target:?}\n{:?}\n", target.shown()).expect("a string takes all");
                loaded(&target).expect_err("nobody is there")
            }
            Err(error) => {
                refused += 1;
                error
            }
        };
        text += &told(&error);
        let lower = text.to_lowercase();
        for secret in PARTS.into_iter().chain([USER]) {
            assert!(!lower.contains(&secret.to_lowercase()), "{url}\n{text}");
        }
        assert!(error.code().starts_with("load-") && error.hint().is_some(), "{url}\n{text}");
    }
    assert!(refused > 500, "{refused}");
}

/// Once more by hand, with the code that each ends in.
#[test]
fn each_way_to_be_wrong_has_its_code() {
    let want = [
        ("postgres://me:hunter2@127.0.0.1:1/shop", "load-connect"),
        ("postgres://me:hunter2@no-such-host.invalid/shop", "load-connect"),
        ("postgres://me:hun/ter2@127.0.0.1:1/shop", "load-url"),
        ("postgress://me:hunter2@127.0.0.1:1/shop", "load-url"),
        ("mssql://me:hunter2@127.0.0.1:1/shop", "load-unsupported-target"),
        ("jdbc:postgresql://127.0.0.1:1/shop?password=hunter2", "load-unsupported-target"),
        ("host=127.0.0.1 password=hunter2", "load-url"),
        ("postgres://127.0.0.1:1/shop?sslmode=verify-ca&sslrootcert=/no/hunter2", "load-tls"),
        ("postgres://127.0.0.1:1/shop?sslcert=/no/hunter2", "load-tls"),
        ("postgres://me:hunter2@127.0.0.1:1/shop?sslnegotiation=direct", "load-tls"),
        ("postgres://me:hunter2@127.0.0.1:1/shop?channel_binding=require", "load-tls"),
        ("mysql://me:hunter2@127.0.0.1:1/shop?ssl-mode=VERIFY_CA&ssl-ca=x", "load-tls"),
        ("mysql://me:hunter2@127.0.0.1:1/", "load-url"),
        ("sqlite:shop.db?password=hunter2", "load-url"),
    ];
    for (url, code) in want {
        let error = match url.parse::<DatabaseTarget>() {
            Ok(target) => loaded(&target).expect_err(url),
            Err(error) => error,
        };
        assert_eq!(error.code(), code, "{url}: {error}");
        let told = told(&error);
        assert!(!told.contains("hunter2") && !told.contains("ter2"), "{told}");
    }
}
