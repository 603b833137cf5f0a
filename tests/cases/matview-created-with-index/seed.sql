INSERT INTO votes SELECT n, 'song ' || n % 4 FROM generate_series(1, 20) n;
