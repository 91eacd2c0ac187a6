//! Texts that may hold a login though none is asked for there.

/// Whether a text may hold a login: a URL or a connection string that was given for something else, such as the name of a
/// file. What is found so is not shown. It errs on the side of silence: `a:b@c` is one.
pub fn may_hold_login(text: &str) -> bool {
    let mut text = text.to_lowercase();
    // Also of what was encoded as a whole, once or twice.
    for _ in 0..3 {
        if is_login(&text) {
            return true;
        }
        match unescaped(&text) {
            decoded if decoded == text => return false,
            decoded => text = decoded,
        }
    }
    false
}

fn is_login(text: &str) -> bool {
    let names_secret = SECRETS.iter().any(|name| {
        text.match_indices(name).any(|(at, name)| {
            let behind = text[at + name.len()..].trim_start_matches(['"', '\'', ' ']);
            behind.starts_with(['=', ':'])
        })
    });
    let has_login = text.split_once(':').is_some_and(|(_, behind)| behind.contains('@'));
    let begins_so =
        DATABASES.iter().any(|database| text.trim_start().starts_with(database)) && text.contains(':');
    names_secret || has_login || begins_so || text.contains("://") || text.contains(":\\\\")
}

/// With the escapes that there are decoded; what is none, or no ASCII, stays.
fn unescaped(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut parts = text.split('%');
    decoded.extend(parts.next());
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.filter(u8::is_ascii) {
            Some(code) => {
                decoded.push(char::from(code));
                decoded.push_str(&part[2..]);
            }
            None => {
                decoded.push('%');
                decoded.push_str(part);
            }
        }
    }
    decoded.to_lowercase()
}

/// How secrets are called in connection strings.
const SECRETS: [&str; 6] = ["password", "passwd", "passphrase", "pwd", "pass", "secret"];

/// How URLs of databases begin, also with a letter more or less.
const DATABASES: [&str; 12] = [
    "postg",
    "postr",
    "pgsql",
    "psql",
    "mysq",
    "maria",
    "jdbc",
    "mssql",
    "sqlserver",
    "oracle",
    "mongo",
    "redis",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_hold_none() {
        let names = [
            "schema.sql",
            "-",
            "db/2024-01-01T10:00:00.sql",
            "C:\\dumps\\shop.sql",
            "../postgres/schema.sql",
            "a@b.sql",
            "passwords.sql",
            "100%.sql",
            "postgres",
            "2024@10:00.sql",
            "café.sql",
            "%C3%A9.sql",
        ];
        for name in names {
            assert!(!may_hold_login(name), "{name}");
        }
    }

    #[test]
    fn logins_are_found_in_any_dress() {
        let texts = [
            "postgres://h/d",
            "postgress:me:p/w",
            "POSTGRES:x",
            "me:p@h/d",
            "host=h password=p",
            "PWD = p",
            "Server=h;Password='p'",
            "postgres%3A%2F%2Fme%3Ap%40h",
            "postgres%253A%252F%252Fme%253Ap%2540h",
            "jdbc:postgresql:d",
            "https:\\\\me",
        ];
        for text in texts {
            assert!(may_hold_login(text), "{text}");
        }
    }
}
