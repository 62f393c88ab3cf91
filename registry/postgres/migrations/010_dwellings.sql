-- Why: a dwelling is a unit of its own with its own code; its home, the
-- building of first registration, only says where its rows are kept, and
-- dwelling_building says in which one or more buildings it is, and when.
-- Class: distributed by building_code, the home. That a room label is unique in
-- a building spans homes, so label_in_building is on the list of
-- single-machine constraints.
create table dwelling (
  building_code bigint  not null,
  dwelling_code bigint  not null constraint single_dwelling_code references code,
  version       integer not null check (version >= 1),
  primary key (building_code, dwelling_code)
);
create unique index dwelling_by_code on dwelling (dwelling_code, building_code);

create table dwelling_version (
  building_code bigint      not null,
  dwelling_code bigint      not null,
  version       integer     not null check (version >= 1),
  part          smallint    not null check (part >= 0),
  valid         daterange   not null check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
  recorded_from timestamptz not null,
  recorded_to   timestamptz not null default 'infinity' check (recorded_from < recorded_to),
  event_id      uuid        not null constraint single_dwelling_version_event references event,
  label         text        not null check (label <> ''),
  floor         smallint    check (floor between -20 and 300),
  use           text        not null check (use in ('residential', 'commercial', 'mixed', 'other')),
  area          double precision check (area > 0),
  primary key (building_code, dwelling_code, version, part),
  foreign key (building_code, dwelling_code) references dwelling,
  exclude using gist (building_code with =, dwelling_code with =, valid with &&,
                      tstzrange(recorded_from, recorded_to) with &&)
);

create table dwelling_building (
  building_code bigint      not null,
  dwelling_code bigint      not null,
  in_building   bigint      not null constraint single_dwelling_building_in references building,
  valid         daterange   not null check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
  recorded_from timestamptz not null,
  recorded_to   timestamptz not null default 'infinity' check (recorded_from < recorded_to),
  label         text        not null,
  foreign key (building_code, dwelling_code) references dwelling,
  exclude using gist (building_code with =, dwelling_code with =, in_building with =, valid with &&,
                      tstzrange(recorded_from, recorded_to) with &&),
  constraint label_in_building
    exclude using gist (in_building with =, label with =, valid with &&) where (recorded_to = 'infinity')
);
create index dwelling_building_in on dwelling_building (in_building) where (recorded_to = 'infinity');

grant select, insert on dwelling, dwelling_version, dwelling_building to {{.app}};
grant update (version) on dwelling to {{.app}};
grant update (recorded_to) on dwelling_version, dwelling_building to {{.app}};
