INSERT INTO customers SELECT n, 'c' || n || '@shop.example' FROM generate_series(1, 20) n;
