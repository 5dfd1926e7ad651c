-- The log itself: public by design, since a commitment says nothing about its entry. No tenant, no row-level security.

-- Who we are as a log: fixed at the first start. A node with another key refuses to start.
create table ledger.log (
  one_row boolean primary key default true check (one_row),
  origin  text    not null,
  key     text    not null
);

-- The head: how far the log reaches. Whoever holds this row's lock extends the log.
create table ledger.head (
  one_row  boolean primary key default true check (one_row),
  size     bigint  not null,
  range    bytea   not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
insert into ledger.head (size, range) values (0, ''::bytea);

-- The commitments in order, one row a batch: 32 bytes each. The batch id tells whether a COMMIT whose answer was lost took place.
create table ledger.leaf_batch (
  first_index bigint primary key,
  batch_id    uuid   not null,
  commitments bytea  not null
);

-- Hash tiles (C2SP tlog-tiles). Level 0 is written when full; a higher level grows with each tile below it.
create table ledger.tile (
  level  smallint not null,
  n      bigint   not null,
  hashes bytea    not null,
  primary key (level, n)
);
alter table ledger.tile alter column hashes set storage external;

-- A tenant's chain: the next number and the last leaf hash, so that an omission from an export shows.
create table ledger.chain (
  tenant_id uuid   primary key,
  next_seq  bigint not null,
  leaf_hash bytea  not null
) with (fillfactor = 50);
alter table ledger.chain enable row level security;
alter table ledger.chain force row level security;
create policy tenant on ledger.chain using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- Entries that are committed and wait for their index; their order is the order of effects.
create table ledger.pending (
  pending_no bigint generated always as identity primary key,
  tenant_id  uuid   not null,
  id         uuid   not null,
  salt       bytea  not null,
  draft      text   not null
);
alter table ledger.pending enable row level security;
alter table ledger.pending force row level security;
create policy tenant on ledger.pending using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- Salt and content of every entry; erasing both leaves the commitment above.
create table ledger.entry (
  tenant_id      uuid        not null,
  log_index      bigint      not null,
  id             uuid        not null,
  correlation_id uuid        not null,
  time           timestamptz not null,
  action         text        not null,
  salt           bytea,
  content        text,
  primary key (tenant_id, log_index)
);
-- The one secondary index inside the head's lock; ids are ordered by time, so it grows at its right edge.
create index entry_by_correlation on ledger.entry (tenant_id, correlation_id, log_index);
alter table ledger.entry enable row level security;
alter table ledger.entry force row level security;
create policy tenant on ledger.entry using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

grant usage on schema ledger to countersign_app, countersign_batch, countersign_sequencer, countersign_fsck;

grant select on ledger.log, ledger.head, ledger.leaf_batch, ledger.tile to countersign_app, countersign_batch, countersign_sequencer, countersign_fsck;
grant insert on ledger.log to countersign_app;
grant select on ledger.entry, ledger.chain to countersign_app;
grant select, insert on ledger.pending to countersign_app;

-- Who extends the log: the batch writer for decisions, the sequencer for pending entries. Neither reads an entry's content back.
grant update (size, range) on ledger.head to countersign_batch, countersign_sequencer;
grant insert on ledger.leaf_batch to countersign_batch, countersign_sequencer;
grant insert, update (hashes) on ledger.tile to countersign_batch, countersign_sequencer;
grant select, insert, update on ledger.chain to countersign_batch, countersign_sequencer;
grant insert on ledger.entry to countersign_batch, countersign_sequencer;
grant select, delete on ledger.pending to countersign_sequencer;
create policy extend_chain on ledger.chain for all to countersign_batch, countersign_sequencer using (true) with check (true);
create policy extend_entry on ledger.entry for insert to countersign_batch, countersign_sequencer with check (true);
create policy sequence_read on ledger.pending for select to countersign_sequencer using (true);
create policy sequence_remove on ledger.pending for delete to countersign_sequencer using (true);

grant select on ledger.entry, ledger.chain, ledger.pending to countersign_fsck;
create policy recompute on ledger.entry for select to countersign_fsck using (true);
create policy recompute on ledger.chain for select to countersign_fsck using (true);
create policy recompute on ledger.pending for select to countersign_fsck using (true);

-- Starts a batch of decisions: the generation locks of its tenants in order, then the head's, each before it is read.
create function ledger.open_batch(tenants uuid[])
  returns table (tenant_id uuid, policies bigint, credentials bigint)
  language plpgsql volatile as $$
declare
  lock_number bigint;
begin
  for lock_number in select distinct kernel.generation_lock(t) as number from unnest(tenants) t order by number loop
    perform pg_advisory_xact_lock_shared(lock_number);
  end loop;
  return query select g.tenant_id, g.policies, g.credentials from kernel.generation g where g.tenant_id = any (tenants);
end $$;
