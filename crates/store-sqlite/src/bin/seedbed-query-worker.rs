//! Answers queries of row files on its standard input and output, for a
//! [`QueryPool`](seedbed_store_sqlite::QueryPool) whose own executable does not do so.

use std::io;

fn main() -> io::Result<()> {
    seedbed_store_sqlite::serve_queries(io::stdin().lock(), io::stdout().lock())
}
