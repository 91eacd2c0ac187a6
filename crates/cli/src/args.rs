//! The command line as clap reads it.

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use seedbed::datagen::{Part, parse_row_count};
use seedbed::export::{ParquetCompression, Resume};
use seedbed::job::{CheckMemory, Encoding, Form, Limits, Target};
use seedbed::load::{DatabaseTarget, LoadError};
use seedbed::schema::Dialect;
use seedbed_server::ServeFlags;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

/// Reads the DDL of a real database and makes rows that the real database accepts.
#[derive(Debug, Parser)]
#[command(name = "seedbed", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// What clap can't be told: arguments that only go with a value of another.
    pub(crate) fn check(&self) -> Result<(), clap::Error> {
        match &self.command {
            Command::Generate(args) if args.compression.is_some() && args.format != Format::Parquet => {
                let told = "only Parquet files are compressed: `--compression` goes with `--format parquet`";
                Err(Self::command().error(ErrorKind::ArgumentConflict, told))
            }
            Command::Generate(args) if args.target.save.is_some() && args.no_validate => {
                let told =
                    "a dataset is saved with what its check has found: `--save` goes without `--no-validate`";
                Err(Self::command().error(ErrorKind::ArgumentConflict, told))
            }
            Command::Generate(args) if args.target.save.is_some() && args.instructions.is_some() => {
                let without = [
                    (args.report.is_some(), "--report", "`seedbed datasets show` has the check"),
                    (args.wishes.only.is_some(), "--only", "its tables are those of the schema"),
                    (args.wishes.infer_references, "--infer-references", "the spec may say so"),
                ];
                let Some((_, flag, why)) = without.iter().find(|(is_given, ..)| *is_given) else {
                    return Ok(());
                };
                let told = format!("a dataset that is saved by instructions goes without `{flag}`: {why}");
                Err(Self::command().error(ErrorKind::ArgumentConflict, told))
            }
            Command::Check(args) if args.data.is_some() && !args.wishes.are_none() => {
                let told = "files are taken as they are: what rows were planned goes with `--parts`";
                Err(Self::command().error(ErrorKind::ArgumentConflict, told))
            }
            _ => Ok(()),
        }
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show tables, keys, cycles and what could not be read
    Inspect(InspectArgs),
    /// Show the load order, how each column is filled and why, and what is not guaranteed
    Explain(ExplainArgs),
    /// Make rows, as files or straight into a database
    Generate(GenerateArgs),
    /// Show ten rows of each table, or of one
    Preview(PreviewArgs),
    /// Check files, whoever made them, against every constraint
    Check(CheckArgs),
    /// Serve datasets over HTTP, with events while they are made
    Serve(ServeArgs),
    /// List, show, export and remove the datasets of a store
    Datasets(DatasetsArgs),
    /// Change a dataset's rows, in words or by edits, or take the last change back
    Edit(EditArgs),
    /// Ask a dataset a question in words
    Ask(AskArgs),
    /// Check a store, or remove what nobody refers to
    Store(StoreCommandArgs),
}

/// Which store.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The folder of the store
    #[arg(
        long = "store",
        value_name = "DIR",
        env = "SEEDBED_STORE",
        hide_env_values = true,
        default_value = "seedbed-data",
        global = true
    )]
    pub(crate) store: PathBuf,
}

/// `seedbed serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) options: ServeFlags,
}

/// `seedbed datasets`.
#[derive(Debug, Args)]
pub(crate) struct DatasetsArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(subcommand)]
    pub(crate) command: DatasetsCommand,
}

/// What to do with datasets.
#[derive(Debug, Subcommand)]
pub(crate) enum DatasetsCommand {
    /// List the datasets, the newest first
    List(ListArgs),
    /// Show a dataset: its tables, and statistics of their columns
    Show(ShowArgs),
    /// List the versions of a dataset, with what led to each
    Versions(ShowArgs),
    /// Show rows of a table
    Rows(RowsArgs),
    /// Write a dataset into a file
    Export(ExportArgs),
    /// Remove datasets
    Rm(RmArgs),
}

/// `seedbed datasets list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Only those whose name holds this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `seedbed datasets show` and `seedbed datasets versions`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Its number, or its name
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: String,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `seedbed datasets rows`.
#[derive(Debug, Args)]
pub(crate) struct RowsArgs {
    /// Its number, or its name
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: String,
    /// The table
    #[arg(value_name = "TABLE")]
    pub(crate) table: String,
    /// At most so many rows
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: u64,
    /// Pass over so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: u64,
    /// By these columns (comma-separated); `-` before a name turns its order round
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) order: Vec<String>,
    /// As JSON, an object a line
    #[arg(long)]
    pub(crate) json: bool,
}

/// `seedbed datasets export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Its number, or its name
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: String,
    /// csv, jsonl, parquet, sql, copy or sqlite
    #[arg(long, value_name = "F", default_value = "csv")]
    pub(crate) format: String,
    /// Only these tables (comma-separated); one table is one file and no archive
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    pub(crate) tables: Option<Vec<String>>,
    /// The file [default: a name after the dataset's]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// `seedbed datasets rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Their numbers, or their names
    #[arg(value_name = "DATASET", required = true)]
    pub(crate) datasets: Vec<String>,
}

/// `seedbed edit`.
#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Its number, or its name
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: String,
    /// What to change: commands (`set orders.status = 'paid' for 20% of rows; 500 customers`), or a sentence
    ///
    /// Commands are carried out as they stand. A sentence that is none is for a language model, where GEMINI_API_KEY or
    /// GEMINI_KEY_FILE is set: what leaves the machine is the schema and the sentence.
    #[arg(value_name = "WORDS", required_unless_present_any = ["edits", "undo"])]
    pub(crate) words: Vec<String>,
    /// A file of edits, as a list in JSON or as commands, one a line; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "undo"])]
    pub(crate) edits: Option<String>,
    /// The table that is meant where nothing is said
    #[arg(long, value_name = "TABLE", conflicts_with = "undo")]
    pub(crate) table: Option<String>,
    /// Show what would change, and change nothing
    #[arg(long, conflicts_with = "undo")]
    pub(crate) dry_run: bool,
    /// Take the last change back; once more goes further back
    #[arg(long, conflicts_with = "words")]
    pub(crate) undo: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `seedbed ask`.
#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Its number, or its name
    #[arg(value_name = "DATASET")]
    pub(crate) dataset: String,
    /// The question, which becomes a query that is shown with the rows
    ///
    /// Simple questions are understood as they stand. Others are for a language model, where GEMINI_API_KEY or
    /// GEMINI_KEY_FILE is set: what leaves the machine is the schema and the question.
    #[arg(value_name = "QUESTION", required = true)]
    pub(crate) question: Vec<String>,
    /// At most so many rows
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: u64,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `seedbed store`.
#[derive(Debug, Args)]
pub(crate) struct StoreCommandArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(subcommand)]
    pub(crate) command: StoreCommand,
}

/// What to do with a store.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Check the migrations, the catalog and the bytes of every dataset
    Verify,
    /// Remove rows, files and jobs that nobody refers to
    Gc,
}

/// Which schema to read.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Files of DDL, in the order in which they are run, or folders of migrations; `-` is standard input
    #[arg(value_name = "SCHEMA", required = true)]
    pub(crate) schema: Vec<String>,
    #[command(flatten)]
    pub(crate) dialect: DialectArgs,
}

/// How to read it.
#[derive(Debug, Args)]
pub(crate) struct DialectArgs {
    /// postgres, mysql or sqlite; recognised by its text when not given
    #[arg(long, value_name = "D", value_parser = ValueParser::new(parse_dialect))]
    pub(crate) dialect: Option<Dialect>,
    /// The encoding of files that are no UTF-8: latin1, windows-1251, shift_jis; recognised when not given
    #[arg(long, value_name = "E")]
    pub(crate) encoding: Option<Encoding>,
}

/// What rows to plan. Each of these overrides the spec file.
#[derive(Debug, Args)]
pub(crate) struct WishArgs {
    /// Rows of every table (100 when nobody says): 1_000_000, 10k, 2.5M, 1G, 1e9
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = ValueParser::new(parse_rows))]
    pub(crate) rows: Option<u64>,
    /// Rows of one table; more than it can hold is an error
    #[arg(long = "table", value_name = "NAME=N", value_parser = ValueParser::new(parse_table_rows))]
    pub(crate) table_rows: Vec<(String, u64)>,
    /// The same seed, schema and spec give the same bytes
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Share of NULLs in nullable columns, 0 to 1
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = ValueParser::new(parse_share))]
    pub(crate) null_rate: Option<f64>,
    /// Language and country of names, addresses and the like: fr-FR
    #[arg(long, value_name = "TAG")]
    pub(crate) locale: Option<String>,
    /// Infer references that the schema does not declare, from names and types
    #[arg(long)]
    pub(crate) infer_references: bool,
    /// The spec; without it, `seedbed.toml` of the current folder when there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Option<PathBuf>,
    /// Only these tables (comma-separated) and all that they refer to
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    pub(crate) only: Option<Vec<String>>,
    /// What planning may take before it leaves a constraint undecided, tells so and goes on: 30s, 500ms [default: 10s]
    ///
    /// It is counted in steps, as many for a second on each machine, so that the same seed gives the same bytes everywhere.
    /// Only steps that take thrice as long as they stand for are ended by the clock.
    #[arg(long, value_name = "TIME", value_parser = ValueParser::new(parse_time))]
    pub(crate) plan_time: Option<Duration>,
    /// What each index of parents' rows may take that a plan makes: 64M, 2G; a reference that needs more is left undecided
    /// [default: 512M]
    #[arg(long, value_name = "SIZE", value_parser = ValueParser::new(parse_size))]
    pub(crate) plan_memory: Option<u64>,
}

impl WishArgs {
    /// What planning may cost.
    pub(crate) fn limits(&self) -> Limits {
        Limits { plan_time: self.plan_time, plan_memory: self.plan_memory, ..Limits::default() }
    }

    /// Whether nothing is wished.
    fn are_none(&self) -> bool {
        let Self { rows, table_rows, seed, null_rate, locale, infer_references, spec, only, .. } = self;
        rows.is_none()
            && self.limits() == Limits::default()
            && table_rows.is_empty()
            && seed.is_none()
            && null_rate.is_none()
            && locale.is_none()
            && !infer_references
            && spec.is_none()
            && only.is_none()
    }
}

/// `seedbed inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    /// Show references that the schema does not declare, as names and types tell them
    #[arg(long)]
    pub(crate) infer_references: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `seedbed explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `seedbed preview`.
#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// Files of DDL or folders of migrations; the last one may be the name of a table instead
    #[arg(value_name = "SCHEMA... [TABLE]", required = true)]
    pub(crate) schema_and_table: Vec<String>,
    #[command(flatten)]
    pub(crate) dialect: DialectArgs,
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
}

/// `seedbed generate`.
#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// What the rows are to be like, in words: commands (`500 customers; prices between 5 and 50`), or a sentence
    ///
    /// Commands go into the plan as far as a spec could say them. What only rows that are there can be changed by goes
    /// with `--save`. A sentence that is no command is for a language model, where GEMINI_API_KEY or GEMINI_KEY_FILE is
    /// set: what leaves the machine is the schema and the sentence.
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["part", "resume"])]
    pub(crate) instructions: Option<String>,
    /// The format of the files in a folder
    #[arg(long, value_name = "F", value_enum, default_value_t, conflicts_with_all = ["to", "zip", "null", "save"])]
    pub(crate) format: Format,
    /// The compression of Parquet files: none, snappy, lz4 or zstd [default: snappy]
    #[arg(long, value_name = "C", requires = "out", value_parser = ValueParser::new(parse_compression))]
    pub(crate) compression: Option<ParquetCompression>,
    /// Go on with a run that was interrupted, after the last of its rows that are kept
    ///
    /// A run into a folder takes note of what it has written every 64 MiB. Interrupted
    /// or killed, it leaves that beside the folder, in `.DIR.unfinished`. The same command with `--resume` checks that
    /// schema, spec, seed and version are the same and that the files are whole, and makes the rest: the bytes are those of
    /// a run that was never interrupted. With nothing to resume it begins at the beginning; without `--resume`, what was
    /// kept is thrown away.
    #[arg(long, conflicts_with_all = ["to", "zip", "null", "save"])]
    pub(crate) resume: bool,
    /// Make only the I-th of N equal shares of every table; the shares joined are the whole
    ///
    /// CSV files of all parts are joined by `cat`, in order; Parquet files are read together as they are. Rows refer to
    /// rows of other parts, so a part is neither loaded nor packed with a script that loads it. What its check has found
    /// is left beside its folder, in `DIR.check`: `seedbed check --parts` joins those of all parts.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["to", "zip", "save"], value_parser = ValueParser::new(parse_part))]
    pub(crate) part: Option<Part>,
    /// Seconds to wait for another load into the same database, and for locks of other sessions [default: 60]
    #[arg(long, value_name = "SECONDS", requires = "to")]
    pub(crate) wait: Option<u64>,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
    /// Don't check the rows against every constraint of the schema
    ///
    /// Rows for a database are checked by the database.
    #[arg(long)]
    pub(crate) no_validate: bool,
    #[command(flatten)]
    pub(crate) check_memory: CheckMemoryArgs,
    /// Write a report of the run as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Replace whatever file is at the place of `--zip` or `--report`
    ///
    /// Without it only what an earlier run wrote gives way, and empty files. A folder that holds anything else, and a
    /// device, are never replaced.
    #[arg(long)]
    pub(crate) force: bool,
    /// Exit with 5 when a table gets fewer rows than asked, whatever the reason
    ///
    /// Without it 5 says that the target refused rows; what the schema leaves no room for is told.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Don't show progress and what was done, only what is wrong
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How many threads to use.
#[derive(Debug, Args)]
pub(crate) struct ThreadArgs {
    /// Threads to use; no row and no finding depends on it [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl ThreadArgs {
    /// As many as were asked for, or as there are cores.
    pub(crate) fn threads(&self) -> usize {
        let cores = || available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or_else(cores, NonZeroUsize::get)
    }
}

/// What a check may take.
#[derive(Debug, Args)]
pub(crate) struct CheckMemoryArgs {
    /// Memory for the keys of the check: 64M, 2G; what is more goes into temporary files [default: 256M]
    #[arg(long, value_name = "SIZE", value_parser = ValueParser::new(parse_size))]
    check_memory: Option<u64>,
}

impl CheckMemoryArgs {
    /// As much as was asked for.
    pub(crate) fn memory(&self) -> CheckMemory {
        self.check_memory.map_or_else(CheckMemory::default, CheckMemory)
    }
}

/// `seedbed check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) schema: SchemaArgs,
    /// The folder of the files, one a table and named after it, or a ZIP of them
    ///
    /// CSV as RFC 4180 has it, with a header; Parquet, not in a ZIP.
    #[arg(long, value_name = "PATH", required_unless_present = "parts", conflicts_with = "parts")]
    pub(crate) data: Option<PathBuf>,
    /// The folders of all parts that `generate --part I/N` has made, or the `DIR.check` beside each: joins their checks
    ///
    /// Schema, spec, seed and numbers of rows must be those that the parts were made with.
    #[arg(long, value_name = "DIR", num_args = 1..)]
    pub(crate) parts: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) wishes: WishArgs,
    /// The word that stands for NULL where it has no quotes around it
    ///
    /// When nobody says, NULL is nothing between two commas and `""` is an empty text, as in the files that
    /// `generate` writes; for MySQL also the word NULL without quotes.
    #[arg(long, value_name = "TEXT", requires = "data")]
    pub(crate) null: Option<String>,
    #[command(flatten)]
    pub(crate) threads: ThreadArgs,
    #[command(flatten)]
    pub(crate) check_memory: CheckMemoryArgs,
    /// Write what was found as JSON: every constraint, and statistics of every column
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Don't show progress and what was done, only what is wrong
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// The format of the files in a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// RFC 4180, with a header
    #[default]
    Csv,
    /// JSON Lines: an object a row
    Jsonl,
    /// Apache Parquet
    Parquet,
}

/// Where the rows go: exactly one of them.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct TargetArgs {
    /// A folder of files, one a table
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// A ZIP of CSV files, schema, manifest and load scripts
    #[arg(long, value_name = "FILE")]
    pub(crate) zip: Option<PathBuf>,
    /// A database: `sqlite:PATH` (made from the schema when the file is new), `postgres://USER@HOST/DB` or
    /// `mysql://USER@HOST/DB`
    ///
    /// What the URL leaves out comes from the variables of the server's own clients, such as PGHOST, PGPASSWORD, PGSSLMODE and
    /// MYSQL_PWD. Parameters behind `?` are theirs as well: `sslmode`, `sslrootcert` and `host` (a folder of a socket) of
    /// PostgreSQL, `ssl-mode`, `ssl-ca` and `socket` of MySQL. In a user or a password, `@` is written as `%40`, `/` as
    /// `%2F`, `?` as `%3F` and `#` as `%23`. No message shows either.
    #[arg(long, value_name = "URL", value_parser = ValueParser::new(parse_url))]
    pub(crate) to: Option<DatabaseTarget>,
    /// A store, as a dataset of this name: `seedbed datasets` and `seedbed serve` have it from there
    #[arg(long, value_name = "NAME")]
    pub(crate) save: Option<String>,
    /// Nowhere: rows are made and put into CSV, which is dropped, to see whether it works and how long it takes
    #[arg(long)]
    pub(crate) null: bool,
}

impl GenerateArgs {
    /// Where the rows go.
    pub(crate) fn target(&self) -> Target<'static> {
        let TargetArgs { out, zip, to, save: _, null: _ } = self.target.clone();
        let resume = if self.resume { Resume::GoOn } else { Resume::Anew };
        let folder = out.map(|path| Target::Folder { path, form: self.form(), resume });
        // Clap demands one of the group: what is left is `--null`.
        folder.or(zip.map(Target::Zip)).or(to.map(Target::Database)).unwrap_or(Target::Null)
    }

    fn form(&self) -> Form {
        match self.format {
            Format::Csv => Form::Csv,
            Format::Jsonl => Form::JsonLines,
            Format::Parquet => Form::Parquet(self.compression.unwrap_or_default()),
        }
    }
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; what could not be read and what got fewer rows has been told
  1  the rows break a constraint
  2  usage
  3  the schema, the spec, the words, or the files that are checked
  4  the outside world
  130  interrupted";

fn parse_dialect(text: &str) -> Result<Dialect, String> {
    text.parse().map_err(|e: seedbed::schema::UnknownDialect| e.to_string())
}

fn parse_rows(text: &str) -> Result<u64, String> {
    parse_row_count(text).map_err(|e| format!("{e}, {}", e.hint()))
}

fn parse_table_rows(text: &str) -> Result<(String, u64), String> {
    let (name, rows) = text.rsplit_once('=').ok_or("expected NAME=N, such as film=1000")?;
    Ok((name.to_owned(), parse_rows(rows)?))
}

/// A time in seconds, or with a unit: `ms`, `s` or `min`.
fn parse_time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => Some(1),
        "s" | "" => Some(1_000),
        "min" => Some(60_000),
        _ => None,
    };
    let millis = digits.parse::<u64>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    millis.map(Duration::from_millis).ok_or_else(|| "expected a time, such as 30s or 500ms".to_owned())
}

/// Bytes, as a number or with a suffix: `K`, `M` and `G` are powers of 1024.
fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &*text[digits.len()..].to_ascii_uppercase() {
        "" => Some(1),
        "K" => Some(1 << 10),
        "M" => Some(1 << 20),
        "G" => Some(1 << 30),
        _ => None,
    };
    let bytes = digits.parse::<u64>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    bytes.ok_or_else(|| "expected bytes, such as 64M or 2G".to_owned())
}

fn parse_share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|p| (0.0..=1.0).contains(p))
        .ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

fn parse_url(text: &str) -> Result<DatabaseTarget, LoadError> {
    text.parse()
}

fn parse_compression(text: &str) -> Result<ParquetCompression, String> {
    text.parse().map_err(|e: seedbed::export::UnknownCompression| {
        let names: Vec<&str> = ParquetCompression::ALL.iter().map(|(name, _)| *name).collect();
        format!("{e}, expected one of {}", names.join(", "))
    })
}

fn parse_part(text: &str) -> Result<Part, String> {
    text.split_once('/')
        .and_then(|(index, count)| Part::new(index.parse().ok()?, count.parse().ok()?))
        .ok_or_else(|| "expected I/N with I from 1 to N, such as 1/3".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn counts_have_suffixes_and_limits() {
        assert_eq!(parse_rows("1_000"), Ok(1000));
        assert_eq!(parse_rows("10k"), Ok(10_000));
        assert_eq!(parse_rows("2M"), Ok(2_000_000));
        assert!(parse_rows("99999999999999999999").is_err());
        assert!(parse_rows("18446744073709551615k").is_err());
        assert!(parse_rows("-1").is_err() && parse_rows("k").is_err());
    }

    #[test]
    fn a_table_name_may_hold_an_equals_sign() {
        assert_eq!(parse_table_rows("a=b=3"), Ok(("a=b".to_owned(), 3)));
        assert!(parse_table_rows("film").is_err());
    }

    #[test]
    fn sizes_have_suffixes() {
        assert_eq!((parse_size("512"), parse_size("64M")), (Ok(512), Ok(64 << 20)));
        assert_eq!((parse_size("2g"), parse_size("1K")), (Ok(2 << 30), Ok(1024)));
        assert!(["", "M", "1T", "-1", "1.5G", "99999999999G"].iter().all(|text| parse_size(text).is_err()));
    }

    #[test]
    fn times_have_units() {
        assert_eq!(parse_time("10"), Ok(Duration::from_secs(10)));
        assert_eq!(
            (parse_time("500ms"), parse_time("2min")),
            (Ok(Duration::from_millis(500)), Ok(Duration::from_secs(120)))
        );
        assert!(["", "s", "1h", "-1s", "1.5s"].iter().all(|text| parse_time(text).is_err()));
    }

    #[test]
    fn shares_and_parts_are_in_range() {
        assert!(parse_share("1.5").is_err() && parse_share("NaN").is_err());
        assert_eq!(parse_part("2/3"), Ok(Part::new(2, 3).unwrap()));
        assert!(parse_part("0/3").is_err() && parse_part("4/3").is_err() && parse_part("1").is_err());
    }
}
