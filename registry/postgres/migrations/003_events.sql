-- Why: history is append-only, and one event may cover many codes (an import
-- is one event a file), so the header stands apart from the after-images.
-- Positions in the feed are given after commit, by whoever holds feed_head;
-- horizon is the transaction below which every event has its position, so
-- that looking for new ones never reads the whole table and a long
-- transaction delays nobody but itself.
-- Class: coordinator.
create table event (
  event_id    uuid        primary key,
  class       text        not null check (class in ('registry', 'people', 'grid', 'account')),
  type        text        not null,
  actor_id    bigint,
  actor_name  text        not null,
  reason      text        not null,
  document    text        not null,
  valid_from  date        not null,
  recorded_at timestamptz not null,
  parts       integer     not null check (parts >= 0),
  detail      jsonb       not null,
  xid         xid8        not null default pg_current_xact_id()
);
create index event_xid on event (xid);

create table event_code (
  building_code bigint  not null,
  event_id      uuid    not null constraint single_event_code_event references event,
  code          bigint  not null,
  version       integer not null,
  after         jsonb   not null,
  primary key (building_code, event_id, code)
);
create index event_code_event on event_code (event_id, code);

create table feed (
  position bigint primary key,
  event_id uuid   not null unique constraint single_feed_event references event,
  class    text   not null
);
create index feed_class on feed (class, position);

create table feed_head (
  one      boolean primary key default true check (one),
  position bigint  not null,
  horizon  xid8    not null
);
insert into feed_head (position, horizon) values (0, '0');
