CREATE TABLE zips (zip text, city text, state text);
