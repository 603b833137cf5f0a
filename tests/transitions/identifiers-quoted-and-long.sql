-- title: Mixed case, spaces, quotes, keywords, non-ASCII and 63-character names
-- group: data
-- needs: --force
-- before
CREATE TABLE "Order Items" ("Id" int PRIMARY KEY, "select" text, "say ""hi""" text, "größe" int, "drop;me--" text);
CREATE TABLE a_name_that_is_exactly_sixty_three_characters_long_as_is_allowe (id int PRIMARY KEY, another_name_that_is_exactly_sixty_three_characters_long_allo_1 text);
-- rows
INSERT INTO "Order Items" SELECT n, 'sel ' || n, 'hi', n, 'drop ' || n FROM generate_series(1, 7) n;
INSERT INTO a_name_that_is_exactly_sixty_three_characters_long_as_is_allowe SELECT n, 'long ' || n FROM generate_series(1, 4) n;
-- after
CREATE TABLE "Order Items" ("Id" int PRIMARY KEY, "select" varchar(50) NOT NULL, "say ""hi""" text DEFAULT 'it''s', "größe" bigint, "User" text);
CREATE UNIQUE INDEX "Order Items größe Idx" ON "Order Items" ("größe") WHERE "select" <> 'x';
CREATE VIEW "Öffentlich" AS SELECT "Id", "select" AS "from" FROM "Order Items";
CREATE TABLE a_name_that_is_exactly_sixty_three_characters_long_as_is_allowe (id int PRIMARY KEY, another_name_that_is_exactly_sixty_three_characters_long_allo_2 text);
