CREATE TABLE grades (student int, course text, mark numeric(4,1), PRIMARY KEY (student, course));
