create table public.shifts (id int primary key, begins timestamp not null);
