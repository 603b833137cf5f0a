CREATE TABLE articles (id int PRIMARY KEY, title text NOT NULL, tags text[], meta jsonb, published date);
