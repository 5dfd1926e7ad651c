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
-- Whether people look at what they agree to. No row means: no decoys, no cap.
create table workflow.vigilance (
  tenant_id          uuid primary key,
  decoy_rate         float8      not null check (decoy_rate >= 0 and decoy_rate <= 1),
  miss_limit         float8      not null check (miss_limit > 0 and miss_limit <= 1),
  decisions_per_hour integer     check (decisions_per_hour > 0),
  changed_by         text        not null,
  changed_at         timestamptz not null
);

-- What should be rejected, and on which cases it may be shown as if somebody had proposed it.
create table workflow.trap (
  tenant_id  uuid        not null,
  trap_id    uuid        not null,
  workflow   text        not null,
  transition text        not null,
  condition  text        not null,
  payload    text        not null,
  why        text        not null,
  created_by text        not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (tenant_id, trap_id)
);

-- What looks like a request and is none. Neither its id nor that of its proposal is in the tables that anything is
-- executed from, and what refers to those can't refer to it. Its content is gone once it is revealed.
create table workflow.decoy (
  tenant_id       uuid        not null,
  decoy_id        uuid        not null,
  proposal_id     uuid        not null,
  trap_id         uuid        not null,
  case_id         uuid        not null,
  action          bytea       not null,
  action_digest   bytea       not null,
  mode_reasons    text        not null,
  proposer        text        not null,
  prediction      text        not null,
  policy_version  integer     not null,
  decision        text        not null,
  scope_site      text        not null,
  scope_queue     text        not null,
  scope_action    text        not null,
  scope_role      text        not null,
  gate            text        not null,
  handler_version text        not null,
  requirement     text        not null,
  barred          text[]      not null,
  approval_digest bytea       not null,
  expires_at      timestamptz not null,
  escalates_at    timestamptz,
  created_at      timestamptz not null,
  nonce           text        not null,
  reviewer        text,
  verdict         text check (verdict in ('approve', 'reject', 'defer', 'edit', 'expired', 'void')),
  decided_at      timestamptz,
  primary key (tenant_id, decoy_id),
  unique (tenant_id, proposal_id),
  foreign key (tenant_id, trap_id) references workflow.trap,
  foreign key (tenant_id, case_id) references workflow.case_file,
  check ((verdict is null) = (decided_at is null)),
  check ((reviewer is null) = (coalesce(verdict, 'void') in ('expired', 'void')))
);
create index decoy_waiting on workflow.decoy (tenant_id, decoy_id) where verdict is null;
create index decoy_of_case on workflow.decoy (tenant_id, case_id) where verdict is null;
create index decoy_seen on workflow.decoy (tenant_id, reviewer, decided_at) where reviewer is not null;
create index decoy_due on workflow.decoy (expires_at) where verdict is null;

-- Whether a vote may be the only one.
alter table workflow.approval_decision add column alone boolean not null default true;
-- How much somebody decides in an hour.
create index approval_decision_load on workflow.approval_decision (tenant_id, approver, decided_at) where decision <> 'defer';
create index approval_decision_recent on workflow.approval_decision (tenant_id, decided_at) where decision <> 'defer';
-- Where decoys look for a case.
create index case_standing on workflow.case_file (tenant_id, workflow, queue, case_id desc);

grant select, insert, update on workflow.vigilance to countersign_app;
grant select, insert, update (removed_at, payload) on workflow.trap to countersign_app;
grant select, insert, update (action, mode_reasons, prediction, decision, reviewer, verdict, decided_at)
  on workflow.decoy to countersign_app;
grant select (tenant_id, decoy_id, verdict, expires_at) on workflow.decoy to countersign_timer;
-- Requests that came by AuthZEN's profile: exactly what was asked, so that an approval is good for nothing else.
create table workflow.access_task (
  tenant_id   uuid        not null,
  approval_id uuid        not null,
  scope       bytea       not null,
  created_at  timestamptz not null,
  primary key (tenant_id, approval_id),
  foreign key (tenant_id, approval_id) references workflow.approval_request
);
grant select, insert on workflow.access_task to countersign_app;

grant select, insert, update (revoked_at, revoked_by) on workflow.delegation to countersign_app;

-- What became of earlier proposals of a transition, newest first, for who decides about the next.
create index proposal_past on workflow.proposal (tenant_id, action_type, proposal_id desc)
  where state not in ('pending', 'approved', 'executing');

-- Every table belongs to one tenant a row, and the owner is bound as well.
do $$
declare
  room_table text;
begin
  foreach room_table in array array['delegation', 'pre_grant', 'vigilance', 'trap', 'decoy', 'access_task'] loop
    execute format('alter table workflow.%I enable row level security', room_table);
    execute format('alter table workflow.%I force row level security', room_table);
    execute format('create policy tenant on workflow.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())', room_table);
  end loop;
end $$;

create policy due_work on workflow.pre_grant for select to countersign_timer using (state = 'open');
create policy due_work on workflow.decoy for select to countersign_timer using (verdict is null);
