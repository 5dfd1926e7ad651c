-- Content that expires is dropped a day at a time, with its partition. Creating and detaching partitions needs their owner:
-- a login of its own, which reads nothing but which entries there are.
grant usage on schema kernel to countersign_maintenance;
grant usage, create on schema ledger to countersign_maintenance;

-- How many days a tenant keeps the content of decisions; without a row, 90.
create table ledger.retention (
  tenant_id uuid    primary key,
  days      integer not null check (days between 1 and 3650)
);
alter table ledger.retention enable row level security;
alter table ledger.retention force row level security;
create policy tenant on ledger.retention using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
create policy batch_reads on ledger.retention for select to countersign_batch using (true);
create policy maintain on ledger.retention for select to countersign_maintenance using (true);
grant select, insert, update on ledger.retention to countersign_app;
grant select on ledger.retention to countersign_batch, countersign_maintenance;

-- The days for which there is a partition. Decisions go to the first that is late enough, or, if none is, are kept.
create table ledger.entry_day (
  day date primary key
);
grant select on ledger.entry_day to countersign_app, countersign_batch;
grant select, insert, delete on ledger.entry_day to countersign_maintenance;

-- Which entries of a tenant expired, a few thousand a row: what is gone can be told from what was removed.
create table ledger.expired (
  tenant_id   uuid        not null,
  first_index bigint      not null,
  last_index  bigint      not null,
  -- How far each index is behind the first.
  offsets     bigint[]    not null,
  day         date        not null,
  primary key (tenant_id, first_index)
);
alter table ledger.expired enable row level security;
alter table ledger.expired force row level security;
create policy tenant on ledger.expired using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
create policy maintain on ledger.expired for all to countersign_maintenance using (true) with check (true);
create policy recompute on ledger.expired for select to countersign_fsck using (true);
grant select on ledger.expired to countersign_app, countersign_fsck;
grant select, insert on ledger.expired to countersign_maintenance;

drop policy tenant on ledger.entry;
drop policy extend_entry on ledger.entry;
drop policy recompute on ledger.entry;
alter table ledger.entry no force row level security;
alter table ledger.entry disable row level security;
alter table ledger.entry rename to entry_of_v1;
alter index ledger.entry_by_correlation rename to entry_of_v1_by_correlation;
grant select on ledger.entry_of_v1 to countersign_maintenance;

-- A partition is reached through its parent alone: forced row-level security without a policy shows nothing to anybody.
create function ledger.add_entry_day(new_day date) returns void
  language plpgsql volatile as $$
declare
  name text := 'entry_' || to_char(new_day, 'YYYYMMDD');
begin
  -- Two nodes that start at once, or a tenant that changes his retention meanwhile.
  perform pg_advisory_xact_lock(7464);
  if exists (select from ledger.entry_day d where d.day = new_day) then
    return;
  end if;
  execute format('create table ledger.%I (like ledger.entry_kept including defaults)', name);
  execute format('alter table ledger.%I enable row level security', name);
  execute format('alter table ledger.%I force row level security', name);
  execute format('alter table ledger.entry attach partition ledger.%I for values from (%L) to (%L)', name, new_day, new_day + 1);
  insert into ledger.entry_day (day) values (new_day);
end $$;
revoke execute on function ledger.add_entry_day(date) from public;
grant execute on function ledger.add_entry_day(date) to countersign_maintenance;

set role countersign_maintenance;
create table ledger.entry (
  tenant_id      uuid        not null,
  log_index      bigint      not null,
  id             uuid        not null,
  correlation_id uuid        not null,
  time           timestamptz not null,
  action         text        not null,
  salt           bytea,
  content        text,
  -- The day at whose beginning the content may go; fixed when it is written.
  expires_on     date        not null,
  primary key (tenant_id, log_index, expires_on)
) partition by range (expires_on);
create index entry_by_correlation on ledger.entry (tenant_id, correlation_id, log_index);
alter table ledger.entry enable row level security;
alter table ledger.entry force row level security;
create policy tenant on ledger.entry using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
create policy extend_entry on ledger.entry for insert to countersign_batch, countersign_sequencer with check (true);
create policy recompute on ledger.entry for select to countersign_fsck using (true);
create policy maintain on ledger.entry for select to countersign_maintenance using (true);

create table ledger.entry_kept (like ledger.entry including defaults);
alter table ledger.entry_kept enable row level security;
alter table ledger.entry_kept force row level security;
alter table ledger.entry attach partition ledger.entry_kept for values from ('infinity') to (maxvalue);

-- Enough for a server that is started within two weeks, from then on its job keeps them coming; and what was there expires as
-- if it had been written under the default.
select ledger.add_entry_day(day) from (
  select (now() at time zone 'utc')::date + ahead as day from generate_series(91, 105) ahead
  union select (time at time zone 'utc')::date + 91 from ledger.entry_of_v1 where action = 'decision.made') days;
alter table ledger.entry disable row level security;
insert into ledger.entry (tenant_id, log_index, id, correlation_id, time, action, salt, content, expires_on)
  select tenant_id, log_index, id, correlation_id, time, action, salt, content,
         case when action = 'decision.made' then (time at time zone 'utc')::date + 91 else 'infinity' end
  from ledger.entry_of_v1;
alter table ledger.entry enable row level security;

-- Its owner needs to know which entries there are, and no more.
revoke all on ledger.entry from countersign_maintenance;
grant select (tenant_id, log_index, expires_on) on ledger.entry to countersign_maintenance;
grant select on ledger.entry to countersign_app, countersign_fsck;
grant insert on ledger.entry to countersign_batch, countersign_sequencer;
reset role;
drop table ledger.entry_of_v1;

-- Starts a batch of decisions: the generation locks of its tenants, as far as they can be had at once, and what is in force for those.
-- A tenant whose rules are being changed has no row: a change that waits for the lock is not overtaken either.
drop function ledger.open_batch(uuid[]);
create function ledger.open_batch(tenants uuid[])
  returns table (tenant_id uuid, policies bigint, credentials bigint, expires_on date)
  language plpgsql volatile as $$
declare
  free uuid[];
begin
  select array_agg(t) into free from unnest(tenants) t where pg_try_advisory_xact_lock_shared(kernel.generation_lock(t));
  return query
    select t, coalesce(g.policies, 0), coalesce(g.credentials, 0),
           coalesce((select min(d.day) from ledger.entry_day d where d.day > (now() at time zone 'utc')::date + coalesce(r.days, 90)), 'infinity')
    from unnest(free) t
      left join kernel.generation g on g.tenant_id = t
      left join ledger.retention r on r.tenant_id = t;
end $$;
