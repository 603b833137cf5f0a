CREATE TABLE singers (id int PRIMARY KEY, voice text NOT NULL DEFAULT 'alto');
