-- Runs of a version on recorded decisions. `alive_at` is renewed by the node that works on it: a row that is running and was not
-- renewed for long belongs to a node that is gone.
create table policy.simulation (
  tenant_id  uuid        not null,
  id         uuid        not null,
  version    integer     not null,
  state      text        not null check (state in ('running', 'done', 'failed', 'interrupted')),
  since      timestamptz,
  until      timestamptz,
  most       bigint      not null check (most > 0),
  examples   integer     not null,
  expected   bigint      not null,
  seen       bigint      not null default 0,
  result     text,
  started_by text        not null,
  started_at timestamptz not null,
  alive_at   timestamptz not null,
  ended_at   timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, version) references policy.policy_set,
  check ((state = 'done') = (result is not null)),
  check ((state = 'running') = (ended_at is null))
);
-- One at a time: a tenant's simulations would only take the machine from his checks.
create unique index simulation_running on policy.simulation (tenant_id) where state = 'running';
alter table policy.simulation enable row level security;
alter table policy.simulation force row level security;
create policy tenant on policy.simulation
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- The decisions that would flip, by their place in the log.
create table policy.simulation_flip (
  tenant_id     uuid   not null,
  simulation_id uuid   not null,
  log_index     bigint not null,
  decision_id   uuid   not null,
  answer_then   text   not null,
  answer_now    text   not null,
  policies      text[] not null,
  primary key (tenant_id, simulation_id, log_index),
  foreign key (tenant_id, simulation_id) references policy.simulation on delete cascade
);
alter table policy.simulation_flip enable row level security;
alter table policy.simulation_flip force row level security;
create policy tenant on policy.simulation_flip
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

grant select, insert, update, delete on policy.simulation to countersign_app;
grant select, insert, delete on policy.simulation_flip to countersign_app;
