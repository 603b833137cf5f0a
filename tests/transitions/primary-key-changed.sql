-- title: The primary key moves from a surrogate to a natural pair, the surrogate stays
-- group: harmless
-- rare: yes
-- before
CREATE TABLE memberships (id int CONSTRAINT memberships_pkey PRIMARY KEY, person int NOT NULL, club int NOT NULL);
-- rows
INSERT INTO memberships SELECT n, n, n % 3 FROM generate_series(1, 12) n;
-- after
CREATE TABLE memberships (id int NOT NULL, person int NOT NULL, club int NOT NULL, CONSTRAINT memberships_pkey PRIMARY KEY (person, club));
