CREATE TABLE readings (station int NOT NULL, day date NOT NULL, mm real);
