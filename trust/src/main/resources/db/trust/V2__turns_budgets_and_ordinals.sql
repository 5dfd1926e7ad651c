-- The harm that each step accepts, lowest step first, from which severity on it is harm, and the risk of a wrong promotion.
alter table trust.setting
  add column budgets    double precision[] not null default '{0.10,0.05,0.02,0.01}',
  add column severities text[]             not null default '{minor,minor,minor,minor}',
  add column risk       double precision   not null default 0.01;

-- Which scope of its action type it is: the risk is divided over them. Those of before are numbered by their age.
alter table trust.scope add column ordinal bigint;
alter table trust.scope no force row level security;
update trust.scope s set ordinal = n.number
  from (select tenant_id, scope_id, row_number() over (partition by tenant_id, action_type order by scope_id) as number
        from trust.scope) n
  where n.tenant_id = s.tenant_id and n.scope_id = s.scope_id;
-- Their states are of format 1, which has no such number; it is read from here once.
update trust.scope set state = jsonb_set(state::jsonb, '{ordinal}', to_jsonb(ordinal))::text;
alter table trust.scope force row level security;
alter table trust.scope alter column ordinal set not null;
alter table trust.scope add constraint one_number_a_scope unique (tenant_id, action_type, ordinal);

-- The turn in which a proposal is counted for promotion; null once it was, or if it never is.
alter table trust.memory add column turn bigint;
create index memory_by_turn on trust.memory (tenant_id, scope_id, turn) where turn is not null;
