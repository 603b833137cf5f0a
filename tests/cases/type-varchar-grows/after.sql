CREATE TABLE labels (id int PRIMARY KEY, short varchar(80) NOT NULL, long text UNIQUE);
