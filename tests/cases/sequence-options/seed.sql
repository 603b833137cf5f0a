INSERT INTO printed SELECT nextval('invoice_no') FROM generate_series(1, 8);
