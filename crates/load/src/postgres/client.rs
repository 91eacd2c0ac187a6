//! The client of the server, whose answers nobody has to wait for.

use crate::pipe::{PipeReader, PipeWriter, pipe};
use crate::remote::{Remote, Unanswered};
use postgres::error::{DbError, SqlState};
use postgres::types::ToSql;
use postgres::{Client, Row};
use seedbed_datagen_core::CancelToken;
use std::io::Write as _;
use std::time::Duration;

/// A connection to a server. What is asked of it ends early when the caller is told to stop.
#[derive(Debug)]
pub(super) struct PostgresClient(Remote<Client>);

/// Why a server did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum PostgresError {
    /// It said no, or nothing any more.
    #[error(transparent)]
    Server(#[from] postgres::Error),
    /// It said no before it took any data. The client library then counts one answer too few, and the connection is of no
    /// use any more.
    #[error(transparent)]
    OutOfStep(postgres::Error),
    /// Nobody waited for what it says.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
}

impl PostgresError {
    /// What the server said, if one can go on after that.
    pub(super) fn as_db_error(&self) -> Option<&DbError> {
        if let Self::Server(error) = self { error.as_db_error() } else { None }
    }

    /// The number of what the server said.
    pub(super) fn sql_state(&self) -> Option<&str> {
        match self {
            Self::Server(error) | Self::OutOfStep(error) => error.code().map(SqlState::code),
            Self::Unanswered(_) => None,
        }
    }
}

/// Pieces of data that may wait for the server.
const PIECES: usize = 8;

impl PostgresClient {
    pub(super) fn new(remote: Remote<Client>) -> Self {
        Self(remote)
    }

    fn call<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Client) -> Result<T, postgres::Error> + Send + 'static,
    ) -> Result<T, PostgresError> {
        Ok(self.0.call(work)??)
    }

    /// Runs statements without parameters.
    pub(super) fn batch_execute(&mut self, sql: &str) -> Result<(), PostgresError> {
        let sql = sql.to_owned();
        self.call(move |client| client.batch_execute(&sql))
    }

    /// Runs one statement with text as parameters. Returns the rows that it changed.
    pub(super) fn execute(&mut self, sql: &str, parameters: &[&str]) -> Result<u64, PostgresError> {
        let (sql, parameters) = (sql.to_owned(), Parameters::of(parameters));
        self.call(move |client| client.execute(&sql, &parameters.list()))
    }

    /// The rows that a query gives.
    pub(super) fn query(&mut self, sql: &str, parameters: &[&str]) -> Result<Vec<Row>, PostgresError> {
        let (sql, parameters) = (sql.to_owned(), Parameters::of(parameters));
        self.call(move |client| client.query(&sql, &parameters.list()))
    }

    /// The one row that a query gives.
    pub(super) fn query_one(&mut self, sql: &str, parameters: &[&str]) -> Result<Row, PostgresError> {
        let (sql, parameters) = (sql.to_owned(), Parameters::of(parameters));
        self.call(move |client| client.query_one(&sql, &parameters.list()))
    }

    /// Runs a statement that takes data, with what `write` puts into the pipe. Returns the rows that were stored. Without a
    /// last piece the statement is taken back.
    pub(super) fn copy_in<E: From<PostgresError>>(
        &mut self,
        sql: String,
        write: impl FnOnce(PipeWriter) -> Result<(), E>,
    ) -> Result<u64, E> {
        let token = self.0.token();
        if token.is_canceled() {
            return Err(PostgresError::from(Unanswered::Canceled).into());
        }
        let (writer, reader) = pipe(PIECES, token);
        let copying = self.0.start(move |client| copy(client, &sql, &reader)).map_err(PostgresError::from)?;
        let written = write(writer);
        let copied = self.0.answer(copying, None);
        written?;
        let stored = copied.map_err(PostgresError::from)??;
        stored.ok_or_else(|| PostgresError::from(Unanswered::Canceled).into())
    }

    /// Ends the transaction for good; whoever is told to stop meanwhile waits a moment all the same. Once this was called,
    /// only an error of the server's own says that nothing was kept.
    pub(super) fn commit(&mut self, limit: Duration) -> Result<(), PostgresError> {
        let committing = self.0.start(|client| client.batch_execute("COMMIT"))?;
        Ok(self.0.answer(committing, Some(limit))??)
    }

    /// Takes a transaction back, also for who was told to stop, in so much time.
    pub(super) fn roll_back(&mut self, limit: Duration) -> Result<(), PostgresError> {
        self.0.heed(CancelToken::new());
        let rolling = self.0.start(|client| client.batch_execute("ROLLBACK"))?;
        Ok(self.0.answer(rolling, Some(limit))??)
    }
}

/// Sends pieces as they come. `None` when the last one never came: the statement was taken back.
fn copy(client: &mut Client, sql: &str, pieces: &PipeReader) -> Result<Option<u64>, PostgresError> {
    let statement = client.prepare(sql)?;
    let mut writer = client.copy_in(&statement).map_err(PostgresError::OutOfStep)?;
    let stored = match pieces.read(|piece| writer.write_all(piece)) {
        Ok(true) => writer.finish().map(Some),
        Ok(false) => Ok(None),
        // A statement trigger may refuse before the first row: the server's reason then comes with a write, once.
        Err(error) => match error.into_inner().map(|inner| inner.downcast::<postgres::Error>()) {
            Some(Ok(server)) => Err(*server),
            _ => writer.finish().map(Some),
        },
    };
    Ok(stored?)
}

/// Text for a statement, until it is run.
struct Parameters(Vec<String>);

impl Parameters {
    fn of(texts: &[&str]) -> Self {
        Self(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    fn list(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0.iter().map(|text| text as &(dyn ToSql + Sync)).collect()
    }
}
