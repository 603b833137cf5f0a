CREATE TABLE riders (id int PRIMARY KEY, licence text);
