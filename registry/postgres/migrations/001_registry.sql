-- Why: what is fixed at first start and must never change afterwards without
-- every reader knowing: the time zone that says what "today" is and the
-- resolution of the grid.
-- Class: reference (one row, on every node).
create table registry (
  one             boolean     primary key default true check (one),
  registry_id     uuid        not null,
  timezone        text        not null,
  grid_resolution smallint    not null check (grid_resolution between 0 and 15),
  created_at      timestamptz not null
);
