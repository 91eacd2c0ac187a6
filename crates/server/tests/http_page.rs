//! The commands of `docs/http.md`, run in order as a reader would.

use crate::running::run;
use crate::server::Server;
use std::path::Path;
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_page_do_what_it_says() {
    if !["bash", "curl", "python3"].iter().all(|program| is_there(program)) {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "bash, curl and python3 are needed");
        return;
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/http.md");
    let text = std::fs::read_to_string(page).expect("the page is there");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let script = format!("set -euo pipefail\n{}", blocks.collect::<String>());
    let server = Server::with("port = 0");
    let running = run(&server);
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(folder.path());
    command.env("SEEDBED_URL", format!("http://{}", running.address));
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it ran").expect("bash");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}
