CREATE TABLE departments (id int PRIMARY KEY, head_id int);
CREATE TABLE employees (id int PRIMARY KEY, department_id int NOT NULL REFERENCES departments (id));
ALTER TABLE departments ADD CONSTRAINT departments_head_id_fkey FOREIGN KEY (head_id) REFERENCES employees (id) DEFERRABLE;
