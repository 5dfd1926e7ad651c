-- Where keys failed, of all nodes together, until the entry is written: one row for each place and minute. The row
-- goes in the transaction that records its entry, so an address is kept no longer than that.
-- Of a key whose id is known it is the row of its tenant, else the platform's.
create table identity.failed_attempt (
  tenant_id uuid        not null,
  minute    timestamptz not null,
  source    text        not null,
  known_key boolean     not null,
  failures  bigint      not null check (failures > 0),
  primary key (tenant_id, minute, source, known_key)
);
create index failed_attempt_by_minute on identity.failed_attempt (minute);
alter table identity.failed_attempt enable row level security;
alter table identity.failed_attempt force row level security;
create policy tenant on identity.failed_attempt
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
-- Nodes report the failures of all tenants at once.
create policy gather on identity.failed_attempt for all to countersign_batch using (true) with check (true);

-- One row a minute: whoever holds its lock reports, so that the bound on a minute's places is exact. Closed once its
-- entries are being written; what comes later is counted in a metric alone. No tenant's: the batch role sees it, nobody else.
create table identity.failed_minute (
  minute      timestamptz primary key,
  reported_at timestamptz not null,
  closed      boolean     not null default false
);
alter table identity.failed_minute enable row level security;
alter table identity.failed_minute force row level security;
create policy gather on identity.failed_minute for all to countersign_batch using (true) with check (true);

grant select, delete on identity.failed_attempt to countersign_app;
grant select, insert, delete, update (failures) on identity.failed_attempt to countersign_batch;
grant select, insert, delete, update (closed) on identity.failed_minute to countersign_batch;
