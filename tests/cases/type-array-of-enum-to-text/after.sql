CREATE TABLE alerts (id int PRIMARY KEY, channels text[] NOT NULL DEFAULT '{}');
