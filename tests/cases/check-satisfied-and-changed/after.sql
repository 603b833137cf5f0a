CREATE TABLE rooms (id int PRIMARY KEY, beds int, rate numeric, CONSTRAINT rooms_beds_check CHECK (beds BETWEEN 1 AND 8), CONSTRAINT rooms_sane CHECK (beds * rate < 100000));
