insert into public.homes values (1, row('a', 2, 'b'));
