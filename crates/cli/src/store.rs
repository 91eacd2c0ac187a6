//! `seedbed store`: whether a store is whole, and what nobody needs of it.

use crate::args::{StoreCommand, StoreCommandArgs};
use crate::console::Console;
use crate::exit::{CommandError, Exit};
use crate::local_service::open;
use crate::text_table::{counted, grouped};
use seedbed_store::Store;

/// Checks a store, or removes what nobody refers to.
///
/// # Errors
/// The store's.
pub(crate) fn run(args: &StoreCommandArgs, console: &Console) -> Result<Exit, CommandError> {
    let store = open(&args.store)?;
    match args.command {
        StoreCommand::Verify => {
            let findings = store.verify()?;
            for finding in &findings {
                console.data(&format!("{}: {}\n", finding.code, finding.message))?;
            }
            let damage = findings.iter().filter(|f| f.is_damage).count();
            let health = store.health();
            console.say(&format!(
                "{} of {} applied, their checksums {}; {}",
                counted(health.applied, "migration"),
                health.latest,
                if health.checksums_hold { "hold" } else { "do not hold" },
                if damage == 0 { "nothing is damaged".to_owned() } else { counted(damage, "damaged thing") }
            ));
            Ok(if damage == 0 { Exit::Done } else { Exit::Violations })
        }
        StoreCommand::Gc => {
            let gone = store.collect_garbage()?;
            console.say(&format!(
                "removed {}, {}, {} and {}: {} bytes",
                counted(gone.versions, "version"),
                counted(gone.exports, "export"),
                counted(gone.files, "file"),
                counted(gone.jobs, "job"),
                grouped(gone.bytes)
            ));
            Ok(Exit::Done)
        }
    }
}
