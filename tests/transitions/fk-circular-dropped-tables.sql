-- title: Two tables with rows that refer to each other go away together
-- group: data
-- needs: --force
-- rare: yes
-- before
CREATE TABLE countries (code text PRIMARY KEY, capital_id int);
CREATE TABLE cities (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, country text NOT NULL REFERENCES countries (code));
ALTER TABLE countries ADD CONSTRAINT countries_capital_fkey FOREIGN KEY (capital_id) REFERENCES cities (id);
CREATE TABLE travellers (id int PRIMARY KEY);
-- rows
INSERT INTO countries VALUES ('DE'), ('FR'), ('PL');
INSERT INTO cities (country) VALUES ('DE'), ('FR'), ('PL'), ('DE');
UPDATE countries c SET capital_id = (SELECT min(id) FROM cities WHERE country = c.code);
INSERT INTO travellers VALUES (1), (2);
-- after
CREATE TABLE travellers (id int PRIMARY KEY);
