-- Why: an officer's look at a house, and what an officer asks the clerks to
-- record. Both are bound to the cell of the house, which is what the policies
-- go by; it follows the house when that moves.
-- Class: visit is distributed by building_code; proposal by cell.
create table visit (
  building_code bigint      not null constraint single_visit_building references building,
  visit_id      uuid        not null,
  cell          bigint      not null,
  account_id    bigint      not null references account,
  visited_at    timestamptz not null,
  visited_on    date        not null,
  result        text        not null check (result in ('no_change', 'changed', 'no_access', 'gone')),
  note          text        not null,
  event_id      uuid        not null constraint single_visit_event references event,
  withdrawn_at  timestamptz,
  primary key (building_code, visit_id)
);
create index visit_cell on visit (cell, visited_at);
create index visit_by_id on visit (visit_id);

create table proposal (
  cell          bigint      not null,
  proposal_id   uuid        not null,
  kind          text        not null check (kind in ('new_building', 'demolition', 'correction')),
  building_code bigint      constraint single_proposal_building references building,
  geom          geometry(Geometry, 4326),
  note          text        not null,
  account_id    bigint      not null references account,
  made_at       timestamptz not null,
  event_id      uuid        not null constraint single_proposal_event references event,
  state         text        not null check (state in ('open', 'accepted', 'refused', 'withdrawn')),
  decided_by    bigint      references account,
  decided_at    timestamptz check (made_at <= decided_at),
  decision      text        not null default '',
  result_code   bigint,
  primary key (cell, proposal_id),
  check ((state = 'open') = (decided_at is null)),
  check ((kind = 'new_building') = (building_code is null) and (building_code is not null or geom is not null))
);
create index proposal_by_id on proposal (proposal_id);
create index proposal_open on proposal (made_at) where (state = 'open');
create index proposal_building on proposal (building_code) where (building_code is not null);
create index proposal_account on proposal (account_id, made_at);

alter table visit enable row level security;
alter table visit force row level security;
create policy owner on visit to current_user using (true) with check (true);
create policy read_in_cells on visit for select to {{.app}}
  using (cell = any (string_to_array(current_setting('fangma.cells', true), ',')::bigint[]));
create policy read_all on visit for select to {{.app}}
  using ('visits' = any (string_to_array(current_setting('fangma.rights', true), ',')));
create policy write_in_cells on visit for insert to {{.app}}
  with check (cell = any (string_to_array(current_setting('fangma.worked', true), ',')::bigint[])
    and account_id = nullif(current_setting('fangma.account', true), '')::bigint);
create policy change_in_cells on visit for update to {{.app}}
  using (cell = any (string_to_array(current_setting('fangma.worked', true), ',')::bigint[])
    and account_id = nullif(current_setting('fangma.account', true), '')::bigint);
create policy move on visit for update to {{.app}}
  using ('visits' = any (string_to_array(current_setting('fangma.rights', true), ',')));

alter table proposal enable row level security;
alter table proposal force row level security;
create policy owner on proposal to current_user using (true) with check (true);
create policy read_own on proposal for select to {{.app}}
  using (account_id = nullif(current_setting('fangma.account', true), '')::bigint);
create policy read_in_cells on proposal for select to {{.app}}
  using (cell = any (string_to_array(current_setting('fangma.cells', true), ',')::bigint[]));
create policy read_all on proposal for select to {{.app}}
  using ('proposals' = any (string_to_array(current_setting('fangma.rights', true), ',')));
create policy write_in_cells on proposal for insert to {{.app}}
  with check (cell = any (string_to_array(current_setting('fangma.worked', true), ',')::bigint[])
    and account_id = nullif(current_setting('fangma.account', true), '')::bigint);
create policy decide on proposal for update to {{.app}}
  using ('proposals' = any (string_to_array(current_setting('fangma.rights', true), ',')));
create policy withdraw on proposal for update to {{.app}}
  using (account_id = nullif(current_setting('fangma.account', true), '')::bigint and state = 'open')
  with check (account_id = nullif(current_setting('fangma.account', true), '')::bigint and state = 'withdrawn');

grant select, insert on visit, proposal to {{.app}};
grant update (cell, withdrawn_at) on visit to {{.app}};
grant update (cell, state, decided_by, decided_at, decision, result_code) on proposal to {{.app}};
