//! Files and folders that appear whole or not at all.
//!
//! What is made for a place is made in a [`Staging`] folder beside it, under a name that nobody can guess, and gets the
//! place in one step when it is complete: whoever looks, at whatever moment, finds what was there before or all of what is
//! new. A process that is killed leaves its staging folder, which the next one to make something there takes away.
//!
//! ```
//! use seedbed_staging::StagedFile;
//! use std::io::Write as _;
//! # let folder = tempfile::tempdir()?;
//! # let place = folder.path().join("rows.csv");
//! let mut file = StagedFile::create(&place)?;
//! file.write_all(b"id\n1\n")?;
//! assert!(!place.exists(), "it is not complete");
//! file.put_in_place()?;
//! assert_eq!(std::fs::read(&place)?, b"id\n1\n");
//! # Ok::<(), std::io::Error>(())
//! ```

mod destination;
mod exchange;
mod lock_file;
mod staged_file;
mod staging;

pub use destination::{Destination, destination};
pub use exchange::replace_folder;
pub use lock_file::{Locked, is_at, is_free, lock_file, owned_folder};
pub use staged_file::StagedFile;
pub use staging::Staging;
