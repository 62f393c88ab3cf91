-- Why: the house map needs roads, water and green under the houses, drawn from
-- our own tiles. This is scenery: it has no history and is replaced as a whole
-- by the next import of its source.
-- Class: reference.
create table basemap_feature (
  source     text   not null,
  feature_id bigint not null,
  class      text   not null,
  kind       text   not null,
  name       text   not null,
  geom       geometry(Geometry, 4326) not null,
  primary key (source, feature_id)
);
