-- Why: locks are rows, taken in order, one statement each. A write that puts
-- or moves a footprint locks the cells its box touches, so that the overlap
-- guard cannot be raced; a bulk import's final transaction locks the registry
-- row alone, single writes share it. Advisory locks would not survive a
-- worker's death at the worst moment.
-- Class: cell_lock is distributed by cell, registry_lock on the coordinator.
create table cell_lock (
  cell bigint primary key
);

create table registry_lock (
  one boolean primary key default true check (one)
);
insert into registry_lock default values;
