CREATE TABLE drafts (id int PRIMARY KEY, body text);
CREATE TABLE finals (id int PRIMARY KEY);
