CREATE TYPE channel AS ENUM ('mail', 'push', 'sms');
CREATE TABLE alerts (id int PRIMARY KEY, channels channel[] NOT NULL DEFAULT '{}');
