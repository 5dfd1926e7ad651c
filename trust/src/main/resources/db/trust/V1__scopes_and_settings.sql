-- How a tenant lets trust be earned; without a row the strictest holds.
create table trust.setting (
  tenant_id uuid primary key,
  profile   text not null check (profile in ('demo', 'standard')),
  promotion text not null check (promotion in ('automatic', 'signed'))
);

-- One row a scope. The state is the fold of its ledger entries, read and written whole under the row's lock;
-- the stage beside it is what a proposal asks for.
create table trust.scope (
  tenant_id    uuid        not null,
  scope_id     uuid        not null,
  site         text        not null,
  queue        text        not null,
  action_type  text        not null,
  role_context text        not null,
  stage        text        not null check (stage in ('observe', 'propose', 'guarded_auto', 'conditional_auto', 'full_auto')),
  state        text        not null,
  version      bigint      not null,
  updated_at   timestamptz not null,
  primary key (tenant_id, scope_id),
  constraint one_scope_a_key unique (tenant_id, site, queue, action_type, role_context)
) with (fillfactor = 70);

-- What a scope remembers of each proposal, so that it counts once and can be corrected exactly.
create table trust.memory (
  tenant_id   uuid not null,
  scope_id    uuid not null,
  proposal_id uuid not null,
  due_at      timestamptz,
  content     text not null,
  primary key (tenant_id, scope_id, proposal_id),
  foreign key (tenant_id, scope_id) references trust.scope
) with (fillfactor = 70);
-- Executions that wait for their outcome; `due_at` is null once it was counted.
create index memory_by_deadline on trust.memory (tenant_id, scope_id, due_at, proposal_id) where due_at is not null;

alter table trust.setting enable row level security;
alter table trust.setting force row level security;
create policy tenant on trust.setting
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
alter table trust.scope enable row level security;
alter table trust.scope force row level security;
create policy tenant on trust.scope
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
alter table trust.memory enable row level security;
alter table trust.memory force row level security;
create policy tenant on trust.memory
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

grant usage on schema trust to countersign_app;
grant select, insert, update on trust.setting, trust.scope, trust.memory to countersign_app;
