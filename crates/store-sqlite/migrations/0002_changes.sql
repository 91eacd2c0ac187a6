-- What led to a version of a dataset, as JSON, and the number of the version that it was made from. Those that there are by
-- now were made and made again.
ALTER TABLE dataset_version ADD COLUMN made_from INTEGER;
ALTER TABLE dataset_version ADD COLUMN change TEXT NOT NULL DEFAULT '{"kind":"generate"}';
UPDATE dataset_version SET made_from = number - 1, change = '{"kind":"regenerate"}' WHERE number > 1;

-- What came of a job besides its dataset, as JSON.
ALTER TABLE job ADD COLUMN result TEXT;

-- What was said to advisors and answered, as JSON, and when it was asked for last.
CREATE TABLE exchange (
  request  TEXT PRIMARY KEY,
  exchange TEXT NOT NULL,
  used_at  INTEGER NOT NULL
) STRICT;

-- Tokens by days since 1970-01-01 in UTC.
CREATE TABLE tokens_spent (
  day    INTEGER PRIMARY KEY,
  tokens INTEGER NOT NULL
) STRICT;
