//! `ssl-mode` as MySQL's clients have it.

use crate::settings::Settings;
use crate::{LoadError, TlsFault};
use mysql::{ClientIdentity, SslOpts};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::PathBuf;

/// How far a connection is to be encrypted, and what of the server's certificate is checked.
///
/// Source: MySQL's manual, "Command Options for Encrypted Connections".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SslMode {
    /// Never.
    Disabled,
    /// When the server can.
    Preferred,
    /// Always.
    Required,
    /// Always, and somebody who is trusted has signed the certificate.
    VerifyCa,
    /// The same, and it is the certificate of this host.
    VerifyIdentity,
}

impl SslMode {
    /// The one that is asked for. With a certificate to trust and no mode it is `VERIFY_CA`, as the manual has it.
    pub(super) fn of(settings: &Settings<'_>) -> Self {
        let default = if settings.get("ssl-ca").is_some() { "VERIFY_CA" } else { "PREFERRED" };
        match &*settings.get("ssl-mode").unwrap_or(default).to_ascii_uppercase() {
            "DISABLED" => Self::Disabled,
            "REQUIRED" => Self::Required,
            "VERIFY_CA" => Self::VerifyCa,
            "VERIFY_IDENTITY" => Self::VerifyIdentity,
            _ => Self::Preferred,
        }
    }

    /// What the client's library is told; `None` for a connection in clear.
    ///
    /// # Errors
    /// [`LoadError::Tls`].
    pub(super) fn options(
        self,
        settings: &Settings<'_>,
        by_socket: bool,
    ) -> Result<Option<SslOpts>, LoadError> {
        let fail = |fault, source| Err(LoadError::Tls { target: settings.shown(), fault, source });
        let setting = "ssl-mode";
        match self {
            Self::Disabled => return Ok(None),
            Self::Preferred if by_socket => return Ok(None),
            _ if by_socket => {
                return fail(TlsFault::Unsupported { setting, why: "sockets are not encrypted" }, None);
            }
            // The library trusts all public authorities beside the file, so that a signature alone proves nothing.
            Self::VerifyCa => {
                let why = "a certificate is checked together with its host, by `VERIFY_IDENTITY`";
                return fail(TlsFault::Unsupported { setting, why }, None);
            }
            Self::VerifyIdentity if settings.get("ssl-ca").is_none() => {
                return fail(TlsFault::NoRoots { setting: "ssl-ca" }, None);
            }
            Self::Preferred | Self::Required | Self::VerifyIdentity => {}
        }
        // The library takes the provider that a process has.
        if CryptoProvider::get_default().is_none() {
            // Somebody else may have been faster, and then there is one all the same.
            let _ = ring::default_provider().install_default();
        }
        let is_checked = self == Self::VerifyIdentity;
        let mut ssl = SslOpts::default()
            .with_danger_accept_invalid_certs(!is_checked)
            .with_danger_skip_domain_validation(!is_checked);
        if let Some(file) = settings.get("ssl-ca").filter(|_| is_checked) {
            if let Some(source) = CertificateDer::from_pem_file(file).err() {
                return fail(TlsFault::File { setting: "ssl-ca" }, Some(source.into()));
            }
            ssl = ssl.with_root_cert_path(Some(PathBuf::from(file)));
        }
        match (settings.get("ssl-cert"), settings.get("ssl-key")) {
            (Some(certificate), Some(key)) => {
                if let Some(source) = CertificateDer::from_pem_file(certificate).err() {
                    return fail(TlsFault::File { setting: "ssl-cert" }, Some(source.into()));
                }
                if let Some(source) = PrivateKeyDer::from_pem_file(key).err() {
                    return fail(TlsFault::File { setting: "ssl-key" }, Some(source.into()));
                }
                let identity = ClientIdentity::new(PathBuf::from(certificate), PathBuf::from(key));
                Ok(Some(ssl.with_client_identity(Some(identity))))
            }
            (Some(_), None) => fail(TlsFault::Incomplete { given: "ssl-cert", setting: "ssl-key" }, None),
            (None, Some(_)) => fail(TlsFault::Incomplete { given: "ssl-key", setting: "ssl-cert" }, None),
            (None, None) => Ok(Some(ssl)),
        }
    }
}
