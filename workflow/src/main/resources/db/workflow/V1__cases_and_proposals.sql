-- A version of a workflow; never changed, because running cases keep theirs.
create table workflow.definition (
  tenant_id  uuid        not null,
  key        text        not null,
  version    integer     not null check (version >= 1),
  content    text        not null,
  created_by text        not null,
  created_at timestamptz not null,
  primary key (tenant_id, key, version)
);

-- A case (`case` is a word of SQL).
create table workflow.case_file (
  tenant_id        uuid        not null,
  case_id          uuid        not null,
  reference        text        not null,
  site             text        not null,
  workflow         text        not null,
  workflow_version integer     not null,
  queue            text        not null,
  state            text        not null check (state in ('open', 'held', 'completed', 'cancelled', 'failed')),
  version          bigint      not null check (version >= 1),
  attributes       text        not null,
  created_at       timestamptz not null,
  occurred_at      timestamptz,
  primary key (tenant_id, case_id),
  unique (tenant_id, workflow, reference),
  foreign key (tenant_id, workflow, workflow_version) references workflow.definition
);

-- One action that somebody asked for. `action` holds the canonical bytes: what is approved and what runs.
create table workflow.proposal (
  tenant_id      uuid        not null,
  proposal_id    uuid        not null,
  case_id        uuid        not null,
  action_type    text        not null,
  action         bytea       not null,
  action_digest  bytea       not null,
  state          text        not null check (state in ('pending', 'approved', 'executing', 'executed', 'failed', 'rejected',
                                                       'withdrawn', 'expired', 'superseded', 'rolled_back', 'rollback_failed')),
  mode_reasons   text        not null,
  blocked        text,
  proposer       text        not null,
  principal      text        not null,
  prediction     text        not null,
  context        text        not null,
  features       text        not null,
  policy_version integer     not null,
  decision       text        not null,
  scope_site     text        not null,
  scope_queue    text        not null,
  scope_action   text        not null,
  scope_role     text        not null,
  due_at         timestamptz not null,
  created_at     timestamptz not null,
  occurred_at    timestamptz,
  primary key (tenant_id, proposal_id),
  foreign key (tenant_id, case_id) references workflow.case_file
);
-- One live proposal per case and action.
create unique index proposal_live on workflow.proposal (tenant_id, case_id, action_type)
  where state in ('pending', 'approved', 'executing');
-- What a timer has to look at: across tenants, by time.
create index proposal_due on workflow.proposal (due_at) where state in ('pending', 'approved');

-- What a person is asked to agree to; the digest binds every term of it.
create table workflow.approval_request (
  tenant_id       uuid        not null,
  approval_id     uuid        not null,
  proposal_id     uuid        not null,
  state           text        not null check (state in ('pending', 'approved', 'rejected', 'withdrawn', 'expired', 'superseded')),
  policy_version  integer     not null,
  gate            text        not null,
  handler_version text        not null,
  approver_roles  text[]      not null check (cardinality(approver_roles) > 0),
  approval_digest bytea       not null,
  expires_at      timestamptz not null,
  created_at      timestamptz not null,
  primary key (tenant_id, approval_id),
  unique (tenant_id, proposal_id),
  foreign key (tenant_id, proposal_id) references workflow.proposal
);
create index approval_inbox on workflow.approval_request (tenant_id, approval_id desc) where state = 'pending';

create table workflow.approval_decision (
  tenant_id       uuid        not null,
  decision_id     uuid        not null,
  approval_id     uuid        not null,
  approver        text        not null,
  approver_name   text        not null,
  decision        text        not null check (decision in ('approve', 'reject', 'defer')),
  reason          text        not null,
  action_digest   bytea       not null,
  approval_digest bytea       not null,
  decided_at      timestamptz not null,
  occurred_at     timestamptz,
  primary key (tenant_id, decision_id),
  foreign key (tenant_id, approval_id) references workflow.approval_request
);
-- Each approver counts once; a deferral is no decision.
create unique index approval_decision_once on workflow.approval_decision (tenant_id, approval_id, approver)
  where decision <> 'defer';
create index approval_decision_history on workflow.approval_decision (tenant_id, approval_id, decision_id);

-- What was carried out, once for each proposal.
create table workflow.execution (
  tenant_id       uuid        not null,
  execution_id    uuid        not null,
  proposal_id     uuid        not null,
  state           text        not null check (state in ('executing', 'executed', 'failed', 'rolled_back', 'rollback_failed')),
  handler_version text        not null,
  attempts        integer     not null,
  before          text        not null,
  after           text        not null,
  diff            text        not null,
  duration_micros bigint      not null,
  executed_at     timestamptz not null,
  primary key (tenant_id, execution_id),
  unique (tenant_id, proposal_id),
  foreign key (tenant_id, proposal_id) references workflow.proposal
);

-- What came of it, observed once.
create table workflow.outcome (
  tenant_id          uuid        not null,
  execution_id       uuid        not null,
  success            boolean     not null,
  severity           text        not null check (severity in ('none', 'minor', 'major', 'severe')),
  observed_error     text,
  time_saved_seconds bigint,
  source             text,
  observer           text        not null,
  reported_at        timestamptz not null,
  occurred_at        timestamptz,
  primary key (tenant_id, execution_id),
  foreign key (tenant_id, execution_id) references workflow.execution
);

-- How a gate stands; no row means that nobody ever authorized it, so it is closed.
create table workflow.gate (
  tenant_id       uuid        not null,
  workflow        text        not null,
  transition      text        not null,
  name            text        not null,
  authorized      boolean     not null,
  changed_by      text        not null,
  changed_at      timestamptz not null,
  until           timestamptz,
  reason          text        not null,
  transition_form bytea       not null,
  primary key (tenant_id, workflow, transition)
);

create table workflow.gate_change (
  tenant_id       uuid        not null,
  change_id       uuid        not null,
  workflow        text        not null,
  transition      text        not null,
  name            text        not null,
  authorized      boolean     not null,
  changed_by      text        not null,
  changed_at      timestamptz not null,
  until           timestamptz,
  reason          text        not null,
  transition_form bytea       not null,
  primary key (tenant_id, change_id)
);
create index gate_change_history on workflow.gate_change (tenant_id, workflow, transition, change_id desc);

create table workflow.freeze (
  tenant_id   uuid        not null,
  freeze_id   uuid        not null,
  scope       text        not null check (scope in ('tenant', 'site', 'queue', 'action')),
  value       text        not null,
  reason      text        not null,
  set_by      text        not null,
  since       timestamptz not null,
  lifted_by   text,
  lifted_at   timestamptz,
  lift_reason text,
  primary key (tenant_id, freeze_id),
  check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null))
);
create index freeze_active on workflow.freeze (tenant_id) where lifted_at is null;

-- Every table belongs to one tenant a row, and the owner is bound as well.
do $$
declare
  room_table text;
begin
  foreach room_table in array array['definition', 'case_file', 'proposal', 'approval_request', 'approval_decision',
                                    'execution', 'outcome', 'gate', 'gate_change', 'freeze'] loop
    execute format('alter table workflow.%I enable row level security', room_table);
    execute format('alter table workflow.%I force row level security', room_table);
    execute format('create policy tenant on workflow.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())', room_table);
  end loop;
end $$;

grant usage on schema workflow to countersign_app, countersign_timer;
grant select, insert on workflow.definition, workflow.approval_decision, workflow.execution, workflow.outcome, workflow.gate_change to countersign_app;
grant select, insert, update (queue, state, version) on workflow.case_file to countersign_app;
grant select, insert, update (state, blocked, due_at) on workflow.proposal to countersign_app;
grant select, insert, update (state) on workflow.approval_request to countersign_app;
grant select, insert, update (name, authorized, changed_by, changed_at, until, reason, transition_form) on workflow.gate to countersign_app;
grant select, insert, update (lifted_by, lifted_at, lift_reason) on workflow.freeze to countersign_app;

-- Timers find due work of every tenant: ids and times, nothing that says what it is about.
grant select (tenant_id, proposal_id, state, due_at) on workflow.proposal to countersign_timer;
create policy due_work on workflow.proposal for select to countersign_timer using (state in ('pending', 'approved'));
