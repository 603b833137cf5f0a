-- title: Statistics target, storage and compression of columns change
-- group: harmless
-- note: The diff engine does not manage these; the fingerprint must see them, and what is reported must be true.
-- before
CREATE TABLE blobs (id int PRIMARY KEY, body text, raw bytea);
-- rows
INSERT INTO blobs SELECT n, repeat('b', n * 10), decode('00ff', 'hex') FROM generate_series(1, 5) n;
-- after
CREATE TABLE blobs (id int PRIMARY KEY, body text, raw bytea);
ALTER TABLE blobs ALTER COLUMN body SET STATISTICS 500;
ALTER TABLE blobs ALTER COLUMN body SET COMPRESSION pglz;
ALTER TABLE blobs ALTER COLUMN raw SET STORAGE EXTERNAL;
ALTER TABLE blobs ALTER COLUMN body SET (n_distinct = -0.5);
