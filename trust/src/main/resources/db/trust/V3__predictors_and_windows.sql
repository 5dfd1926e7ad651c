-- What was known of a proposal when it was proposed, what was predicted of it then, and what came of it: a row for each
-- predictor, written before people decide. `snapshot` and `prediction` repeat the case: erasure empties them.
create table trust.example (
  tenant_id     uuid             not null,
  proposal_id   uuid             not null,
  predictor     text             not null check (predictor in ('decision', 'outcome')),
  action_type   text             not null,
  snapshot      text             not null,
  digest        text             not null,
  prediction    text             not null,
  -- The version that answered; null where none did.
  model_version integer,
  -- The probability that was stated for the label; null where nothing at all had been seen.
  stated        double precision check (stated between 0 and 1),
  -- Drawn for the random share that people look at in an automatic mode.
  sampled       boolean          not null,
  proposed_at   timestamptz      not null,
  label         boolean,
  known_at      timestamptz,
  -- A label that was another one before: learned from, not counted twice.
  corrected     boolean          not null default false,
  primary key (tenant_id, proposal_id, predictor),
  check ((label is null) = (known_at is null))
) with (fillfactor = 80);
create index example_by_label on trust.example (tenant_id, predictor, known_at, proposal_id) where label is not null;
create index example_of_sample on trust.example (tenant_id, action_type, model_version)
  where sampled and predictor = 'outcome';

-- Every model that was made; nothing is deleted. The digest is that of the manifest, which names the trees'.
create table trust.model (
  tenant_id  uuid        not null,
  predictor  text        not null check (predictor in ('decision', 'outcome')),
  version    integer     not null check (version > 0),
  digest     text        not null,
  manifest   bytea       not null,
  trees      bytea       not null,
  reason     text        not null,
  trained_at timestamptz not null,
  primary key (tenant_id, predictor, version)
);

-- Which version serves, and what is watched of it: one row a tenant and predictor.
create table trust.predictor (
  tenant_id    uuid   not null,
  predictor    text   not null check (predictor in ('decision', 'outcome')),
  champion     integer,
  -- Of the labels that were known at the last look: what a cold start answers with.
  happened     bigint not null default 0,
  labels       bigint not null default 0,
  -- The last training, and the last label that it knew.
  trained_at   timestamptz,
  known_until  timestamptz,
  -- Since the last training: a person asked, a stage moved, something drifted.
  demanded_at  timestamptz,
  demanded_by  text,
  moved_at     timestamptz,
  drifted_at   timestamptz,
  -- Champion against challenger, and drift of the champion.
  comparison   text,
  drift        text,
  -- Up to which predicted risk each action type may run by itself.
  thresholds   text   not null default '{}',
  updated_at   timestamptz not null,
  primary key (tenant_id, predictor),
  foreign key (tenant_id, predictor, champion) references trust.model
);

-- What happened in a scope within an hour. Inserted with the hour's first happening, filled in once the hour is over.
create table trust.hour (
  tenant_id  uuid        not null,
  scope_id   uuid        not null,
  starts_at  timestamptz not null,
  -- When it was begun, by the real clock: jobs find tenants in which something happens by it.
  begun_at   timestamptz not null,
  closed     boolean     not null default false,
  proposals  bigint, decided bigint, rejected bigint, overridden bigint, observed bigint, succeeded bigint,
  confidence double precision, safety double precision,
  actors     bigint, busiest bigint, total bigint,
  primary key (tenant_id, scope_id, starts_at),
  foreign key (tenant_id, scope_id) references trust.scope,
  check (not closed or total > 0)
) with (fillfactor = 80);
create index hour_by_start on trust.hour (tenant_id, starts_at);
create index hour_by_beginning on trust.hour (begun_at);
create index hour_running on trust.hour (tenant_id, starts_at) where not closed;

-- The tenant's scored hours, and up to which hour they were.
create table trust.watch (
  tenant_id   uuid primary key,
  scored      text        not null,
  judged_until timestamptz not null
);

-- Hours unlike the others, and drift; and what people made of them.
create table trust.alarm (
  tenant_id uuid        not null,
  alarm_id  uuid        not null,
  kind      text        not null,
  -- Null for what concerns a predictor.
  scope_id  uuid,
  predictor text        check (predictor in ('decision', 'outcome')),
  content   text        not null,
  state     text        not null check (state in ('raised', 'acknowledged', 'confirmed', 'resolved')),
  raised_at timestamptz not null,
  since     timestamptz not null,
  moved_by  text,
  primary key (tenant_id, alarm_id),
  foreign key (tenant_id, scope_id) references trust.scope,
  check ((scope_id is null) <> (predictor is null))
);
create index alarm_in_force on trust.alarm (tenant_id, scope_id) where state <> 'resolved';

-- What models are told of a scope's recent past, and the hour that is being counted; null before its first.
alter table trust.scope add column recent text;
alter table trust.scope add column hour   text;

-- The deadline of an outcome that lies next: mostly it has not come, and then nobody asks for more.
alter table trust.scope add column next_due timestamptz;
alter table trust.scope no force row level security;
alter table trust.memory no force row level security;
update trust.scope s set next_due = (
  select min(due_at) from trust.memory m where m.tenant_id = s.tenant_id and m.scope_id = s.scope_id and m.due_at is not null);
alter table trust.memory force row level security;
alter table trust.scope force row level security;

do $$
declare
  room_table text;
begin
  foreach room_table in array array['example', 'model', 'predictor', 'hour', 'watch', 'alarm'] loop
    execute format('alter table trust.%I enable row level security', room_table);
    execute format('alter table trust.%I force row level security', room_table);
    execute format(
      'create policy tenant on trust.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())',
      room_table);
  end loop;
end $$;

grant select, insert on trust.model to countersign_app;
grant select, insert, update on trust.example, trust.predictor, trust.hour, trust.watch, trust.alarm to countersign_app;

-- Jobs look for the tenants in which something happened; they see that it did, and nothing else.
grant usage on schema trust to countersign_timer;
grant select (tenant_id, begun_at) on trust.hour to countersign_timer;
grant select (tenant_id, demanded_at) on trust.predictor to countersign_timer;
create policy asked_to_train on trust.predictor for select to countersign_timer using (demanded_at is not null);
create policy active_tenants on trust.hour for select to countersign_timer using (true);
