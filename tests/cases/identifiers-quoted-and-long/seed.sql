INSERT INTO "Order Items" SELECT n, 'sel ' || n, 'hi', n, 'drop ' || n FROM generate_series(1, 7) n;
INSERT INTO a_name_that_is_exactly_sixty_three_characters_long_as_is_allowe SELECT n, 'long ' || n FROM generate_series(1, 4) n;
