CREATE TABLE customers (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  email varchar(120) NOT NULL UNIQUE,
  phone varchar(30),
  city varchar(60),
  country char(2) NOT NULL DEFAULT 'US',
  birth_date date NOT NULL,
  newsletter boolean NOT NULL DEFAULT false,
  created_at timestamp NOT NULL
);
CREATE TABLE products (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL UNIQUE,
  category varchar(20) NOT NULL CHECK (category IN ('books', 'games', 'garden', 'kitchen')),
  price numeric(8,2) NOT NULL CHECK (price > 0),
  stock integer NOT NULL CHECK (stock >= 0)
);
CREATE TABLE orders (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers (id),
  status varchar(12) NOT NULL CHECK (status IN ('new', 'paid', 'shipped', 'cancelled')),
  note text,
  placed_at timestamp NOT NULL,
  shipped_at timestamp,
  CHECK (status <> 'shipped' OR shipped_at IS NOT NULL),
  CHECK (shipped_at >= placed_at)
);
CREATE TABLE order_lines (
  order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line integer NOT NULL,
  product_id integer NOT NULL REFERENCES products (id),
  quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 100),
  unit_price numeric(8,2) NOT NULL,
  PRIMARY KEY (order_id, line)
);
