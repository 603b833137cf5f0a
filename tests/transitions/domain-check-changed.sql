CREATE DOMAIN percent AS numeric DEFAULT 0 CONSTRAINT percent_range CHECK (VALUE >= 0);
CREATE TABLE discounts (id int PRIMARY KEY, value percent);
