-- What somebody has to do for a case. `workers` are those who moved it on: they do not approve where four eyes are asked for.
create table workflow.task (
  tenant_id   uuid        not null,
  task_id     uuid        not null,
  case_id     uuid        not null,
  number      integer     not null check (number >= 1),
  proposal_id uuid,
  ordinal     integer,
  version     integer     not null check (version >= 1),
  type        text        not null,
  title       text        not null,
  role        text,
  state       text        not null check (state in ('pending', 'in_progress', 'completed', 'failed')),
  assigned_to text,
  workers     text[]      not null default '{}',
  opened_by   text        not null,
  opened_at   timestamptz not null,
  changed_at  timestamptz not null,
  due_at      timestamptz,
  primary key (tenant_id, task_id),
  unique (tenant_id, case_id, number),
  foreign key (tenant_id, case_id) references workflow.case_file,
  foreign key (tenant_id, proposal_id) references workflow.proposal,
  check ((proposal_id is null) = (ordinal is null))
);
create index task_open on workflow.task (tenant_id, case_id) where state in ('pending', 'in_progress');
-- What a transition opens is opened once, whoever carries it out how often.
create unique index task_of_proposal on workflow.task (tenant_id, proposal_id, ordinal) where proposal_id is not null;

-- What happened to a case, in the order in which it was told. Our own types have a point, so that nobody posts one.
create table workflow.case_event (
  tenant_id   uuid        not null,
  case_id     uuid        not null,
  number      bigint      not null check (number >= 1),
  event_id    uuid        not null,
  type        text        not null,
  data        text        not null,
  actor       text        not null,
  at          timestamptz not null,
  occurred_at timestamptz,
  depth       integer     not null check (depth >= 0),
  primary key (tenant_id, case_id, number),
  unique (tenant_id, event_id),
  foreign key (tenant_id, case_id) references workflow.case_file
);
create index case_event_time on workflow.case_event (tenant_id, case_id, at desc, number desc);

-- How long a case may stay in its queue; a row goes with the case's next move.
create table workflow.sla_timer (
  tenant_id  uuid        not null,
  case_id    uuid        not null,
  queue      text        not null,
  transition text        not null,
  since      timestamptz not null,
  due_at     timestamptz not null,
  missed_at  timestamptz,
  primary key (tenant_id, case_id),
  foreign key (tenant_id, case_id) references workflow.case_file
);
-- What a timer has to look at: across tenants, by time.
create index sla_timer_due on workflow.sla_timer (due_at) where missed_at is null;

-- What keeps a case where it is: a rule, until somebody releases it.
alter table workflow.case_file
  add column held_by    text,
  add column held_since timestamptz,
  add constraint case_held check ((held_by is null) = (held_since is null) and (held_by is null or state = 'held'));
grant update (held_by, held_since) on workflow.case_file to countersign_app;

-- What follows from events: a condition and one action of a fixed set. The counts are of runs.
create table workflow.rule (
  tenant_id    uuid        not null,
  rule_id      uuid        not null,
  version      integer     not null check (version >= 1),
  title        text        not null,
  workflow     text,
  reacts_to    text[]      not null check (cardinality(reacts_to) > 0),
  condition    text        not null,
  condition_by text        not null,
  action       text        not null,
  priority     integer     not null,
  enabled      boolean     not null,
  created_by   text        not null,
  created_at   timestamptz not null,
  changed_at   timestamptz not null,
  executions   bigint      not null default 0,
  failures     bigint      not null default 0,
  last_result  text,
  last_run_at  timestamptz,
  primary key (tenant_id, rule_id)
);

-- How a rule was changed; never changed itself.
create table workflow.rule_change (
  tenant_id  uuid        not null,
  rule_id    uuid        not null,
  version    integer     not null,
  condition  text        not null,
  priority   integer     not null,
  enabled    boolean     not null,
  changed_by text        not null,
  changed_at timestamptz not null,
  primary key (tenant_id, rule_id, version),
  foreign key (tenant_id, rule_id) references workflow.rule
);

-- What came of a rule whose condition held, or could not be evaluated. `made` is what it opened or proposed.
create table workflow.rule_run (
  tenant_id    uuid        not null,
  run_id       uuid        not null,
  rule_id      uuid        not null,
  rule_version integer     not null,
  case_id      uuid        not null,
  event_id     uuid        not null,
  result       text        not null,
  made         uuid,
  at           timestamptz not null,
  primary key (tenant_id, run_id),
  foreign key (tenant_id, rule_id) references workflow.rule,
  foreign key (tenant_id, event_id) references workflow.case_event (tenant_id, event_id)
);
create index rule_run_of_rule on workflow.rule_run (tenant_id, rule_id, at desc, run_id desc);
create index rule_run_of_case on workflow.rule_run (tenant_id, case_id, at desc, run_id desc);
create index rule_run_made on workflow.rule_run (tenant_id, made) where made is not null;

-- Each list of cases is read in the order of an index.
create index case_queue on workflow.case_file (tenant_id, workflow, queue, case_id desc);
create index case_state on workflow.case_file (tenant_id, state, case_id desc);
create index case_site on workflow.case_file (tenant_id, site, case_id desc);

do $$
declare
  room_table text;
begin
  foreach room_table in array array['task', 'case_event', 'sla_timer', 'rule', 'rule_change', 'rule_run'] loop
    execute format('alter table workflow.%I enable row level security', room_table);
    execute format('alter table workflow.%I force row level security', room_table);
    execute format('create policy tenant on workflow.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())', room_table);
  end loop;
end $$;

grant select, insert, update (version, title, role, state, assigned_to, workers, changed_at) on workflow.task to countersign_app;
grant select, insert, update (data) on workflow.case_event to countersign_app;
grant select, insert, delete, update (queue, transition, since, due_at, missed_at) on workflow.sla_timer to countersign_app;

-- Timers see whose time is over, and nothing of what for.
grant select (tenant_id, case_id, due_at, missed_at) on workflow.sla_timer to countersign_timer;
create policy due_work on workflow.sla_timer for select to countersign_timer using (missed_at is null);
grant select, insert, update (version, condition, condition_by, priority, enabled, changed_at, executions, failures, last_result, last_run_at)
  on workflow.rule to countersign_app;
grant select, insert on workflow.rule_change, workflow.rule_run to countersign_app;

-- A running case comes under another version of its workflow only because somebody says so.
grant update (workflow_version) on workflow.case_file to countersign_app;
