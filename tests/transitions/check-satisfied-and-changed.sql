CREATE TABLE rooms (id int PRIMARY KEY, beds int, rate numeric, CONSTRAINT rooms_beds_check CHECK (beds > 0), CONSTRAINT rooms_rate_check CHECK (rate >= 0));
