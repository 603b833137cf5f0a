INSERT INTO people VALUES (1, 'Ann@x.example', false), (2, 'ann@x.example', false), (3, 'bob@x.example', true), (4, 'BOB@x.example', true);
