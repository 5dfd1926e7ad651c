-- How long a tenant keeps the content of an action's entries. Without a row: 90 days for decisions, for ever for the rest.
alter table ledger.retention add column action text not null default 'decision.made';
alter table ledger.retention alter column action drop default;
alter table ledger.retention drop constraint retention_pkey;
alter table ledger.retention add primary key (tenant_id, action);
-- Null for content that is kept for ever.
alter table ledger.retention alter column days drop not null;
grant delete on ledger.retention to countersign_app;

-- For how many days a tenant keeps what he does not keep for ever.
create function ledger.kept_days(tenant uuid) returns setof integer
  language sql stable as $$
  select r.days from ledger.retention r where r.tenant_id = tenant and r.days is not null
  union all
  select 90 where not exists (select from ledger.retention r where r.tenant_id = tenant and r.action = 'decision.made')
$$;

-- Sets how long a tenant keeps what he records from `changed` on, by action; what is not named has its default again. Notes the
-- shortest and the longest of before and after, from which queries know which partitions can hold what.
drop function ledger.retain(uuid, integer, timestamptz);
create function ledger.retain(tenant uuid, actions text[], new_days integer[], changed timestamptz) returns void
  language plpgsql volatile as $$
declare
  lowest integer;
  highest integer;
  lowest_after integer;
  highest_after integer;
begin
  perform pg_advisory_xact_lock(hashtextextended(tenant::text, 7467));
  select min(days), max(days) into lowest, highest from ledger.kept_days(tenant) days;
  delete from ledger.retention r where r.tenant_id = tenant;
  insert into ledger.retention (tenant_id, action, days)
    select tenant, n.action, n.days from unnest(actions, new_days) n(action, days);
  select min(days), max(days) into lowest_after, highest_after from ledger.kept_days(tenant) days;
  -- Where nothing expires, whatever is noted is too much.
  insert into ledger.retention_in_force as f (tenant_id, day, shortest, longest)
    values (tenant, (changed at time zone 'utc')::date,
      coalesce(least(lowest, lowest_after), 90), coalesce(greatest(highest, highest_after), 90))
    on conflict (tenant_id, day) do update
      set shortest = least(f.shortest, excluded.shortest), longest = greatest(f.longest, excluded.longest);
end $$;

-- The day at whose beginning the content of an entry that is written now may go.
create function ledger.expiry_day(tenant uuid, entry_action text) returns date
  language sql stable
  return (
    with kept as (select days from ledger.retention r where r.tenant_id = tenant and r.action = entry_action)
    select case when days.n is null then 'infinity'
             else coalesce((select min(d.day) from ledger.entry_day d where d.day > (now() at time zone 'utc')::date + days.n), 'infinity') end
    from (select case when exists (select from kept) then (select days from kept)
                   when entry_action = 'decision.made' then 90 end as n) days);

drop function ledger.open_batch(uuid[]);
create function ledger.open_batch(tenants uuid[])
  returns table (tenant_id uuid, policies bigint, credentials bigint, expires_on date)
  language plpgsql volatile as $$
declare
  free uuid[];
begin
  select array_agg(t) into free from unnest(tenants) t where pg_try_advisory_xact_lock_shared(kernel.generation_lock(t));
  return query
    select t, coalesce(g.policies, 0), coalesce(g.credentials, 0), ledger.expiry_day(t, 'decision.made')
    from unnest(free) t left join kernel.generation g on g.tenant_id = t;
end $$;

-- What waits for its index knows its day already. Were its partition gone by then, the next one that is there has it; what
-- waited for long is kept, for where it is looked for follows from when it got its index.
alter table ledger.pending
  add column expires_on date not null default 'infinity',
  add column written_at timestamptz not null default now();
grant select on ledger.entry_day to countersign_sequencer;
-- A day is not over while something waits that goes with it.
create policy maintain on ledger.pending for select to countersign_maintenance using (true);
grant select (expires_on) on ledger.pending to countersign_maintenance;

-- Content that somebody erased: what is gone can be told from what was removed. The entry of the erasure says the same.
create table ledger.erasure (
  tenant_id  uuid        not null,
  log_index  bigint      not null,
  erasure_id uuid        not null,
  erased_at  timestamptz not null,
  reason     text        not null,
  primary key (tenant_id, log_index)
);
alter table ledger.erasure enable row level security;
alter table ledger.erasure force row level security;
create policy tenant on ledger.erasure using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
create policy recompute on ledger.erasure for select to countersign_fsck using (true);
grant select, insert, update (reason) on ledger.erasure to countersign_app;
-- Of what was on hold until after its day, the end is written down one by one.
create policy maintain on ledger.erasure for all to countersign_maintenance using (true) with check (true);
grant insert, select (tenant_id, log_index) on ledger.erasure to countersign_maintenance;
grant select (tenant_id, log_index) on ledger.erasure to countersign_fsck;

-- What must stay for the time being, in one of three ways: a governed action, a stretch of the log, or a period.
create table ledger.hold (
  tenant_id      uuid        not null,
  hold_id        uuid        not null,
  -- Who drops a day looks whether a hold came meanwhile.
  hold_no        bigint      generated always as identity,
  correlation_id uuid,
  first_index    bigint,
  last_index     bigint,
  since          timestamptz,
  until          timestamptz,
  reason         text        not null,
  set_by         text        not null,
  set_at         timestamptz not null,
  lifted_by      text,
  lifted_at      timestamptz,
  lift_reason    text,
  primary key (tenant_id, hold_id),
  check (num_nonnulls(correlation_id, first_index, since) = 1),
  check ((first_index is null) = (last_index is null) and (since is null) = (until is null)),
  check (first_index <= last_index and since < until),
  check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null))
);
create index hold_active on ledger.hold (tenant_id) where lifted_at is null;
create index hold_by_number on ledger.hold (hold_no desc);
alter table ledger.hold enable row level security;
alter table ledger.hold force row level security;
create policy tenant on ledger.hold using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
create policy maintain on ledger.hold for select to countersign_maintenance using (true);
grant select, insert, update (reason, lifted_by, lifted_at, lift_reason) on ledger.hold to countersign_app;
grant select (tenant_id, hold_no, correlation_id, first_index, last_index, since, until, lifted_at) on ledger.hold to countersign_maintenance;

-- Entries that a hold took out of the partition of their day, into the one that is kept.
create table ledger.held (
  tenant_id uuid   not null,
  log_index bigint not null,
  day       date   not null,
  primary key (tenant_id, log_index)
);
alter table ledger.held enable row level security;
alter table ledger.held force row level security;
create policy tenant on ledger.held using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
create policy maintain on ledger.held for all to countersign_maintenance using (true) with check (true);
grant select, insert, delete on ledger.held to countersign_maintenance;

-- Held by who erases (shared), by who ends a day (shared) and by who sets a hold: none of them overlooks a hold.
create function ledger.hold_lock() returns bigint
  language sql immutable parallel safe
  return 7465;

set role countersign_maintenance;
-- Erasing is all that the application may change of an entry: whatever it writes there must be nothing.
grant update (salt, content) on ledger.entry to countersign_app;
create policy only_erases on ledger.entry as restrictive for update to countersign_app
  using (true) with check (salt is null and content is null);
-- A hold moves rows from partition to partition. Still no content.
grant select (correlation_id, time), update (expires_on, salt, content) on ledger.entry to countersign_maintenance;
create policy move on ledger.entry for update to countersign_maintenance using (true) with check (true);
reset role;
