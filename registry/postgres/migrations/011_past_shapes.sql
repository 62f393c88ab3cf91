-- Why: the town at an earlier state of knowledge is drawn from rows that were
-- superseded since; the index on open rows does not find them.
-- Class: an index of building_version.
create index building_version_geom_past on building_version using gist (geom) where (recorded_to < 'infinity');
