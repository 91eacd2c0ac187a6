//! Whose certificates are trusted, and the client's own.

use super::ssl_mode::SslMode;
use crate::settings::Settings;
use crate::{LoadError, TlsFault};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, KeyProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, InconsistentKeys, RootCertStore, SignatureScheme};
use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Who may sign the server's certificate, and what else is checked of it.
#[derive(Debug)]
pub(super) struct Trusted {
    /// None when any certificate will do.
    roots: Option<RootCertStore>,
    /// The same as they are in the file.
    certificates: Vec<CertificateDer<'static>>,
    /// Whether it must be the certificate of this host.
    checks_name: bool,
    provider: Arc<CryptoProvider>,
}

impl Trusted {
    /// Those of `sslrootcert`, or of `~/.postgresql/root.crt`. As with libpq, a file that is there is used in every mode.
    ///
    /// # Errors
    /// [`LoadError::Tls`].
    pub(super) fn read(
        settings: &Settings<'_>,
        mode: SslMode,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, LoadError> {
        let setting = "sslrootcert";
        let fail = |fault, source| Err(LoadError::Tls { target: settings.shown(), fault, source });
        let checks_name = mode == SslMode::VerifyFull;
        let must_check = checks_name || mode == SslMode::VerifyCa;
        let given = settings.get(setting);
        let certificates = match given {
            Some("system") if !checks_name => {
                let why = "the system's root certificates go with `sslmode=verify-full`";
                return fail(TlsFault::Unsupported { setting, why }, None);
            }
            Some("system") => rustls_native_certs::load_native_certs().certs,
            Some(_) | None => {
                let file = given.map(PathBuf::from).or_else(|| in_home("root.crt"));
                let Some(file) = file.filter(|file| file.exists()) else {
                    return match (given, must_check) {
                        (_, true) if given.is_none() => fail(TlsFault::NoRoots { setting }, None),
                        (Some(_), true) => fail(TlsFault::File { setting }, None),
                        _ => Ok(Self {
                            roots: None,
                            certificates: Vec::new(),
                            checks_name,
                            provider: Arc::clone(provider),
                        }),
                    };
                };
                match certificates_of(&file) {
                    Ok(certificates) => certificates,
                    Err(source) => return fail(TlsFault::File { setting }, Some(source)),
                }
            }
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.iter().cloned());
        if roots.is_empty() {
            return fail(TlsFault::File { setting }, None);
        }
        Ok(Self { roots: Some(roots), certificates, checks_name, provider: Arc::clone(provider) })
    }
}

impl ServerCertVerifier for Trusted {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        let signed =
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms);
        match signed {
            Ok(()) => {}
            // A server's own certificate may be in the file, as one that signs itself. Then nothing but its time is open, which
            // is looked at first.
            Err(error) if self.certificates.iter().any(|c| c == end_entity) && !is_of_time(&error) => {}
            Err(error) => return Err(error),
        }
        if self.checks_name {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self.roots {
            Some(_) => verify_tls12_signature(
                message,
                certificate,
                signature,
                &self.provider.signature_verification_algorithms,
            ),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self.roots {
            Some(_) => verify_tls13_signature(
                message,
                certificate,
                signature,
                &self.provider.signature_verification_algorithms,
            ),
            // That somebody has the key of a certificate that nobody looks at says nothing, and it may be of a form that can't
            // be read.
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn is_of_time(error: &rustls::Error) -> bool {
    matches!(
        error,
        rustls::Error::InvalidCertificate(
            CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }
        )
    )
}

/// The certificate that the client shows: of `sslcert` and `sslkey`, or of `~/.postgresql/postgresql.crt` and `.key`.
///
/// # Errors
/// [`LoadError::Tls`].
pub(super) fn client_identity(
    settings: &Settings<'_>,
    keys: &'static dyn KeyProvider,
) -> Result<Option<CertifiedKey>, LoadError> {
    let fail = |fault, source| Err(LoadError::Tls { target: settings.shown(), fault, source });
    let place = |setting, name: &str| {
        let in_home = || in_home(name).filter(|file| file.exists());
        settings.get(setting).map(PathBuf::from).or_else(in_home)
    };
    match (place("sslcert", "postgresql.crt"), place("sslkey", "postgresql.key")) {
        (Some(certificate), Some(key)) => {
            let chain = match certificates_of(&certificate) {
                Ok(chain) => chain,
                Err(source) => return fail(TlsFault::File { setting: "sslcert" }, Some(source)),
            };
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| error.to_string());
            let key = key.and_then(|key| keys.load_private_key(key).map_err(|error| error.to_string()));
            let identity = key.map(|key| CertifiedKey::new(chain, key));
            match identity {
                // A certificate that can't be read, as one of version 1, is for the server to judge.
                Ok(identity) if !is_of_another_key(&identity) => Ok(Some(identity)),
                Ok(_) => fail(
                    TlsFault::File { setting: "sslkey" },
                    Some("it is the key of another certificate".into()),
                ),
                Err(source) => fail(TlsFault::File { setting: "sslkey" }, Some(source.into())),
            }
        }
        (Some(_), None) => fail(TlsFault::Incomplete { given: "sslcert", setting: "sslkey" }, None),
        (None, Some(_)) if settings.get("sslkey").is_some() => {
            fail(TlsFault::Incomplete { given: "sslkey", setting: "sslcert" }, None)
        }
        (None, _) => Ok(None),
    }
}

fn is_of_another_key(identity: &CertifiedKey) -> bool {
    matches!(identity.keys_match(), Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)))
}

/// All of a file, at least one.
fn certificates_of(file: &Path) -> Result<Vec<CertificateDer<'static>>, Box<dyn Error + Send + Sync>> {
    let all = CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() { Err("there is no certificate in it".into()) } else { Ok(all) }
}

/// A file where libpq has the user's own.
fn in_home(name: &str) -> Option<PathBuf> {
    let folder = match cfg!(windows) {
        true => PathBuf::from(env::var_os("APPDATA")?).join("postgresql"),
        false => PathBuf::from(env::var_os("HOME")?).join(".postgresql"),
    };
    Some(folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatabaseTarget;
    use rustls::crypto::ring::default_provider;
    use seedbed_schema_model::Dialect;
    use std::time::Duration;

    /// Signs itself, for `localhost`, from 30 November 2026 on for ten years.
    const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBkjCCATmgAwIBAgIUQ3Ab1oFtm0E+FTBMCuUNYzY2u68wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEzMDExNDQ1MVoXDTM2MTEyNzEx
NDQ1MVowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEzivJtdU0Uq9Z0ruZMFfIZiahyAqihtpdPdwa+udpjTRSzG+U6wKA5Pba
ekqzB0yruHNPAnTTxeqHAaLCViy2IqNpMGcwHQYDVR0OBBYEFHI4Tvt0LWw6A0EQ
p5qCVUI10Ys9MB8GA1UdIwQYMBaAFHI4Tvt0LWw6A0EQp5qCVUI10Ys9MA8GA1Ud
EwEB/wQFMAMBAf8wFAYDVR0RBA0wC4IJbG9jYWxob3N0MAoGCCqGSM49BAMCA0cA
MEQCIFXEGz4KGB1+5pwdzv78+v62G3y5YlIuSTEZ/XDTF5E+AiBzlf6FRYJwO2ve
U7bfk5bYKFTvZefKFSRO1NtGXmPrfQ==
-----END CERTIFICATE-----
";

    /// What a certificate is said to be at a time, for a host, when it is itself the root of `sslmode`.
    fn checked(mode: &str, host: &'static str, year: u64) -> Result<(), rustls::Error> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("root.crt");
        std::fs::write(&file, CERTIFICATE).expect("a file");
        let url = format!("postgres://{host}/d?sslmode={mode}&sslrootcert={}", file.display());
        let DatabaseTarget::Postgres(url) = url.parse().expect("a URL") else { panic!("no PostgreSQL") };
        let settings = Settings::read(&url, Dialect::Postgres, &|_| None).expect("settings");
        let trusted = Trusted::read(&settings, SslMode::of(&settings), &Arc::new(default_provider()))
            .expect("a file of certificates");
        let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).expect("a certificate");
        let now = UnixTime::since_unix_epoch(Duration::from_secs((year - 1970) * 31_557_600));
        let name = ServerName::try_from(host).expect("a name");
        trusted.verify_server_cert(&certificate, &[], &name, &[], now).map(drop)
    }

    #[test]
    fn a_certificate_that_is_a_root_itself_still_has_its_time_and_its_name() {
        assert_eq!(checked("verify-full", "localhost", 2030), Ok(()));
        assert_eq!(checked("verify-ca", "elsewhere", 2030), Ok(()));
        let fault = |mode, host, year| TlsFault::of(&checked(mode, host, year).expect_err("a fault"));
        assert_eq!(fault("verify-full", "elsewhere", 2030), TlsFault::WrongName);
        assert_eq!(fault("verify-ca", "localhost", 2050), TlsFault::Expired);
        assert_eq!(fault("verify-full", "localhost", 2020), TlsFault::Expired);
    }
}
