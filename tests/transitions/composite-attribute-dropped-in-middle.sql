create type public.place as (street text, number int, town text);
create table public.homes (id int primary key, at public.place);
