CREATE TABLE same (id integer PRIMARY KEY, v varchar(10) DEFAULT 'a', n numeric(5,2) CHECK (n > 0 AND n < 100));
CREATE VIEW same_view AS SELECT id, v FROM same WHERE n > 5;
