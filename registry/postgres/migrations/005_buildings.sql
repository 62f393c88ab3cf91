-- Why: what is known of a building over valid and recorded time. Most
-- buildings have one version for years: such a sole row is guarded by a unique
-- index, which is cheap, and only the rows of buildings with a past fall under
-- the exclusion constraint, which is not. The foreign key with its cascade is
-- the border between the two: a code never has both kinds of rows.
-- Class: distributed by building_code.
create table building (
  building_code bigint  primary key constraint single_building_code references code,
  version       integer not null check (version >= 1),
  sole          boolean not null,
  unique (building_code, sole)
);

create table building_version (
  building_code bigint           not null,
  version       integer          not null check (version >= 1),
  part          smallint         not null check (part >= 0),
  sole          boolean          not null,
  valid         daterange        not null check (not isempty(valid) and lower_inc(valid) and not lower_inf(valid)),
  recorded_from timestamptz      not null,
  recorded_to   timestamptz      not null default 'infinity' check (recorded_from < recorded_to),
  event_id      uuid             not null constraint single_building_version_event references event,
  geom          geometry(Geometry, 4326) not null check (geometrytype(geom) in ('POLYGON', 'MULTIPOLYGON', 'POINT')),
  point         geometry(Point, 4326)    not null,
  cell          bigint           not null,
  community_id  bigint           references division,
  state         text             not null
                check (state in ('planned', 'under_construction', 'in_use', 'unusable', 'demolished', 'not_realised')),
  evidence      text             not null
                check (evidence in ('declared', 'observed', 'documented', 'census_confirmed', 'estimated')),
  in_question   boolean          not null,
  legality      text             not null check (legality in ('permitted', 'unpermitted', 'unknown')),
  floors        smallint         check (floors between 1 and 300),
  height        double precision check (height > 0 and height <= 1500),
  name          text             not null,
  address       text             not null,
  primary key (building_code, version, part),
  foreign key (building_code, sole) references building (building_code, sole) on update cascade,
  exclude using gist (building_code with =, valid with &&, tstzrange(recorded_from, recorded_to) with &&) where (not sole)
);
create unique index building_version_sole on building_version (building_code) where (sole);
create index building_version_geom on building_version using gist (geom) where (recorded_to = 'infinity');
create index building_version_cell on building_version (cell) where (recorded_to = 'infinity');
create index building_version_community on building_version (community_id) where (recorded_to = 'infinity');
create index building_version_event on building_version (event_id);
create index building_version_words on building_version using gin ((name || ' ' || address) gin_trgm_ops)
  where (recorded_to = 'infinity' and (name <> '' or address <> ''));

-- Class: distributed by external_id within source; open rows are unique over
-- the whole registry, so that two imports cannot both claim one.
create table external_id (
  source        text        not null,
  external_id   text        not null,
  building_code bigint      not null constraint single_external_id_building references building,
  recorded_from timestamptz not null,
  recorded_to   timestamptz not null default 'infinity' check (recorded_from < recorded_to),
  event_id      uuid        not null constraint single_external_id_event references event,
  primary key (source, external_id, recorded_from)
);
create unique index external_id_open on external_id (source, external_id) where (recorded_to = 'infinity');
create index external_id_building on external_id (building_code);

-- Class: distributed by building_code, the parent's.
create table lineage (
  building_code bigint        not null,
  parent        bigint        not null,
  child         bigint        not null check (child <> parent),
  event_id      uuid          not null constraint single_lineage_event references event,
  recorded_from timestamptz   not null,
  recorded_to   timestamptz   not null default 'infinity' check (recorded_from < recorded_to),
  valid_from    date          not null,
  relation      text          not null check (relation in ('split', 'merge', 'carve_out', 'absorb', 'rebuild', 'recreate')),
  share         numeric(9, 8) check (share > 0 and share <= 1),
  primary key (building_code, parent, child, event_id)
);
create index lineage_child on lineage (child);
