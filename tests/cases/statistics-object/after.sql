CREATE TABLE zips (zip text, city text, state text);
CREATE STATISTICS zips_dep (dependencies, ndistinct) ON city, state FROM zips;
