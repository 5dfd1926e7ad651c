-- How far actions of a tenant may go by themselves whatever they have earned, and which share of them people decide first.
create table workflow.autonomy (
  tenant_id          uuid        not null primary key,
  ceiling            text        not null check (ceiling in ('observe', 'propose', 'guarded_auto', 'conditional_auto', 'full_auto')),
  audit_per_10000    integer     not null check (audit_per_10000 between 100 and 10000),
  reason             text        not null,
  changed_by         text        not null,
  changed_at         timestamptz not null
);

-- The random share: drawn once for an action on a version of a case, so that nobody draws again by proposing again.
create table workflow.audit_draw (
  tenant_id       uuid    not null,
  case_id         uuid    not null,
  case_version    bigint  not null,
  action_type     text    not null,
  drawn           boolean not null,
  audit_per_10000 integer not null,
  primary key (tenant_id, case_id, case_version, action_type),
  foreign key (tenant_id, case_id) references workflow.case_file
);

do $$
declare
  room_table text;
begin
  foreach room_table in array array['autonomy', 'audit_draw'] loop
    execute format('alter table workflow.%I enable row level security', room_table);
    execute format('alter table workflow.%I force row level security', room_table);
    execute format('create policy tenant on workflow.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())', room_table);
  end loop;
end $$;
grant select, insert, update (ceiling, audit_per_10000, reason, changed_by, changed_at) on workflow.autonomy to countersign_app;
grant select, insert on workflow.audit_draw to countersign_app;

-- When the stage authorizes what nobody has vetoed; and whether people decide first because chance said so.
alter table workflow.approval_request
  add column runs_at timestamptz,
  drop constraint approval_request_state_check,
  add constraint approval_request_state_check
    check (state in ('pending', 'approved', 'rejected', 'withdrawn', 'expired', 'superseded', 'lapsed'));
alter table workflow.proposal add column audited boolean not null default false;

-- An execution that calls another system takes time and attempts: who holds the latest attempt, until when, and what a
-- person has to look at. `phase` says whether it carries the action out or takes it back.
alter table workflow.execution
  add column authorized_by   text    not null default 'approval' check (authorized_by in ('approval', 'stage')),
  add column phase           text    not null default 'forward' check (phase in ('forward', 'back')),
  add column series_start    integer not null default 0,
  add column due_at          timestamptz,
  add column parked_at       timestamptz,
  add column parked_code     text,
  add column outcome_due_at  timestamptz,
  add column overdue         boolean not null default false,
  add column undone_by       text,
  add column undone_at       timestamptz,
  add column undone_reason   text,
  add column undone_late     boolean not null default false,
  add constraint execution_parked check ((parked_at is null) = (parked_code is null));
create index execution_due on workflow.execution (due_at) where due_at is not null;
create index execution_outcome_due on workflow.execution (outcome_due_at) where outcome_due_at is not null;
create index execution_parked on workflow.execution (tenant_id, execution_id desc) where parked_at is not null;
grant update (state, attempts, duration_micros, executed_at, phase, series_start, due_at, parked_at, parked_code, outcome_due_at,
  overdue, undone_by, undone_at, undone_reason, undone_late) on workflow.execution to countersign_app;

-- What an unfinished execution holds, so that nothing else moves the case meanwhile.
alter table workflow.case_file add column busy_with uuid;
grant update (busy_with) on workflow.case_file to countersign_app;

-- What somebody found out later about an outcome. Each stands beside what it corrects.
create table workflow.outcome_correction (
  tenant_id          uuid        not null,
  execution_id       uuid        not null,
  revision           integer     not null check (revision >= 2),
  success            boolean     not null,
  severity           text        not null check (severity in ('none', 'minor', 'major', 'severe')),
  observed_error     text,
  time_saved_seconds bigint,
  source             text,
  observer           text        not null,
  reported_at        timestamptz not null,
  occurred_at        timestamptz,
  primary key (tenant_id, execution_id, revision),
  foreign key (tenant_id, execution_id) references workflow.outcome
);
alter table workflow.outcome_correction enable row level security;
alter table workflow.outcome_correction force row level security;
create policy tenant on workflow.outcome_correction
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
grant select, insert, update (observed_error, source) on workflow.outcome_correction to countersign_app;

-- Timers see which executions are due, and nothing of what they are about.
grant select (tenant_id, execution_id, proposal_id, due_at, outcome_due_at) on workflow.execution to countersign_timer;
create policy due_work on workflow.execution for select to countersign_timer
  using (due_at is not null or outcome_due_at is not null);
