CREATE TABLE boxes (id int PRIMARY KEY, side int NOT NULL, volume int GENERATED ALWAYS AS (side * side * side) STORED);
