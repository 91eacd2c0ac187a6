-- A small bookshop, in PostgreSQL's dialect: seven tables, two enum types, a self reference, a junction and a
-- composite primary key. Every constraint below holds in every row that Seedbed makes:
--
--     seedbed generate examples/bookshop.sql --rows 1000 --out bookshop-data

CREATE TYPE book_format  AS ENUM ('hardcover', 'paperback', 'ebook', 'audiobook');
CREATE TYPE order_status AS ENUM ('open', 'paid', 'packed', 'shipped', 'delivered', 'cancelled');

CREATE TABLE categories (
    category_id  integer      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id    integer      REFERENCES categories (category_id),
    name         varchar(60)  NOT NULL,
    slug         varchar(60)  NOT NULL UNIQUE CHECK (slug = lower(slug))
);

CREATE TABLE authors (
    author_id    serial       PRIMARY KEY,
    first_name   varchar(40)  NOT NULL,
    last_name    varchar(40)  NOT NULL,
    country_code char(2)      NOT NULL CHECK (country_code ~ '^[A-Z]{2}$'),
    born         date         CHECK (born BETWEEN '1800-01-01' AND '2010-12-31'),
    website      varchar(200)
);

CREATE TABLE books (
    isbn           char(13)       PRIMARY KEY CHECK (isbn ~ '^97[89][0-9]{10}$'),
    title          varchar(200)   NOT NULL,
    category_id    integer        NOT NULL REFERENCES categories (category_id),
    format         book_format    NOT NULL DEFAULT 'paperback',
    price          numeric(8, 2)  NOT NULL CHECK (price >= 0.99 AND price <= 499.00),
    pages          smallint       CHECK (pages BETWEEN 8 AND 4000),
    published_year smallint       NOT NULL CHECK (published_year >= 1450 AND published_year <= 2100),
    in_print       boolean        NOT NULL DEFAULT true,
    description    text
);

CREATE TABLE book_authors (
    isbn       char(13)  NOT NULL REFERENCES books (isbn) ON DELETE CASCADE,
    author_id  integer   NOT NULL REFERENCES authors (author_id),
    position   smallint  NOT NULL DEFAULT 1 CHECK (position BETWEEN 1 AND 9),
    PRIMARY KEY (isbn, author_id)
);

CREATE TABLE customers (
    customer_id  uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
    email        varchar(120)  NOT NULL UNIQUE CHECK (email LIKE '%@%'),
    first_name   varchar(40)   NOT NULL,
    last_name    varchar(40)   NOT NULL,
    phone        varchar(24),
    street       varchar(80)   NOT NULL,
    postal_code  varchar(10)   NOT NULL,
    city         varchar(60)   NOT NULL,
    newsletter   boolean       NOT NULL DEFAULT false,
    created_at   timestamptz   NOT NULL DEFAULT now()
);

CREATE TABLE orders (
    order_id     bigserial      PRIMARY KEY,
    customer_id  uuid           NOT NULL REFERENCES customers (customer_id),
    status       order_status   NOT NULL DEFAULT 'open',
    placed_at    timestamptz    NOT NULL,
    shipping_fee numeric(6, 2)  NOT NULL DEFAULT 0 CHECK (shipping_fee BETWEEN 0 AND 50),
    note         text           CHECK (char_length(note) <= 200)
);

CREATE TABLE order_lines (
    order_id    bigint         NOT NULL REFERENCES orders (order_id) ON DELETE CASCADE,
    line_no     smallint       NOT NULL CHECK (line_no > 0),
    isbn        char(13)       NOT NULL REFERENCES books (isbn),
    quantity    smallint       NOT NULL CHECK (quantity BETWEEN 1 AND 20),
    unit_price  numeric(8, 2)  NOT NULL CHECK (unit_price > 0),
    PRIMARY KEY (order_id, line_no)
);

CREATE INDEX books_by_category ON books (category_id);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);
