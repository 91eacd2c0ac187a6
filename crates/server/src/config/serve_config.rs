//! All that the server is told.

use super::advisor_config::AdvisorConfig;
use super::log_format::LogFormat;
use super::secret::Secret;
use seedbed_service::{RequestLimits, ServiceOptions};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;
use tracing::level_filters::LevelFilter;

/// All that the server is told. [`OPTIONS`](super::OPTIONS) says what each field means and what it is by default.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the table of options documents them, once")]
pub struct ServeConfig {
    pub host: String,
    pub port: u16,
    pub port_fallback: bool,
    pub store: PathBuf,
    pub log_level: LevelFilter,
    pub log_format: LogFormat,
    pub api_token: Option<Secret>,
    pub cors_origins: Vec<String>,
    pub allowed_hosts: Vec<String>,
    pub trusted_proxies: usize,
    pub max_concurrent_jobs: usize,
    pub max_queued_jobs: usize,
    pub job_timeout: Duration,
    pub chunk_size: usize,
    pub threads: usize,
    pub max_ddl_bytes: u64,
    pub max_instruction_chars: usize,
    pub max_tables: usize,
    pub max_table_rows: u64,
    pub max_job_rows: u64,
    pub max_query_bytes: u64,
    pub max_page_rows: u64,
    pub rate_limit: u32,
    pub generation_rate_limit: u32,
    pub max_connections: usize,
    pub max_requests: usize,
    pub header_timeout: Duration,
    pub body_timeout: Duration,
    pub request_timeout: Duration,
    pub grace_period: Duration,
    pub advisor: AdvisorConfig,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 4000,
            port_fallback: false,
            store: PathBuf::from("./seedbed-data"),
            log_level: LevelFilter::INFO,
            log_format: LogFormat::Text,
            api_token: None,
            cors_origins: Vec::new(),
            allowed_hosts: Vec::new(),
            trusted_proxies: 0,
            max_concurrent_jobs: 3,
            max_queued_jobs: 100,
            job_timeout: Duration::from_secs(600),
            chunk_size: 50,
            threads: 0,
            max_ddl_bytes: 2 << 20,
            max_instruction_chars: 4_000,
            max_tables: 2_000,
            max_table_rows: 10_000,
            max_job_rows: 1_000_000,
            max_query_bytes: 16 << 10,
            max_page_rows: 1_000,
            rate_limit: 60,
            generation_rate_limit: 10,
            max_connections: 1_024,
            max_requests: 128,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            grace_period: Duration::from_secs(10),
            advisor: AdvisorConfig::default(),
        }
    }
}

impl ServeConfig {
    /// Whether only this machine can reach the host.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    /// How the service below has to work.
    pub fn service_options(&self) -> ServiceOptions {
        let usual = ServiceOptions::default();
        ServiceOptions {
            max_jobs: self.max_concurrent_jobs,
            queue: self.max_queued_jobs,
            job_time: self.job_timeout,
            chunk_rows: self.chunk_size,
            show_values: self.advisor.show_values,
            threads: if self.threads == 0 { usual.threads } else { self.threads },
            limits: RequestLimits {
                ddl_bytes: bytes(self.max_ddl_bytes),
                instruction_chars: self.max_instruction_chars,
                tables: self.max_tables,
                table_rows: self.max_table_rows,
                job_rows: self.max_job_rows,
                query_bytes: bytes(self.max_query_bytes),
                page_rows: self.max_page_rows,
                ask_time: self.advisor.timeout,
                ..usual.limits
            },
            ..usual
        }
    }
}

fn bytes(size: u64) -> usize {
    size.try_into().unwrap_or(usize::MAX)
}
