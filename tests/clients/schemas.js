// What is generated: schemas whose jobs are long enough to be cut in the middle, and one that is over at once.
export const SMALL = `
CREATE TABLE author (id integer PRIMARY KEY, name varchar(60) NOT NULL, born date);
CREATE TABLE book (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id),
  title varchar(80) NOT NULL, price numeric(8, 2) NOT NULL CHECK (price > 0));
`;

/** So many tables, each of which refers to the one before. */
export function chain(tables) {
  const table = (n) => `CREATE TABLE link_${n} (id integer PRIMARY KEY, email varchar(80) NOT NULL UNIQUE,
    city varchar(60), note text NOT NULL, amount numeric(10, 2) NOT NULL CHECK (amount >= 0), made_at timestamp NOT NULL
    ${n > 0 ? `, before_id integer NOT NULL REFERENCES link_${n - 1} (id)` : ''});`;
  return Array.from({ length: tables }, (_, n) => table(n)).join('\n');
}
