-- Salt and content are sealed under keys that the database does not have. What was written before cannot be sealed by SQL,
-- and would stay readable in backups: such a log is not carried over, and nothing of it is touched.
set role countersign_maintenance;
do $$ begin
  if exists (select from ledger.entry) or exists (select from ledger.pending) then
    raise exception 'this log was written before content was sealed and cannot be carried over: nothing was changed; '
      'export what you need with the version that wrote it, then start with a new data directory or an empty database';
  end if;
end $$;
drop policy only_erases on ledger.entry;
-- The place in the tenant's chain is part of the canonical text, and known only under the log's lock; it is no secret, so it
-- stands beside what is sealed, and content is sealed before.
alter table ledger.entry drop column salt, drop column content,
  add column tenant_seq bigint not null, add column previous bytea not null, add column sealed bytea;
-- It cannot be compressed.
alter table ledger.entry alter column sealed set storage external;
grant update (sealed) on ledger.entry to countersign_app;
create policy only_erases on ledger.entry as restrictive for update to countersign_app using (true) with check (sealed is null);
-- What a hold moves is sealed anew for its new day. Without the keys, which no login has, that shows nothing.
grant select (id, sealed), update (sealed) on ledger.entry to countersign_maintenance;
reset role;

alter table ledger.pending drop column salt, drop column draft, add column sealed bytea not null;
alter table ledger.pending alter column sealed set storage external;

-- Which secret belongs to which day: a fingerprint, from which no key follows. A day without a row has nothing sealed.
create table ledger.content_key (
  day          date        primary key,
  fingerprint  bytea       not null,
  destroyed_at timestamptz
);
grant select on ledger.content_key to countersign_app, countersign_batch, countersign_sequencer, countersign_fsck;
grant select, insert, update (destroyed_at) on ledger.content_key to countersign_maintenance;

-- Content goes only to a day that has its secret.
create or replace function ledger.expiry_day(tenant uuid, entry_action text) returns date
  language sql stable
  return (
    with kept as (select days from ledger.retention r where r.tenant_id = tenant and r.action = entry_action)
    select case when days.n is null then 'infinity'
             else coalesce((
               select min(d.day) from ledger.entry_day d
               where d.day > (now() at time zone 'utc')::date + days.n
                 and exists (select from ledger.content_key k where k.day = d.day and k.destroyed_at is null)), 'infinity') end
    from (select case when exists (select from kept) then (select days from kept)
                   when entry_action = 'decision.made' then 90 end as n) days);
