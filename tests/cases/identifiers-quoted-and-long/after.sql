CREATE TABLE "Order Items" ("Id" int PRIMARY KEY, "select" varchar(50) NOT NULL, "say ""hi""" text DEFAULT 'it''s', "größe" bigint, "User" text);
CREATE UNIQUE INDEX "Order Items größe Idx" ON "Order Items" ("größe") WHERE "select" <> 'x';
CREATE VIEW "Öffentlich" AS SELECT "Id", "select" AS "from" FROM "Order Items";
CREATE TABLE a_name_that_is_exactly_sixty_three_characters_long_as_is_allowe (id int PRIMARY KEY, another_name_that_is_exactly_sixty_three_characters_long_allo_2 text);
