CREATE TABLE new_stats (id int PRIMARY KEY);
