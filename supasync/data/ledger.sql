-- The audit trail. Runs before the first sync, and again harmlessly before every later one.
create schema if not exists supasync;
revoke all on schema supasync from public;

create table if not exists supasync.ledger (
  id                 bigint generated always as identity primary key,
  sync_id            uuid        not null,
  event              text        not null check (event in ('started', 'succeeded', 'failed', 'rolled_back')),
  at                 timestamptz not null default clock_timestamp(),
  direction          text        not null check (direction in ('up', 'down')),
  name               text        not null,
  versions           text[]      not null,
  files              jsonb       not null default '[]',
  schema_file        text,
  schema_checksum    text,
  fingerprint_before text,
  fingerprint_after  text,
  comparison         text,
  actor              text,
  os_user            text,
  host               text,
  database_role      text        not null default current_user,
  git_commit         text,
  git_dirty          boolean,
  reason             text,
  tools              jsonb,
  duration_ms        bigint,
  error              text
);
create index if not exists ledger_sync_id on supasync.ledger (sync_id);
comment on table supasync.ledger is 'Who changed the schema, when, why and how. Written by supasync; append-only.';

create or replace function supasync.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'supasync.ledger is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;

do $$
begin
  if not exists (select from pg_catalog.pg_trigger where tgrelid = 'supasync.ledger'::regclass and tgname = 'append_only') then
    create trigger append_only before update or delete or truncate on supasync.ledger
      for each statement execute function supasync.refuse_change();
    -- also in sessions that replay replicated rows, where ordinary triggers rest
    alter table supasync.ledger enable always trigger append_only;
  end if;
end $$;

create or replace view supasync.schema_migrations as
  select file ->> 'version' as version, done.at as applied_at, file ->> 'checksum' as checksum
  from supasync.ledger done
  join supasync.ledger begun on begun.sync_id = done.sync_id and begun.event = 'started'
  cross join lateral jsonb_array_elements(begun.files) file
  -- a sync of several files may fail after the first of them: its row names those that stand
  where done.event in ('succeeded', 'failed') and done.direction = 'up' and file ->> 'version' = any (done.versions)
    and not exists (
      select from supasync.ledger undone
      where undone.event = 'rolled_back' and undone.id > done.id and file ->> 'version' = any (undone.versions));

do $$
declare role_name text;
begin
  foreach role_name in array array['anon', 'authenticated', 'service_role'] loop
    if exists (select from pg_catalog.pg_roles where rolname = role_name) then
      execute format('revoke all on schema supasync from %I', role_name);
      execute format('revoke all on all tables in schema supasync from %I', role_name);
    end if;
  end loop;
  revoke all on all functions in schema supasync from public;
end $$;
