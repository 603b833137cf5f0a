CREATE TABLE departments (id int PRIMARY KEY);
CREATE TABLE employees (id int PRIMARY KEY, department_id int NOT NULL REFERENCES departments (id));
