//! The client of the server, whose answers nobody has to wait for.

use crate::remote::{Pending, Remote, Unanswered};
use mysql::prelude::{FromRow, Queryable as _};
use mysql::{Conn, Error};
use std::io;
use std::time::Duration;

/// A connection to a server. What is asked of it ends early when the caller is told to stop.
#[derive(Debug)]
pub(super) struct MySqlConnection {
    remote: Remote<Conn>,
    /// The server's number of this connection.
    id: u32,
    /// What the server said of the last statement.
    last: Summary,
}

/// What a server says of a statement that it carried out.
#[derive(Clone, Copy, Debug, Default)]
struct Summary {
    affected_rows: u64,
    warnings: u16,
}

impl Summary {
    fn of(connection: &Conn) -> Self {
        Self { affected_rows: connection.affected_rows(), warnings: connection.warnings() }
    }
}

impl MySqlConnection {
    pub(super) fn new(mut remote: Remote<Conn>) -> Result<Self, Unanswered> {
        let id = remote.call(|connection| connection.connection_id())?;
        Ok(Self { remote, id, last: Summary::default() })
    }

    /// The server's number of this connection.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// The connection, to be told whom to heed.
    pub(super) fn remote(&mut self) -> &mut Remote<Conn> {
        &mut self.remote
    }

    /// Has the client do something.
    pub(super) fn call<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Conn) -> mysql::Result<T> + Send + 'static,
    ) -> mysql::Result<T> {
        let answer = self.remote.call(move |connection| with_summary(connection, work));
        self.keep(answer)
    }

    /// Has the client run a statement, and goes on while the server works.
    pub(super) fn start(
        &mut self,
        statement: impl FnOnce(&mut Conn) -> mysql::Result<()> + Send + 'static,
    ) -> mysql::Result<Statement> {
        if self.remote.token().is_canceled() {
            return Err(unanswered(Unanswered::Canceled));
        }
        self.remote
            .start(move |connection| with_summary(connection, statement))
            .map(Statement)
            .map_err(unanswered)
    }

    /// Waits for a statement, for so long at most.
    pub(super) fn end(&mut self, statement: Statement, limit: Option<Duration>) -> mysql::Result<()> {
        let answer = self.remote.answer(statement.0, limit);
        self.keep(answer)
    }

    /// Ends the transaction for good; whoever is told to stop meanwhile waits a moment all the same. Once this was called,
    /// only an error of the server's own says that nothing was kept.
    pub(super) fn commit(&mut self, limit: Duration) -> mysql::Result<()> {
        let work = |connection: &mut Conn| with_summary(connection, |c| c.query_drop("COMMIT"));
        let committing = self.remote.start(work).map_err(unanswered)?;
        self.end(Statement(committing), Some(limit))
    }

    fn keep<T>(&mut self, answer: Result<Answer<T>, Unanswered>) -> mysql::Result<T> {
        let (answer, summary) = answer.map_err(unanswered)?;
        self.last = summary;
        answer
    }

    /// Runs a statement.
    pub(super) fn query_drop(&mut self, sql: impl Into<String>) -> mysql::Result<()> {
        let sql = sql.into();
        self.call(move |connection| connection.query_drop(sql))
    }

    /// The rows that a query gives.
    pub(super) fn query<T: FromRow + Send + 'static>(
        &mut self,
        sql: impl Into<String>,
    ) -> mysql::Result<Vec<T>> {
        let sql = sql.into();
        self.call(move |connection| connection.query(sql))
    }

    /// The first row that a query gives.
    pub(super) fn query_first<T: FromRow + Send + 'static>(
        &mut self,
        sql: impl Into<String>,
    ) -> mysql::Result<Option<T>> {
        let sql = sql.into();
        self.call(move |connection| connection.query_first(sql))
    }

    /// Rows that the last statement changed.
    pub(super) fn affected_rows(&self) -> u64 {
        self.last.affected_rows
    }

    /// Warnings of the last statement.
    pub(super) fn warnings(&self) -> u16 {
        self.last.warnings
    }
}

type Answer<T> = (mysql::Result<T>, Summary);

/// A statement that the server is at work on.
pub(super) struct Statement(Pending<Answer<()>>);

fn with_summary<T>(connection: &mut Conn, work: impl FnOnce(&mut Conn) -> mysql::Result<T>) -> Answer<T> {
    let answer = work(connection);
    (answer, Summary::of(connection))
}

/// Nobody waited for what the server says.
pub(super) fn unanswered(why: Unanswered) -> Error {
    let kind = match why {
        Unanswered::Canceled => io::ErrorKind::Interrupted,
        Unanswered::TooLate(_) => io::ErrorKind::TimedOut,
    };
    Error::IoError(io::Error::new(kind, why))
}
