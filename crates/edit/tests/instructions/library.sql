CREATE TABLE authors (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  country varchar(60),
  born integer CHECK (born BETWEEN 1500 AND 2020)
);
CREATE TABLE books (
  isbn char(13) PRIMARY KEY,
  author_id integer NOT NULL REFERENCES authors (id),
  title varchar(120) NOT NULL,
  genre varchar(20) NOT NULL CHECK (genre IN ('novel', 'poetry', 'history', 'science')),
  pages integer NOT NULL CHECK (pages > 0),
  price numeric(6,2) NOT NULL
);
CREATE TABLE members (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  age integer NOT NULL,
  joined date NOT NULL,
  active boolean NOT NULL DEFAULT true
);
CREATE TABLE loans (
  id integer PRIMARY KEY,
  book_isbn char(13) NOT NULL REFERENCES books (isbn),
  member_id integer NOT NULL REFERENCES members (id),
  lent_on date NOT NULL,
  returned_on date,
  CHECK (returned_on >= lent_on)
);
