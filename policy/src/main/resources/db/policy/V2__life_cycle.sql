-- The tests that travel with a version; what was there before came without.
alter table policy.policy_set add column tests text not null default '{}';

-- Where each version stands. What it holds is in policy_set and never changes.
create table policy.version_state (
  tenant_id uuid    not null,
  version   integer not null,
  state     text    not null check (state in ('draft', 'validated', 'simulated', 'active', 'retired', 'discarded')),
  primary key (tenant_id, version),
  foreign key (tenant_id, version) references policy.policy_set
);
-- Two versions are never in force at once, whatever goes wrong.
create unique index version_state_active on policy.version_state (tenant_id) where state = 'active';

-- Who moved a version into which state, and when: written once, never changed.
create table policy.version_move (
  tenant_id uuid        not null,
  version   integer     not null,
  step      integer     not null,
  state     text        not null,
  moved_by  text        not null,
  moved_at  timestamptz not null,
  primary key (tenant_id, version, step),
  foreign key (tenant_id, version) references policy.policy_set
);

-- A change of what is in force that waits, or waited, for its second person.
create table policy.pending_change (
  tenant_id     uuid        not null,
  id            uuid        not null,
  kind          text        not null check (kind in ('activation', 'overrides', 'values')),
  version       integer,
  proposal      text        not null,
  reasons       text        not null,
  base_version  integer     not null,
  base_policies bigint      not null,
  requested_by  text        not null,
  requested_at  timestamptz not null,
  expires_at    timestamptz not null,
  state         text        not null check (state in ('pending', 'confirmed', 'rejected', 'withdrawn', 'superseded')),
  decided_by    text,
  decided_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, version) references policy.policy_set,
  check ((kind = 'activation') = (version is not null)),
  check ((state = 'pending') = (decided_by is null))
);
create unique index pending_change_of_version on policy.pending_change (tenant_id, version) where state = 'pending' and version is not null;

-- The owner is bound by forced row-level security too, and here no tenant is set.
alter table policy.policy_set no force row level security;
alter table policy.active_set no force row level security;
insert into policy.version_state (tenant_id, version, state)
  select s.tenant_id, s.version, case when a.version is null then 'retired' else 'active' end
  from policy.policy_set s left join policy.active_set a using (tenant_id, version);
alter table policy.policy_set force row level security;
alter table policy.active_set force row level security;

alter table policy.version_state enable row level security;
alter table policy.version_state force row level security;
create policy tenant on policy.version_state
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
alter table policy.version_move enable row level security;
alter table policy.version_move force row level security;
create policy tenant on policy.version_move
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
alter table policy.pending_change enable row level security;
alter table policy.pending_change force row level security;
create policy tenant on policy.pending_change
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

grant select, insert, update on policy.version_state, policy.pending_change to countersign_app;
grant select, insert on policy.version_move to countersign_app;
