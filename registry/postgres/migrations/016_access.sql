-- Why: who looked at this house is a question that its landlord and the
-- administrator may ask. One row a request, with the codes it showed. A
-- landlord's houses are those that a clerk wrote down as theirs.
-- Class: access_log is distributed by access_id; holding by building_code.
create table access_log (
  access_id    uuid        primary key,
  accessed_at  timestamptz not null,
  account_id   bigint      not null,
  account_name text        not null,
  act          text        not null check (act <> ''),
  codes        bigint[]    not null,
  cells        bigint[]    not null,
  detail       jsonb       not null,
  request      text        not null
);
create index access_log_codes on access_log using gin (codes);
create index access_log_at on access_log (accessed_at);

create table holding (
  building_code bigint      not null constraint single_holding_building references building,
  account_id    bigint      not null references account,
  held_from     timestamptz not null,
  held_to       timestamptz not null default 'infinity' check (held_from < held_to),
  event_id      uuid        not null constraint single_holding_event references event,
  primary key (building_code, account_id, held_from),
  exclude using gist (building_code with =, account_id with =, tstzrange(held_from, held_to) with &&)
);
create index holding_account on holding (account_id);

alter table access_log enable row level security;
alter table access_log force row level security;
create policy owner on access_log to current_user using (true) with check (true);
create policy write on access_log for insert to {{.app}}
  with check (account_id = nullif(current_setting('fangma.account', true), '')::bigint);
create policy read_in_cells on access_log for select to {{.app}}
  using (cells && string_to_array(current_setting('fangma.administered', true), ',')::bigint[]);
create policy read_in_houses on access_log for select to {{.app}}
  using (codes && string_to_array(current_setting('fangma.houses', true), ',')::bigint[]);
create policy read_all on access_log for select to {{.app}}
  using ('access' = any (string_to_array(current_setting('fangma.rights', true), ',')));

grant select, insert on access_log, holding to {{.app}};
grant update (held_to) on holding to {{.app}};
