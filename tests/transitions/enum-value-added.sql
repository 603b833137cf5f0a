-- title: An enum gets a value at the end and one in the middle
-- group: harmless
-- rare: yes
-- note: Going back, a value that no row uses can be taken away.
-- before
CREATE TYPE order_state AS ENUM ('new', 'sent');
CREATE TABLE orders (id int PRIMARY KEY, state order_state NOT NULL DEFAULT 'new');
CREATE INDEX orders_state_idx ON orders (state);
-- rows
INSERT INTO orders SELECT n, (ARRAY['new', 'sent'])[n % 2 + 1]::order_state FROM generate_series(1, 12) n;
-- after
CREATE TYPE order_state AS ENUM ('new', 'packed', 'sent', 'returned');
CREATE TABLE orders (id int PRIMARY KEY, state order_state NOT NULL DEFAULT 'new');
CREATE INDEX orders_state_idx ON orders (state);
