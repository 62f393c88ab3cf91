-- Why: how many live in a house, said of a dwelling or, where its dwellings
-- are not known, of the building itself (code = building_code): a number with
-- its evidence, never a person. in_building and cell are where it counts now
-- and follow the dwelling; everything else is append-only.
-- building_total is what a building's statements come to over valid time. The
-- store writes it in the transaction that changes it and `db verify` sums it
-- again; followers read it by event. Its rows are public to the server, which
-- decides by route and role what of them anybody is shown.
-- A building without rows has no dwellings, no heads and was never confirmed.
-- Class: distributed by building_code; access_log and holding: see below.
create table headcount (
  building_code bigint      not null,
  code          bigint      not null constraint single_headcount_code references code,
  version       integer     not null check (version >= 1),
  part          smallint    not null check (part >= 0),
  in_building   bigint      not null constraint single_headcount_building references building,
  cell          bigint      not null,
  valid         daterange   not null check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
  recorded_from timestamptz not null,
  recorded_to   timestamptz not null default 'infinity' check (recorded_from < recorded_to),
  event_id      uuid        not null constraint single_headcount_event references event,
  heads         integer     not null check (heads between 0 and 100000),
  permits       integer     check (permits between 0 and heads),
  evidence      text        not null check (evidence in ('declared', 'observed', 'estimated')),
  declarer      text        not null check (declarer in ('landlord', 'employer', 'occupant', 'officer', 'clerk', 'statistics')),
  stated_on     date        not null,
  primary key (building_code, code, version, part),
  exclude using gist (building_code with =, code with =, valid with &&, tstzrange(recorded_from, recorded_to) with &&)
);
create index headcount_in on headcount (in_building);
create index headcount_cell on headcount (cell) where (recorded_to = 'infinity');
create index headcount_event on headcount (event_id);

create table building_total (
  building_code bigint      not null,
  version       integer     not null check (version >= 1),
  part          smallint    not null check (part >= 0),
  valid         daterange   not null check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
  recorded_from timestamptz not null,
  recorded_to   timestamptz not null default 'infinity' check (recorded_from < recorded_to),
  event_id      uuid        not null constraint single_building_total_event references event,
  dwellings     integer     not null check (dwellings >= 0),
  heads         integer     not null check (heads >= 0),
  permits       integer     not null check (permits between 0 and heads),
  confirmed_to  date,
  primary key (building_code, version, part)
);
create unique index building_total_open on building_total (building_code, part) where (recorded_to = 'infinity');
create index building_total_event on building_total (event_id, building_code);

alter table headcount enable row level security;
alter table headcount force row level security;
create policy owner on headcount to current_user using (true) with check (true);
create policy read_in_cells on headcount for select to {{.app}}
  using (cell = any (string_to_array(current_setting('fangma.cells', true), ',')::bigint[]));
create policy read_in_houses on headcount for select to {{.app}}
  using (in_building = any (string_to_array(current_setting('fangma.houses', true), ',')::bigint[]));
create policy read_all on headcount for select to {{.app}}
  using ('headcounts' = any (string_to_array(current_setting('fangma.rights', true), ',')));
create policy write_in_cells on headcount for insert to {{.app}}
  with check (cell = any (string_to_array(current_setting('fangma.worked', true), ',')::bigint[]));
create policy write_all on headcount for insert to {{.app}}
  with check ('count' = any (string_to_array(current_setting('fangma.rights', true), ',')));
create policy close_in_cells on headcount for update to {{.app}}
  using (cell = any (string_to_array(current_setting('fangma.worked', true), ',')::bigint[]));
create policy close_all on headcount for update to {{.app}}
  using ('count' = any (string_to_array(current_setting('fangma.rights', true), ',')));

grant select, insert on headcount, building_total to {{.app}};
grant update (recorded_to, cell, in_building) on headcount to {{.app}};
grant update (recorded_to) on building_total to {{.app}};
