-- title: An enum loses a value that no row uses, under a default and an index
-- group: harmless
-- rare: yes
-- before
CREATE TYPE size AS ENUM ('s', 'm', 'l', 'xxl');
CREATE TABLE shirts (id int PRIMARY KEY, size size NOT NULL DEFAULT 'm');
CREATE INDEX shirts_size_idx ON shirts (size);
-- rows
INSERT INTO shirts SELECT n, (ARRAY['s', 'm', 'l'])[n % 3 + 1]::size FROM generate_series(1, 9) n;
-- after
CREATE TYPE size AS ENUM ('s', 'm', 'l');
CREATE TABLE shirts (id int PRIMARY KEY, size size NOT NULL DEFAULT 'm');
CREATE INDEX shirts_size_idx ON shirts (size);
