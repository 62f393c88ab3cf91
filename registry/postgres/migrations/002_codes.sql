-- Why: a code is never deleted, never reused, never redefined. The ledger
-- keeps every code ever issued; the counters and blocks make sure that no two
-- minters hand out the same one; the origin ties the counters to the database
-- cluster they were counted in, so that a restored copy cannot mint what the
-- original minted meanwhile.
-- Class: code is distributed by code; the rest is on the coordinator.
create table code (
  code          bigint   primary key
                check (code between 100000000000 and 999999999999 and code % 97 = 1 and code % 100 between 2 and 98),
  kind          smallint not null check (kind = code / 100000000000),
  building_code bigint   not null,
  status        text     not null check (status in ('reserved', 'active', 'retired', 'void')),
  status_from   date     not null,
  status_before text     not null check (status_before in ('reserved', 'active', 'void')),
  retired_as    text     check (retired_as in ('demolished', 'not_realised', 'split', 'merged', 'ended')),
  check ((status = 'retired') = (retired_as is not null))
);

create table code_key (
  one boolean primary key default true check (one),
  key bytea   not null check (octet_length(key) = 32)
);

create table code_counter (
  kind smallint primary key check (kind between 1 and 9),
  next bigint   not null check (next between 0 and 1000000000)
);

create table code_block (
  kind        smallint    not null,
  first       bigint      not null,
  past        bigint      not null check (first < past),
  reserved_at timestamptz not null,
  reserved_by text        not null,
  primary key (kind, first),
  exclude using gist (kind with =, int8range(first, past) with &&)
);

create table code_origin (
  one               boolean primary key default true check (one),
  system_identifier bigint  not null,
  timeline          integer not null
);
