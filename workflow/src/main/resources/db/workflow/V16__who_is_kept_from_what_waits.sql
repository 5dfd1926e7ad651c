-- From whom a request that waits is kept: who asked, was asked for, or has voted already, the same in each of its rows.
-- `kept_set` names those sets in an index, so that whoever is kept from the newest requests, however many, finds the first
-- that are his without walking past them. What a node of before adds during an upgrade is kept from nobody here; its vote
-- is refused all the same.
alter table workflow.approval_waiting
  add column kept_from  text[]      not null default '{}',
  add column kept_set   uuid        not null default '00000000-0000-0000-0000-000000000000',
  add column expires_at timestamptz not null default 'infinity';

update workflow.approval_waiting w
set kept_from = kept.actors, kept_set = md5(kept.actors::text)::uuid, expires_at = kept.expires_at
from (
  select a.tenant_id, a.approval_id, a.expires_at, (
    select coalesce(array_agg(distinct actor order by actor), '{}')
    from (
      select unnest(a.barred) as actor
      union all
      select unnest(array[d.approver, d.decided_for])
      from workflow.approval_decision d
      where d.tenant_id = a.tenant_id and d.approval_id = a.approval_id and d.decision <> 'defer') hands
    where actor is not null) as actors
  from workflow.approval_request a) kept
where w.tenant_id = kept.tenant_id and w.approval_id = kept.approval_id;

create index approval_waiting_kept on workflow.approval_waiting (tenant_id, role, kept_set, approval_id);
grant update (kept_from, kept_set) on workflow.approval_waiting to countersign_app;

-- In no order: read backwards, the index of before looked for a role that nobody waits for in everything that waits.
drop index workflow.approval_waiting_of;
create index approval_waiting_of on workflow.approval_waiting using hash (approval_id);
