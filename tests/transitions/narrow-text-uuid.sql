-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ntu_device (id int primary key, serial text unique, owner text not null);
-- rows
insert into public.ntu_device values (1, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'), (2, null, 'a0eebc999c0b4ef8bb6d6bb9bd380a11'), (3, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'), (4, 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a12', '00000000-0000-0000-0000-000000000000'), (5, null, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11');
-- after
create table public.ntu_device (id int primary key, serial uuid unique, owner uuid not null);
