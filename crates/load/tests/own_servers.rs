//! Servers of our own: their certificates, and what there is instead of them.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// Makes in a folder `ca.crt` and `other.crt`, which sign themselves, `server.crt` for `localhost`, and `client.crt` and
/// `old.crt` for `card`, which the former has signed, and their keys. The last is of version 1 of X.509.
pub(crate) fn make(folder: &Path) {
    let openssl = |arguments: &str| {
        let output = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output();
        let output = output.expect("openssl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc";
    for (name, who) in [("ca", "our"), ("other", "another")] {
        openssl(&format!("req -x509 {key} -keyout {name}.key -out {name}.crt -days 9 -subj /CN={who}"));
    }
    std::fs::write(folder.join("san"), "subjectAltName=DNS:localhost").expect("a file");
    for (name, who, more) in
        [("server", "localhost", "-extfile san"), ("client", "card", "-extfile san"), ("old", "card", "")]
    {
        openssl(&format!("req {key} -keyout {name}.key -out {name}.csr -subj /CN={who}"));
        let sign = format!("x509 -req -in {name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 9");
        openssl(&format!("{sign} -out {name}.crt {more}"));
    }
}

/// Whether the tests run as the superuser, as whom no server runs.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
}

/// Says that a suite is passed over, which is a failure where nothing may be.
pub(crate) fn skip(why: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "skipped under CI: {why}");
    let _ = writeln!(std::io::stderr().lock(), "skipped: {why}");
}
