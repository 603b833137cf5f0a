CREATE TYPE size AS ENUM ('s', 'm', 'l', 'xxl');
CREATE TABLE shirts (id int PRIMARY KEY, size size NOT NULL DEFAULT 'm');
CREATE INDEX shirts_size_idx ON shirts (size);
