INSERT INTO reservations VALUES (1, '[1,5)'), (2, '[5,9)'), (3, '[8,12)');
