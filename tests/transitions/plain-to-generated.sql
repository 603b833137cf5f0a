CREATE TABLE crates (id int PRIMARY KEY, side int NOT NULL, area int);
