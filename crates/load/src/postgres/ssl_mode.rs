//! `sslmode` as libpq has it.

use crate::settings::Settings;
use postgres::config::SslMode as Encryption;

/// How far a connection is to be encrypted, and what of the server's certificate is checked.
///
/// Source: PostgreSQL's documentation, "SSL Mode Descriptions" of libpq.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SslMode {
    /// Never.
    Disable,
    /// Only when the server wants it.
    Allow,
    /// When the server can.
    Prefer,
    /// Always; a certificate is checked as for `VerifyCa` where there is a file of root certificates.
    Require,
    /// Always, and somebody who is trusted has signed the certificate.
    VerifyCa,
    /// The same, and it is the certificate of this host.
    VerifyFull,
}

impl SslMode {
    /// The one that is asked for. `sslrootcert=system` means the strictest.
    pub(super) fn of(settings: &Settings<'_>) -> Self {
        let default = if settings.get("sslrootcert") == Some("system") { "verify-full" } else { "prefer" };
        match &*settings.get("sslmode").unwrap_or(default).to_ascii_lowercase() {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => Self::Prefer,
        }
    }

    /// What is tried, one after the other.
    pub(super) fn attempts(self) -> &'static [Encryption] {
        match self {
            Self::Disable => &[Encryption::Disable],
            Self::Allow => &[Encryption::Disable, Encryption::Require],
            Self::Prefer => &[Encryption::Prefer, Encryption::Disable],
            Self::Require | Self::VerifyCa | Self::VerifyFull => &[Encryption::Require],
        }
    }
}
