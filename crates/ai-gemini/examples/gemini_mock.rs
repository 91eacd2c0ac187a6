//! Plays Gemini on a port of this machine, for suites that are written in other languages:
//!
//! ```text
//! cargo run -p seedbed-ai-gemini --features mock --example gemini_mock -- --port 8085 --answers answers.jsonl
//! ```
//!
//! It prints where it listens, and runs until its input ends. A line of the file is
//! `{"match": "part of the words", "answer": {...}}`, or has a `"mode"` in place of an answer.

use seedbed_ai_gemini::mock::Mock;
use std::error::Error;
use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut port, mut answers) = (0, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{argument}` has no value"))?;
        match argument.as_str() {
            "--port" => port = value.parse()?,
            "--answers" => answers = Some(value),
            _ => return Err(format!("`{argument}` is neither `--port` nor `--answers`").into()),
        }
    }
    let mock = Mock::start_on(port)?;
    if let Some(path) = answers {
        mock.read_answers(&std::fs::read_to_string(path)?)?;
    }
    let mut output = std::io::stdout();
    writeln!(output, "{}", mock.base_url())?;
    output.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
