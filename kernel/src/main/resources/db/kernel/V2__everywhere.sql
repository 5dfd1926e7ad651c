-- What holds for every tenant at once, such as a freeze of everything, is counted here: one row, whose count is part of
-- every tenant's generation of gates.
create table kernel.everywhere (
  one_row boolean primary key default true check (one_row),
  gates   bigint not null
);
insert into kernel.everywhere (gates) values (0);
grant select, update (gates) on kernel.everywhere to countersign_app;

-- Everybody who decides or changes a tenant's rules holds it shared; whoever changes what holds everywhere waits for them.
create function kernel.everywhere_lock() returns bigint
  language sql immutable parallel safe
  return hashtextextended('every tenant', 7461);

-- Always this lock before the tenant's, so that nobody waits in a circle.
create or replace function kernel.enter(tenant uuid, rules text)
  returns table (policies bigint, credentials bigint, gates bigint, trust bigint)
  language plpgsql volatile as $$
begin
  perform set_config('countersign.tenant', tenant::text, true);
  if rules = 'APPLY' then
    perform pg_advisory_xact_lock_shared(kernel.everywhere_lock());
    perform pg_advisory_xact_lock_shared(kernel.generation_lock(tenant));
  elsif rules = 'CHANGE' then
    perform pg_advisory_xact_lock_shared(kernel.everywhere_lock());
    perform pg_advisory_xact_lock(kernel.generation_lock(tenant));
  elsif rules = 'CHANGE_EVERYWHERE' then
    perform pg_advisory_xact_lock(kernel.everywhere_lock());
    perform pg_advisory_xact_lock(kernel.generation_lock(tenant));
  end if;
  return query select g.policies, g.credentials, g.gates + e.gates, g.trust
    from kernel.generation g, kernel.everywhere e where g.tenant_id = tenant;
end $$;
