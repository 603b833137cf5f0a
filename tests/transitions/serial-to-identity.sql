CREATE TABLE letters (id serial PRIMARY KEY, body text);
