-- What lets a query leave out partitions of ledger.entry: when what was written, which retentions were in force then, and
-- which partitions there were. Each may know too little, and then more partitions are read; none may claim too much.

-- How far the log reached at a time, about once an hour. What has a smaller index was committed before, all else was not.
create table ledger.growth (
  at   timestamptz primary key,
  size bigint      not null
);
create index growth_by_size on ledger.growth (size, at);
insert into ledger.growth (at, size) select now(), size from ledger.head;
grant select on ledger.head to countersign_maintenance;
grant select on ledger.growth to countersign_app, countersign_maintenance;
grant insert on ledger.growth to countersign_maintenance;

-- The retentions that were in force on a day on which they were changed, and from then on until the next of these days.
create table ledger.retention_in_force (
  tenant_id uuid    not null,
  day       date    not null,
  shortest  integer not null,
  longest   integer not null,
  primary key (tenant_id, day)
);
alter table ledger.retention_in_force enable row level security;
alter table ledger.retention_in_force force row level security;
create policy tenant on ledger.retention_in_force
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
grant select, insert, update on ledger.retention_in_force to countersign_app;

-- Nobody wrote down what a tenant had before today.
alter table ledger.retention no force row level security;
alter table ledger.retention_in_force no force row level security;
insert into ledger.retention_in_force (tenant_id, day, shortest, longest)
  select tenant_id, '-infinity', 1, 3650 from ledger.retention
  union all select tenant_id, (now() at time zone 'utc')::date, days, days from ledger.retention;
alter table ledger.retention force row level security;
alter table ledger.retention_in_force force row level security;

-- Since when there is a partition for a day; kept when the partition is dropped.
create table ledger.entry_day_made (
  day     date        primary key,
  made_at timestamptz not null
);
insert into ledger.entry_day_made (day, made_at) select day, now() from ledger.entry_day;
grant select on ledger.entry_day_made to countersign_app;
grant insert on ledger.entry_day_made to countersign_maintenance;

create or replace function ledger.add_entry_day(new_day date) returns void
  language plpgsql volatile as $$
declare
  name text := 'entry_' || to_char(new_day, 'YYYYMMDD');
begin
  -- Two nodes that start at once, or a tenant that changes his retention meanwhile.
  perform pg_advisory_xact_lock(7464);
  if exists (select from ledger.entry_day d where d.day = new_day) then
    return;
  end if;
  execute format('create table ledger.%I (like ledger.entry_kept including defaults)', name);
  execute format('alter table ledger.%I enable row level security', name);
  execute format('alter table ledger.%I force row level security', name);
  execute format('alter table ledger.entry attach partition ledger.%I for values from (%L) to (%L)', name, new_day, new_day + 1);
  insert into ledger.entry_day (day) values (new_day);
  insert into ledger.entry_day_made (day, made_at) values (new_day, now()) on conflict do nothing;
end $$;

-- Sets how long a tenant keeps what he decides from `changed` on.
create function ledger.retain(tenant uuid, new_days integer, changed timestamptz) returns void
  language plpgsql volatile as $$
declare
  before integer := coalesce((select r.days from ledger.retention r where r.tenant_id = tenant for update), 90);
begin
  insert into ledger.retention (tenant_id, days) values (tenant, new_days)
    on conflict (tenant_id) do update set days = excluded.days;
  insert into ledger.retention_in_force as f (tenant_id, day, shortest, longest)
    values (tenant, (changed at time zone 'utc')::date, least(before, new_days), greatest(before, new_days))
    on conflict (tenant_id, day) do update
      set shortest = least(f.shortest, excluded.shortest), longest = greatest(f.longest, excluded.longest);
end $$;

-- The days on which content of a tenant can expire that was written between two times and is not kept: from the shortest
-- retention after the first day to the partition which was there for the longest on each of the days.
create function ledger.expiry_range(tenant uuid, since timestamptz, until timestamptz) returns table (first date, last date)
  language sql stable as $$
  with days as (
    select (since at time zone 'utc')::date as first, (greatest(since, until) at time zone 'utc')::date as last
  ), in_force as (
    select f.shortest, f.longest from days d join ledger.retention_in_force f on f.day between d.first and d.last where f.tenant_id = tenant
    union all
    (select f.shortest, f.longest from days d join ledger.retention_in_force f on f.day < d.first where f.tenant_id = tenant
     order by f.day desc limit 1)
    union all
    select 90, 90 from days d
    where not exists (select from ledger.retention_in_force f where f.tenant_id = tenant and f.day < d.first)
  ), retained as (
    select min(shortest) as shortest, max(longest) as longest from in_force
  )
  -- A partition counts from an hour after it was made: who wrote meanwhile may not have seen it.
  select d.first + r.shortest + 1,
    case
      when d.first <= (select (min(m.made_at) at time zone 'utc')::date from ledger.entry_day_made m) then 'infinity'
      else (
        select max(coalesce(
          (select min(m.day) from ledger.entry_day_made m
           where m.day > d.first + n + r.longest
             and m.made_at <= (d.first + n)::timestamp at time zone 'utc' - interval '1 hour'),
          'infinity'))
        from generate_series(0, d.last - d.first) n)
    end
  from days d, retained r
$$;
