-- title: Two tables that refer to each other; one of the two columns goes away again
-- group: data
-- needs: --force
-- before
CREATE TABLE departments (id int PRIMARY KEY, head_id int);
CREATE TABLE employees (id int PRIMARY KEY, department_id int NOT NULL REFERENCES departments (id));
ALTER TABLE departments ADD CONSTRAINT departments_head_id_fkey FOREIGN KEY (head_id) REFERENCES employees (id) DEFERRABLE;
-- rows
INSERT INTO departments SELECT n, NULL FROM generate_series(1, 3) n;
INSERT INTO employees SELECT n, n % 3 + 1 FROM generate_series(1, 9) n;
UPDATE departments d SET head_id = d.id + 2;
-- after
CREATE TABLE departments (id int PRIMARY KEY);
CREATE TABLE employees (id int PRIMARY KEY, department_id int NOT NULL REFERENCES departments (id));
