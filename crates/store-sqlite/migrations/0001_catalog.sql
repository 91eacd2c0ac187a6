-- Rows that are kept, found by the digest of the recipe that made them. The rows themselves are in `rows/<digest>.db`.
CREATE TABLE version (
  digest     TEXT PRIMARY KEY,
  recipe     TEXT NOT NULL,
  tables     TEXT NOT NULL,
  row_counts TEXT NOT NULL,
  existing   TEXT,
  settings   TEXT NOT NULL,
  meta       TEXT NOT NULL,
  report     TEXT NOT NULL,
  bytes      INTEGER NOT NULL,
  checksum   TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- AUTOINCREMENT: the number of a dataset that was deleted is never given again.
CREATE TABLE dataset (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  parent_id   INTEGER REFERENCES dataset (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX dataset_parent ON dataset (parent_id);

CREATE TABLE dataset_version (
  dataset_id INTEGER NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL,
  digest     TEXT NOT NULL REFERENCES version (digest),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (dataset_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_version_digest ON dataset_version (digest);

-- `owner` is the folder of the process that runs it, below `tmp`.
CREATE TABLE job (
  id          TEXT PRIMARY KEY,
  owner       TEXT NOT NULL,
  kind        TEXT NOT NULL,
  status      TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'error', 'canceled')),
  progress    INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100),
  tables      TEXT NOT NULL,
  dataset_id  INTEGER,
  error       TEXT,
  created_at  INTEGER NOT NULL,
  started_at  INTEGER,
  finished_at INTEGER
) STRICT;
CREATE INDEX job_status ON job (status);

CREATE TABLE job_event (
  job_id  TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  id      INTEGER NOT NULL,
  name    TEXT NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (job_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_key (
  scope       TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  job_id      TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  expires_at  INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_job ON idempotency_key (job_id);

CREATE TABLE upload (
  id      TEXT PRIMARY KEY,
  name    TEXT NOT NULL,
  text    TEXT NOT NULL,
  dialect TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT;

-- `tables` is a list in JSON, or empty for all.
CREATE TABLE export (
  version    TEXT NOT NULL REFERENCES version (digest) ON DELETE CASCADE,
  format     TEXT NOT NULL,
  tables     TEXT NOT NULL,
  file       TEXT NOT NULL UNIQUE,
  bytes      INTEGER NOT NULL,
  checksum   TEXT NOT NULL,
  media_type TEXT NOT NULL,
  file_name  TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (version, format, tables)
) STRICT, WITHOUT ROWID;
