CREATE TABLE "Order Items" ("Id" int PRIMARY KEY, "select" text, "say ""hi""" text, "größe" int, "drop;me--" text);
CREATE TABLE a_name_that_is_exactly_sixty_three_characters_long_as_is_allowe (id int PRIMARY KEY, another_name_that_is_exactly_sixty_three_characters_long_allo_1 text);
