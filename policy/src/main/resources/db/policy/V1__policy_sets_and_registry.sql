-- A version of a tenant's policy set: written once, never changed.
create table policy.policy_set (
  tenant_id  uuid        not null,
  version    integer     not null check (version > 0),
  threshold  integer     not null check (threshold between 1 and 100),
  policies   text        not null,
  created_by text        not null,
  created_at timestamptz not null,
  primary key (tenant_id, version)
);
alter table policy.policy_set enable row level security;
alter table policy.policy_set force row level security;
create policy tenant on policy.policy_set
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- Which version is in force; without a row none is, and everything is forbidden.
create table policy.active_set (
  tenant_id uuid    primary key,
  version   integer not null,
  foreign key (tenant_id, version) references policy.policy_set
);
alter table policy.active_set enable row level security;
alter table policy.active_set force row level security;
create policy tenant on policy.active_set
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- A tenant's own values for policies of a set; they win over the set's in every version.
create table policy.policy_override (
  tenant_id uuid    not null,
  key       text    not null,
  enabled   boolean,
  points    integer check (points between 0 and 100),
  primary key (tenant_id, key)
);
alter table policy.policy_override enable row level security;
alter table policy.policy_override force row level security;
create policy tenant on policy.policy_override
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

create table policy.model (
  tenant_id    uuid    not null,
  name         text    not null,
  provider     text    not null,
  external     boolean not null,
  region       text,
  data_classes text[]  not null,
  primary key (tenant_id, name)
);
alter table policy.model enable row level security;
alter table policy.model force row level security;
create policy tenant on policy.model
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

create table policy.operation (
  tenant_id uuid not null,
  name      text not null,
  primary key (tenant_id, name)
);
alter table policy.operation enable row level security;
alter table policy.operation force row level security;
create policy tenant on policy.operation
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- Metadata keys beyond those that everyone has.
create table policy.declaration (
  tenant_id uuid    not null,
  key       text    not null,
  type      text    not null check (type in ('string', 'boolean', 'integer', 'number')),
  longest   integer not null,
  primary key (tenant_id, key)
);
alter table policy.declaration enable row level security;
alter table policy.declaration force row level security;
create policy tenant on policy.declaration
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

create table policy.tenant_value (
  tenant_id uuid   not null,
  name      text   not null check (name in ('max_risk_score', 'row_count_limit', 'token_limit')),
  value     bigint not null,
  primary key (tenant_id, name)
);
alter table policy.tenant_value enable row level security;
alter table policy.tenant_value force row level security;
create policy tenant on policy.tenant_value
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

grant usage on schema policy to countersign_app;
grant select, insert on policy.policy_set to countersign_app;
grant select, insert, update on policy.active_set to countersign_app;
grant select, insert, update, delete on policy.policy_override, policy.model, policy.operation, policy.declaration, policy.tenant_value to countersign_app;
