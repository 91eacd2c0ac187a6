//! The table of options.

use super::option::{ConfigOption, OptionKind};
use super::secret::Secret;
use super::serve_config::ServeConfig;
use super::unit::{parse_bytes, parse_duration, show_bytes, show_duration};

use std::fmt::Write;

/// An option whose field is read by `FromStr` and shown by `Display`.
macro_rules! plain {
    ($key:literal, $variable:literal, $name:literal, $($field:ident).+, $expected:literal, $help:literal) => {
        ConfigOption {
            key: $key,
            variable: $variable,
            kind: OptionKind::Value($name),
            expected: $expected,
            help: $help,
            set: |config, text| text.parse().ok().map(|value| config.$($field).+ = value),
            get: |config| config.$($field).+.to_string(),
        }
    };
}

/// An option that counts something of which there is at least one.
macro_rules! count {
    ($key:literal, $variable:literal, $($field:ident).+, $help:literal) => {
        ConfigOption {
            key: $key,
            variable: $variable,
            kind: OptionKind::Value("N"),
            expected: "a whole number from 1",
            help: $help,
            set: |config, text| {
                text.parse().ok().filter(|count| *count > 0).map(|count| config.$($field).+ = count)
            },
            get: |config| config.$($field).+.to_string(),
        }
    };
}

macro_rules! duration {
    ($key:literal, $variable:literal, $($field:ident).+, $help:literal) => {
        ConfigOption {
            key: $key,
            variable: $variable,
            kind: OptionKind::Value("TIME"),
            expected: "a length of time, such as 90s or 10m",
            help: $help,
            set: |config, text| parse_duration(text).map(|time| config.$($field).+ = time),
            get: |config| show_duration(config.$($field).+),
        }
    };
}

macro_rules! size {
    ($key:literal, $variable:literal, $($field:ident).+, $help:literal) => {
        ConfigOption {
            key: $key,
            variable: $variable,
            kind: OptionKind::Value("SIZE"),
            expected: "a size, such as 2MiB",
            help: $help,
            set: |config, text| {
                parse_bytes(text).filter(|bytes| *bytes > 0).map(|bytes| config.$($field).+ = bytes)
            },
            get: |config| show_bytes(config.$($field).+),
        }
    };
}

macro_rules! list {
    ($key:literal, $variable:literal, $name:literal, $($field:ident).+, $accepts:expr, $expected:literal, $help:literal) => {
        ConfigOption {
            key: $key,
            variable: $variable,
            kind: OptionKind::List($name),
            expected: $expected,
            help: $help,
            set: |config, text| split_list(text, $accepts).map(|list| config.$($field).+ = list),
            get: |config| config.$($field).+.join(","),
        }
    };
}

/// Every option, in the order of the page.
#[rustfmt::skip]
pub const OPTIONS: &[ConfigOption] = &[
    ConfigOption {
        key: "host",
        variable: "HOST",
        kind: OptionKind::Value("HOST"),
        expected: "an address or a name",
        help: "Address to listen on. One that other machines reach needs an API token",
        set: |config, text| (!text.is_empty() && !text.contains(['/', ' '])).then(|| config.host = text.to_owned()),
        get: |config| config.host.clone(),
    },
    plain!("port", "PORT", "PORT", port, "a port, 0 to 65535", "Port to listen on; 0 for one that is free"),
    ConfigOption {
        key: "port-fallback",
        variable: "PORT_FALLBACK",
        kind: OptionKind::Switch,
        expected: "`true` or `false`",
        help: "Take the next free port where the port is taken",
        set: |config, text| text.parse().ok().map(|value| config.port_fallback = value),
        get: |config| config.port_fallback.to_string(),
    },
    ConfigOption {
        key: "store",
        variable: "SEEDBED_STORE",
        kind: OptionKind::Value("FOLDER"),
        expected: "a folder",
        help: "Folder of the datasets and jobs",
        set: |config, text| (!text.is_empty()).then(|| config.store = text.into()),
        get: |config| config.store.display().to_string(),
    },
    plain!("log-level", "LOG_LEVEL", "LEVEL", log_level, "one of off, error, warn, info, debug and trace",
        "How much is logged: off, error, warn, info, debug or trace. Reads that succeed are logged at debug"),
    plain!("log-format", "LOG_FORMAT", "FORMAT", log_format, "`text` or `json`", "Form of the log: text or json"),
    ConfigOption {
        key: "api-token",
        variable: "API_TOKEN",
        kind: OptionKind::Secret("TOKEN"),
        expected: "a token: at least 16 printable ASCII characters without spaces",
        help: "Token that requests carry as `Authorization: Bearer`",
        set: |config, text| is_token(text).then(|| config.api_token = Secret::new(text)),
        get: |_| String::new(),
    },
    list!("cors-origins", "CORS_ORIGINS", "ORIGINS", cors_origins, is_origin,
        "a list of origins such as https://app.example.com, or `*`",
        "Origins whose pages may call the server from a browser"),
    list!("allowed-hosts", "ALLOWED_HOSTS", "HOSTS", allowed_hosts, |name| !name.contains(['/', ' ']),
        "a list of host names",
        "Names by which browsers may call a server that has no token, besides addresses and localhost"),
    plain!("trusted-proxies", "TRUSTED_PROXIES", "N", trusted_proxies, "a whole number",
        "Proxies in front of the server whose X-Forwarded-For is believed"),
    count!("max-concurrent-jobs", "MAX_CONCURRENT_JOBS", max_concurrent_jobs, "Jobs at work at the same time"),
    count!("max-queued-jobs", "MAX_QUEUED_JOBS", max_queued_jobs, "Jobs that may wait for their turn"),
    duration!("job-timeout", "JOB_TIMEOUT", job_timeout, "Time after which a job ends with an error"),
    count!("chunk-size", "CHUNK_SIZE", chunk_size, "Rows that an event of progress carries at most"),
    plain!("threads", "THREADS", "N", threads, "a whole number", "Threads that make rows; 0 for one a processor"),
    size!("max-ddl-bytes", "MAX_DDL_BYTES", max_ddl_bytes, "Size of a script"),
    count!("max-instruction-chars", "MAX_INSTRUCTION_CHARS", max_instruction_chars, "Characters of instructions"),
    count!("max-tables", "MAX_TABLES", max_tables, "Tables of a script"),
    count!("max-table-rows", "MAX_TABLE_ROWS", max_table_rows, "Rows of a table"),
    count!("max-job-rows", "MAX_JOB_ROWS", max_job_rows, "Rows of a job"),
    size!("max-query-bytes", "MAX_QUERY_BYTES", max_query_bytes, "Size of a query"),
    count!("max-page-rows", "MAX_PAGE_ROWS", max_page_rows, "Rows of a page, and of the answer to a query"),
    plain!("rate-limit", "RATE_LIMIT", "N", rate_limit, "a whole number",
        "Requests a minute of one client; 0 for no limit"),
    plain!("generation-rate-limit", "GENERATION_RATE_LIMIT", "N", generation_rate_limit, "a whole number",
        "Generations, changes and questions in words a minute of one client; 0 for no limit"),
    count!("max-connections", "MAX_CONNECTIONS", max_connections, "Connections at the same time, WebSockets among them"),
    count!("max-requests", "MAX_REQUESTS", max_requests,
        "Requests that are answered at the same time; those that wait for a job are not counted"),
    duration!("header-timeout", "HEADER_TIMEOUT", header_timeout, "Time for the head of a request to arrive"),
    duration!("body-timeout", "BODY_TIMEOUT", body_timeout, "Time for each piece of a request's body to arrive"),
    duration!("request-timeout", "REQUEST_TIMEOUT", request_timeout,
        "Time after which an answer has to begin; exports have the job's time, and questions in words the model's besides"),
    duration!("grace-period", "GRACE_PERIOD", grace_period, "Time that running jobs have to finish when the server stops"),
    ConfigOption {
        key: "gemini-api-key",
        variable: "GEMINI_API_KEY",
        kind: OptionKind::Key,
        expected: "a key: printable ASCII characters",
        help: "Key for Gemini. With one, sentences that are no commands are understood, and questions that are not simple",
        set: |config, text| is_key(text).then(|| config.advisor.key = Secret::new(text)),
        get: |_| String::new(),
    },
    ConfigOption {
        key: "gemini-key-file",
        variable: "GEMINI_KEY_FILE",
        kind: OptionKind::Value("FILE"),
        expected: "a file",
        help: "File that holds the key and nothing else; it is read in place of `gemini-api-key`",
        set: |config, text| (!text.is_empty()).then(|| config.advisor.key_file = Some(text.into())),
        get: |config| config.advisor.key_file.as_ref().map_or_else(String::new, |path| path.display().to_string()),
    },
    plain!("gemini-model", "GEMINI_MODEL", "MODEL", advisor.model, "a model's name", "Model that is asked"),
    plain!("gemini-base-url", "GEMINI_BASE_URL", "URL", advisor.base_url, "a URL",
        "Where Gemini is asked: Google, or a proxy in front of it"),
    ConfigOption {
        key: "ai-show-values",
        variable: "AI_SHOW_VALUES",
        kind: OptionKind::Switch,
        expected: "`true` or `false`",
        help: "Let the model see common values of columns that have few, and what the database says of a query that failed on its rows. Otherwise no value of a row leaves the machine",
        set: |config, text| text.parse().ok().map(|value| config.advisor.show_values = value),
        get: |config| config.advisor.show_values.to_string(),
    },
    duration!("ai-timeout", "AI_TIMEOUT", advisor.timeout,
        "Time that a question to the model may take, with all calls that it needs"),
    plain!("ai-tokens-per-job", "AI_TOKENS_PER_JOB", "N", advisor.tokens_per_job, "a whole number",
        "Tokens that one job or question may cost; 0 for no limit"),
    plain!("ai-tokens-per-day", "AI_TOKENS_PER_DAY", "N", advisor.tokens_per_day, "a whole number",
        "Tokens that all of a day of UTC may cost; 0 for no limit"),
    count!("ai-max-output-tokens", "AI_MAX_OUTPUT_TOKENS", advisor.max_output_tokens,
        "Tokens that an answer of the model may have, those of thinking among them"),
    count!("ai-concurrency", "AI_CONCURRENCY", advisor.concurrency, "Calls of the model at the same time"),
];

fn split_list(text: &str, accepts: fn(&str) -> bool) -> Option<Vec<String>> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| accepts(part).then(|| part.to_owned())).collect()
}

/// A scheme, a host and perhaps a port, as browsers send it; no path.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |host: &str| !host.is_empty() && host.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    text == "*" || host.is_some_and(plain)
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

fn is_token(text: &str) -> bool {
    text.len() >= 16 && text.bytes().all(|b| b.is_ascii_graphic())
}

/// The options as the table of a Markdown page.
pub fn reference_page() -> String {
    let defaults = ServeConfig::default();
    let mut page =
        "| flag | environment | `[server]` | default | what it is |\n|---|---|---|---|---|\n".to_owned();
    for option in OPTIONS {
        let (key, variable, help) = (option.key, option.variable, option.help);
        let default = (option.get)(&defaults);
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        let flag = match option.kind {
            OptionKind::Key => "none".to_owned(),
            OptionKind::Switch => format!("`--{key}`"),
            OptionKind::Value(name) | OptionKind::List(name) | OptionKind::Secret(name) => {
                format!("`--{key} {name}`")
            }
        };
        let _ = writeln!(page, "| {flag} | `{variable}` | `{key}` | {default} | {help}. |");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_name_stands_twice() {
        for name in [|o: &ConfigOption| o.key, |o: &ConfigOption| o.variable] {
            let names: BTreeSet<_> = OPTIONS.iter().map(name).collect();
            assert_eq!(names.len(), OPTIONS.len());
        }
    }

    #[test]
    fn what_an_option_shows_sets_it() {
        let defaults = ServeConfig::default();
        for option in OPTIONS {
            let shown = (option.get)(&defaults);
            let mut config = defaults.clone();
            if !shown.is_empty() {
                assert_eq!((option.set)(&mut config, &shown), Some(()), "{}", option.key);
            }
            assert_eq!(config, defaults, "{}", option.key);
        }
    }

    #[test]
    fn options_of_the_advisor_are_told_by_their_names() {
        for option in OPTIONS {
            let mut config = ServeConfig::default();
            let text = match option.kind {
                OptionKind::Switch => "true",
                _ => "7",
            };
            let is_set = (option.set)(&mut config, text).is_some();
            let changes = config.advisor != ServeConfig::default().advisor;
            assert_eq!(is_set && changes, option.is_of_advisor() && is_set, "{}", option.key);
        }
        assert_eq!(OPTIONS.iter().filter(|option| option.is_of_advisor()).count(), 10);
    }

    #[test]
    fn lists_are_cut_at_commas() {
        let mut config = ServeConfig::default();
        let origins = OPTIONS.iter().find(|o| o.key == "cors-origins").expect("an option");
        assert_eq!((origins.set)(&mut config, "https://a.test, http://localhost:3000"), Some(()));
        assert_eq!(config.cors_origins, ["https://a.test", "http://localhost:3000"]);
        for text in ["a.test", "https://a.test/path", "https://"] {
            assert_eq!((origins.set)(&mut config, text), None, "{text}");
        }
    }
}
