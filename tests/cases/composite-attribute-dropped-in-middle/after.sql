create type public.place as (street text, town text);
create table public.homes (id int primary key, at public.place);
