-- group: columns
-- flags: --force --backfill default
-- before
create table public.tbn_packet (id int primary key, raw bytea, host inet, net cidr, mac macaddr, mac8 macaddr8, bits bit(5), many varbit, flag boolean, lsn pg_lsn);
-- rows
insert into public.tbn_packet values (1, '\x00ff10', '192.168.0.1/24', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', b'10101', b'1', true, '16/B374D848'),
  (2, '', '::1', '::/0', null, null, b'00000', b'', false, '0/0'), (3, null, null, null, null, null, null, null, null, null),
  (4, decode(repeat('deadbeef', 800), 'hex'), 'fe80::1/64', '2001:db8::/32', 'ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff:ff:ff', b'11111', b'000111', null, 'FFFFFFFF/FFFFFFFF'), (5, '\x5c5c27', '255.255.255.255', '1.2.3.4/32', null, null, null, b'0', true, null);
-- after
