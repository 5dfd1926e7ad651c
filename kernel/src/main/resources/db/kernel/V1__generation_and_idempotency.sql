-- The tenant of the running transaction; null if none was set, and then every policy hides every row.
create function kernel.current_tenant() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('countersign.tenant', true), '')::uuid;

-- One row a tenant, counting changes of what answers are decided by.
create table kernel.generation (
  tenant_id   uuid   primary key,
  policies    bigint not null default 1,
  credentials bigint not null default 1,
  gates       bigint not null default 1,
  trust       bigint not null default 1
) with (fillfactor = 50);
alter table kernel.generation enable row level security;
alter table kernel.generation force row level security;
create policy tenant on kernel.generation
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
-- The batch writer compares the generations of all tenants in its batch.
create policy batch_reads on kernel.generation for select to countersign_batch using (true);

-- The number of a tenant's generation lock; tenants that share one only wait for each other.
create function kernel.generation_lock(tenant uuid) returns bigint
  language sql immutable parallel safe
  return hashtextextended(tenant::text, 7461);

-- Starts a tenant's transaction. Under READ COMMITTED the select after the lock sees what its former holder committed.
create function kernel.enter(tenant uuid, rules text)
  returns table (policies bigint, credentials bigint, gates bigint, trust bigint)
  language plpgsql volatile as $$
begin
  perform set_config('countersign.tenant', tenant::text, true);
  if rules = 'APPLY' then
    perform pg_advisory_xact_lock_shared(kernel.generation_lock(tenant));
  elsif rules = 'CHANGE' then
    perform pg_advisory_xact_lock(kernel.generation_lock(tenant));
  end if;
  return query select g.policies, g.credentials, g.gates, g.trust from kernel.generation g where g.tenant_id = tenant;
end $$;

-- Answers by idempotency key, kept for 24 hours; written in the transaction of what they answer.
create table kernel.idempotency (
  tenant_id  uuid        not null,
  principal  text        not null,
  route      text        not null,
  key        text        not null,
  body       bytea       not null,
  answer     text,
  entry_ids  uuid[],
  correlation_ids uuid[],
  created_at timestamptz not null,
  primary key (tenant_id, principal, route, key)
);
create index idempotency_by_age on kernel.idempotency (tenant_id, created_at);
alter table kernel.idempotency enable row level security;
alter table kernel.idempotency force row level security;
create policy tenant on kernel.idempotency
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

grant usage on schema kernel to countersign_app, countersign_batch, countersign_sequencer, countersign_timer, countersign_fsck;
grant select, insert, update on kernel.generation to countersign_app;
grant select on kernel.generation to countersign_batch;
grant select, insert, update, delete on kernel.idempotency to countersign_app;
-- For the look-up of a key, which runs as the owner and needs the counter that its answer was read under.
create policy key_lookup on kernel.generation for select to countersign_owner using (true);
