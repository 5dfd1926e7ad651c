-- The public half of the key by which events are signed, so that all nodes sign with the same. One row, made at the first
-- start; no tenant's. Its private half lies in a file.
create table events.signing_key (
  only_row   boolean primary key default true check (only_row),
  public_key bytea   not null check (length(public_key) = 32)
);
alter table events.signing_key enable row level security;
alter table events.signing_key force row level security;
create policy agree on events.signing_key for all to countersign_app using (true) with check (true);
grant usage on schema events to countersign_app, countersign_timer;
grant select, insert on events.signing_key to countersign_app;

-- What a tenant wants to be told, and where. Changed by people, each change with its entry.
create table events.webhook (
  tenant_id   uuid        not null,
  webhook_id  uuid        not null,
  url         text        not null,
  actions     text[]      not null,
  description text        not null,
  state       text        not null check (state in ('active', 'paused', 'removed')),
  created_by  text        not null,
  created_at  timestamptz not null,
  primary key (tenant_id, webhook_id)
);

-- How far a webhook has come in the log, how its receiver does, and which node is at it. Changed by the nodes that deliver.
create table events.progress (
  tenant_id     uuid        not null,
  webhook_id    uuid        not null,
  -- The index from which on the log is still to be read.
  next_index    bigint      not null,
  -- How many entries the tenant had when it was last read to its end.
  seen          bigint      not null,
  -- Whether so much waits that nothing more is read.
  is_full       boolean     not null default false,
  -- When the first of what waits may be sent; null if nothing waits.
  due_at        timestamptz,
  -- The receiver's failures in a row, and the circuit breaker that they open.
  failures      integer     not null default 0,
  failing_since timestamptz,
  retry_at      timestamptz,
  -- The node that is at it, until when nobody else may be, by the database's clock.
  lease_id      uuid,
  leased_until  timestamptz,
  primary key (tenant_id, webhook_id),
  foreign key (tenant_id, webhook_id) references events.webhook on delete cascade,
  check ((failing_since is null) = (retry_at is null)),
  check ((lease_id is null) = (leased_until is null))
) with (fillfactor = 50);

-- One event on its way to one receiver. Ids and times: what it says stands in the log alone.
create table events.delivery (
  tenant_id       uuid        not null,
  webhook_id      uuid        not null,
  log_index       bigint      not null,
  delivery_id     uuid        not null,
  event_id        uuid        not null,
  correlation_id  uuid        not null,
  action          text        not null,
  state           text        not null check (state in ('pending', 'failed', 'delivered', 'dead')),
  attempts        integer     not null default 0,
  created_at      timestamptz not null,
  last_attempt_at timestamptz,
  next_attempt_at timestamptz not null,
  finished_at     timestamptz,
  last_status     integer,
  last_error      text,
  primary key (tenant_id, webhook_id, log_index),
  foreign key (tenant_id, webhook_id) references events.webhook,
  check ((finished_at is null) = (state in ('pending', 'failed')))
) with (fillfactor = 70);
-- The first of each governed action is what may be sent.
create index delivery_open on events.delivery (tenant_id, webhook_id, correlation_id, log_index)
  where state in ('pending', 'failed');
create index delivery_by_id on events.delivery (tenant_id, webhook_id, delivery_id);
create index delivery_finished on events.delivery (finished_at) where finished_at is not null;

do $$
declare
  room_table text;
begin
  foreach room_table in array array['webhook', 'progress', 'delivery'] loop
    execute format('alter table events.%I enable row level security', room_table);
    execute format('alter table events.%I force row level security', room_table);
    execute format('create policy tenant on events.%I using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant())', room_table);
  end loop;
end $$;

grant select, insert, update (url, actions, description, state), delete on events.webhook to countersign_app;
grant select, insert, update (next_index, seen, is_full, due_at, failures, failing_since, retry_at, lease_id, leased_until)
  on events.progress to countersign_app;
grant select, insert, update (state, attempts, last_attempt_at, next_attempt_at, finished_at, last_status, last_error), delete
  on events.delivery to countersign_app;

-- A timer finds webhooks of every tenant that have something to do: ids, numbers and times, no address and no action.
grant select (tenant_id, webhook_id, state) on events.webhook to countersign_timer;
grant select (tenant_id, webhook_id, seen, is_full, due_at, failing_since, retry_at, leased_until) on events.progress to countersign_timer;
grant select (tenant_id, webhook_id, finished_at) on events.delivery to countersign_timer;
create policy due_work on events.webhook for select to countersign_timer using (true);
create policy due_work on events.progress for select to countersign_timer using (true);
create policy due_work on events.delivery for select to countersign_timer using (finished_at is not null);
