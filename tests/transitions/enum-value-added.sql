CREATE TYPE order_state AS ENUM ('new', 'sent');
CREATE TABLE orders (id int PRIMARY KEY, state order_state NOT NULL DEFAULT 'new');
CREATE INDEX orders_state_idx ON orders (state);
