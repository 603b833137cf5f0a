-- title: varchar(20) grows to varchar(80), and another to text
-- group: harmless
-- rare: yes
-- before
CREATE TABLE labels (id int PRIMARY KEY, short varchar(20) NOT NULL, long varchar(40) UNIQUE);
-- rows
INSERT INTO labels SELECT n, 'short ' || n, repeat('x', n) FROM generate_series(1, 20) n;
-- after
CREATE TABLE labels (id int PRIMARY KEY, short varchar(80) NOT NULL, long text UNIQUE);
