INSERT INTO bookings SELECT n, n % 3, tstzrange(timestamptz '2025-01-01Z' + n * interval '1 day', timestamptz '2025-01-02Z' + n * interval '1 day') FROM generate_series(1, 12) n;
