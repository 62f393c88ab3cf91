-- Why: each cell has one officer and one administrator at every instant, or is
-- a gap. What was assigned stays readable; an assignment to come that is taken
-- back is withdrawn, not deleted. An absence hands the work to a substitute,
-- or, without one, to the administrator, and leaves the assignments alone.
-- Rows are for those whom they concern: the policies compare columns with what
-- the transaction was told by SET LOCAL, and hold for the owner too, who has
-- one of its own for backups.
-- Class: assignment is distributed by cell; absence is reference.
create table assignment (
  cell       bigint      not null,
  role       text        not null check (role in ('officer', 'administrator')),
  account_id bigint      not null references account,
  held_from  timestamptz not null,
  held_to    timestamptz not null default 'infinity' check (held_from < held_to),
  event_id   uuid        not null constraint single_assignment_event references event,
  withdrawn  boolean     not null default false,
  ended_by   uuid        constraint single_assignment_ended_by references event,
  primary key (cell, role, held_from, event_id),
  exclude using gist (cell with =, role with =, tstzrange(held_from, held_to) with &&) where (not withdrawn)
);
create index assignment_account on assignment (account_id, role, held_to) where (not withdrawn);

create table absence (
  absence_id    uuid        primary key,
  account_id    bigint      not null references account,
  substitute_id bigint      references account check (substitute_id <> account_id),
  absent_from   timestamptz not null,
  absent_to     timestamptz not null check (absent_from < absent_to),
  event_id      uuid        not null constraint single_absence_event references event,
  withdrawn     boolean     not null default false,
  exclude using gist (account_id with =, tstzrange(absent_from, absent_to) with &&) where (not withdrawn)
);
create index absence_substitute on absence (substitute_id) where (not withdrawn);

alter table assignment enable row level security;
alter table assignment force row level security;
create policy owner on assignment to current_user using (true) with check (true);
create policy read_own on assignment for select to {{.app}}
  using (account_id = any (string_to_array(current_setting('fangma.accounts', true), ',')::bigint[]));
create policy read_in_cells on assignment for select to {{.app}}
  using (cell = any (string_to_array(current_setting('fangma.cells', true), ',')::bigint[]));
-- Everybody may ask which office answers for a place; the store keeps the names of who may not know them.
create policy read_asked on assignment for select to {{.app}}
  using (cell = any (string_to_array(current_setting('fangma.asked', true), ',')::bigint[]));
create policy read_all on assignment for select to {{.app}}
  using ('assignments' = any (string_to_array(current_setting('fangma.rights', true), ',')));
create policy write_in_cells on assignment for insert to {{.app}}
  with check (role = 'officer' and cell = any (string_to_array(current_setting('fangma.administered', true), ',')::bigint[]));
create policy write_all on assignment for insert to {{.app}}
  with check ('assign' = any (string_to_array(current_setting('fangma.rights', true), ',')));
create policy end_in_cells on assignment for update to {{.app}}
  using (role = 'officer' and cell = any (string_to_array(current_setting('fangma.administered', true), ',')::bigint[]));
create policy end_all on assignment for update to {{.app}}
  using ('assign' = any (string_to_array(current_setting('fangma.rights', true), ',')));

grant select, insert on assignment, absence to {{.app}};
grant update (held_to, withdrawn, ended_by) on assignment to {{.app}};
grant update (absent_to, withdrawn) on absence to {{.app}};
