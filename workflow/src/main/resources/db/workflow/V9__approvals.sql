-- Whom somebody names to decide for him, and until when. No roles means all that he holds at the moment of a decision.
create table workflow.delegation (
  tenant_id     uuid        not null,
  delegation_id uuid        not null,
  delegator     text        not null,
  delegate      text        not null,
  roles         text[]      not null,
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  created_at    timestamptz not null,
  revoked_at    timestamptz,
  revoked_by    text,
  primary key (tenant_id, delegation_id),
  check (delegator <> delegate and starts_at < ends_at),
  check ((revoked_at is null) = (revoked_by is null))
);
create index delegation_to on workflow.delegation (tenant_id, delegate, ends_at) where revoked_at is null;
create index delegation_by on workflow.delegation (tenant_id, delegator, ends_at) where revoked_at is null;

-- Whose vote it is, if somebody else said it for him: nobody's counts twice.
alter table workflow.approval_decision add column decided_for text;
create unique index approval_decision_for_once on workflow.approval_decision (tenant_id, approval_id, decided_for)
  where decision <> 'defer' and decided_for is not null;

grant select, insert, update (revoked_at, revoked_by) on workflow.delegation to countersign_app;

-- Every table belongs to one tenant a row, and the owner is bound as well.
do $$
declare
  room_table text;
begin
  foreach room_table in array array['delegation'] loop
    execute format('alter table workflow.%I enable row level security', room_table);
    execute format('alter table workflow.%I force row level security', room_table);
    execute format('create policy tenant on workflow.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())', room_table);
  end loop;
end $$;
