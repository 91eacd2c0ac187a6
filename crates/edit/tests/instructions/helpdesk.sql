CREATE TABLE agents (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  email varchar(120) NOT NULL UNIQUE,
  on_leave boolean NOT NULL DEFAULT false
);
CREATE TABLE tickets (
  id integer PRIMARY KEY,
  agent_id integer REFERENCES agents (id),
  subject varchar(120) NOT NULL,
  priority varchar(10) NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  state varchar(10) NOT NULL CHECK (state IN ('open', 'waiting', 'closed')),
  opened_at timestamp NOT NULL,
  closed_at timestamp,
  rating integer CHECK (rating BETWEEN 1 AND 5),
  CHECK (state <> 'closed' OR closed_at IS NOT NULL)
);
CREATE TABLE comments (
  id integer PRIMARY KEY,
  ticket_id integer NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  author varchar(80) NOT NULL,
  body text NOT NULL,
  internal boolean NOT NULL DEFAULT false
);
