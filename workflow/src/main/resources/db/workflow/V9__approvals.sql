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

-- What somebody agrees to beforehand, once: exactly one action, or one that fits a template. What fitted is in the
-- decision that it became; the payload is gone once the grant is over.
create table workflow.pre_grant (
  tenant_id     uuid        not null,
  grant_id      uuid        not null,
  grantor       text        not null,
  state         text        not null check (state in ('open', 'used', 'revoked', 'expired')),
  action_digest bytea,
  workflow      text,
  transition    text,
  case_id       uuid,
  site          text,
  amount_up_to  bigint,
  payload       text,
  expires_at    timestamptz not null,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  proposal_id   uuid,
  primary key (tenant_id, grant_id),
  foreign key (tenant_id, proposal_id) references workflow.proposal,
  check ((state = 'open') = (ended_at is null) and (state = 'used') = (proposal_id is not null)),
  check (num_nonnulls(action_digest, workflow) = 1 and num_nonnulls(workflow, transition) in (0, 2))
);
create index pre_grant_of_action on workflow.pre_grant (tenant_id, action_digest) where state = 'open';
create index pre_grant_of_transition on workflow.pre_grant (tenant_id, workflow, transition, grant_id) where state = 'open';
create index pre_grant_by on workflow.pre_grant (tenant_id, grantor) where state = 'open';
create index pre_grant_due on workflow.pre_grant (expires_at) where state = 'open';

-- Single use, whatever else goes wrong.
alter table workflow.approval_decision add column grant_id uuid;
create unique index approval_decision_by_grant on workflow.approval_decision (tenant_id, grant_id) where grant_id is not null;

grant select, insert, update (state, ended_at, proposal_id, payload) on workflow.pre_grant to countersign_app;
grant select (tenant_id, grant_id, state, expires_at) on workflow.pre_grant to countersign_timer;
grant select, insert, update (revoked_at, revoked_by) on workflow.delegation to countersign_app;

-- What became of earlier proposals of a transition, newest first, for who decides about the next.
create index proposal_past on workflow.proposal (tenant_id, action_type, proposal_id desc)
  where state not in ('pending', 'approved', 'executing');

-- Every table belongs to one tenant a row, and the owner is bound as well.
do $$
declare
  room_table text;
begin
  foreach room_table in array array['delegation', 'pre_grant'] loop
    execute format('alter table workflow.%I enable row level security', room_table);
    execute format('alter table workflow.%I force row level security', room_table);
    execute format('create policy tenant on workflow.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())', room_table);
  end loop;
end $$;

create policy due_work on workflow.pre_grant for select to countersign_timer using (state = 'open');
