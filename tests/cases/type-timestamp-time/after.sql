create table public.shifts (id int primary key, begins time not null);
