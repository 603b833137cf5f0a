CREATE TABLE lockers (code text PRIMARY KEY, number int);
