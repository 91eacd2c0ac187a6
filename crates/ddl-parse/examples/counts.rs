//! Prints, for each SQL file given, what the schema holds and which problems there were.
#![expect(clippy::print_stdout, reason = "an example's output")]

use seedbed_ddl_parse::parse;
use seedbed_schema_model::SourceMap;

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let sources = SourceMap::of(&String::from_utf8_lossy(&bytes));
        let dialect =
            path.split('/').rev().nth(1).and_then(|d| d.split('_').next().unwrap_or(d).parse().ok());
        let started = std::time::Instant::now();
        let lowered = parse(&sources, dialect);
        let tables = &lowered.schema.tables;
        let sum = |f: &dyn Fn(&seedbed_schema_model::Table) -> usize| tables.iter().map(f).sum::<usize>();
        println!(
            "{path}\t{}\ttables {}\tcolumns {}\tfks {}\tuniques {}\tchecks {}\tproblems {}\t{:?}",
            seedbed_ddl_parse::detect_dialect(&sources),
            tables.len(),
            sum(&|t| t.columns.len()),
            sum(&|t| t.foreign_keys.len()),
            sum(&|t| t.uniques.len()),
            sum(&|t| t.checks.len()),
            lowered.problems.len(),
            started.elapsed(),
        );
        for problem in lowered.problems.iter().take(40) {
            let place = sources.locate(problem.span()).map_or(0, |(_, at)| at.line);
            println!("    {}:{place} {}", problem.code(), problem);
        }
    }
    Ok(())
}
