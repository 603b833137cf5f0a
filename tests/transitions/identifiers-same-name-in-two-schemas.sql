CREATE SCHEMA "Other";
CREATE TABLE items (id int PRIMARY KEY, v text);
CREATE TABLE "Other".items (id int PRIMARY KEY, v text);
