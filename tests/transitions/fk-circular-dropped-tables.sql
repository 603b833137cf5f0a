CREATE TABLE countries (code text PRIMARY KEY, capital_id int);
CREATE TABLE cities (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, country text NOT NULL REFERENCES countries (code));
ALTER TABLE countries ADD CONSTRAINT countries_capital_fkey FOREIGN KEY (capital_id) REFERENCES cities (id);
CREATE TABLE travellers (id int PRIMARY KEY);
