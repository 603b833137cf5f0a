-- title: One CHECK changes, one arrives, one goes; the rows satisfy all
-- group: objects
-- needs: --force
-- rare: yes
-- note: Loses no row, but drops what no sync of ours made: --force says so.
-- before
CREATE TABLE rooms (id int PRIMARY KEY, beds int, rate numeric, CONSTRAINT rooms_beds_check CHECK (beds > 0), CONSTRAINT rooms_rate_check CHECK (rate >= 0));
-- rows
INSERT INTO rooms SELECT n, n % 4 + 1, n * 40 FROM generate_series(1, 12) n;
-- after
CREATE TABLE rooms (id int PRIMARY KEY, beds int, rate numeric, CONSTRAINT rooms_beds_check CHECK (beds BETWEEN 1 AND 8), CONSTRAINT rooms_sane CHECK (beds * rate < 100000));
