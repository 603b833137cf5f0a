INSERT INTO labels SELECT n, 'short ' || n, repeat('x', n) FROM generate_series(1, 20) n;
