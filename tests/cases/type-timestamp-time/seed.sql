insert into public.shifts values (1, '2026-01-01 09:00'), (2, '2026-01-02 17:30');
