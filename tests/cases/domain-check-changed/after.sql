CREATE DOMAIN percent AS numeric DEFAULT 5 CONSTRAINT percent_range CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE discounts (id int PRIMARY KEY, value percent);
