-- Why: the role that serves may add to history and close what is open; it
-- changes nothing else of it and deletes none of it. What it may delete is
-- scenery, ended sessions and answers kept for retries.
grant select on schema_version, registry, code, code_key, code_counter, code_block, code_origin, event, event_code, feed,
  feed_head, division, division_version, building, building_version, external_id, lineage, cell_lock, registry_lock,
  account, account_role, session, idempotency, basemap_feature to {{.app}};
grant insert on code, code_counter, code_block, event, event_code, feed, division, division_version, building,
  building_version, external_id, lineage, cell_lock, account, account_role, session, idempotency, basemap_feature,
  registry, code_key, code_origin to {{.app}};
grant update (status, status_from, status_before, retired_as) on code to {{.app}};
grant update (next) on code_counter to {{.app}};
grant update (version, sole) on building to {{.app}};
grant update (recorded_to) on building_version, division_version, external_id, lineage to {{.app}};
grant update (position, horizon) on feed_head to {{.app}};
grant update (one) on registry_lock to {{.app}};
grant update (cell) on cell_lock to {{.app}};
grant update (display_name, password_hash, disabled_at) on account to {{.app}};
grant update (granted_to) on account_role to {{.app}};
grant update (expires_at, ended_at) on session to {{.app}};
grant update (answer) on idempotency to {{.app}};
grant delete on basemap_feature, session, idempotency to {{.app}};
grant usage on all sequences in schema public to {{.app}};
