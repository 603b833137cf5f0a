CREATE TABLE grades (student int, course text, tags text[], extra jsonb, mark numeric(4,1), PRIMARY KEY (student, course));
