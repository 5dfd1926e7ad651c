-- What the tenant knows of subjects and resources; AuthZEN's questions are decided by it and its
-- searches go through it. Ordered by code point whatever the database's collation is, because a
-- page continues behind an id.
create table policy.entity (
  tenant_id  uuid not null,
  type       text collate "C" not null,
  id         text collate "C" not null,
  properties text not null,
  primary key (tenant_id, type, id)
);
alter table policy.entity enable row level security;
alter table policy.entity force row level security;
create policy tenant on policy.entity
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

grant select, insert, update, delete on policy.entity to countersign_app;
