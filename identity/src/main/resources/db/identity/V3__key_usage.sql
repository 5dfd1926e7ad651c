-- When a key was last used and how often; written in batches, never by a call. Apart from the key, so that
-- a count neither copies the key's row nor waits for its lock. No index on what changes: updates stay in
-- their page (HOT).
create table identity.key_usage (
  tenant_id uuid        not null,
  key_id    text        not null,
  requests  bigint      not null,
  last_used timestamptz not null,
  primary key (tenant_id, key_id)
) with (fillfactor = 50);
alter table identity.key_usage enable row level security;
alter table identity.key_usage force row level security;
create policy tenant on identity.key_usage
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
-- One statement adds the calls of all tenants' keys.
create policy count_usage on identity.key_usage for all to countersign_batch using (true) with check (true);

grant usage on schema identity to countersign_batch;
grant select on identity.key_usage to countersign_app;
grant select, insert, update (requests, last_used) on identity.key_usage to countersign_batch;
