-- A freeze of everything is a row of the platform's tenant that every tenant sees while it is in force.
alter table workflow.freeze drop constraint if exists freeze_scope_check;
alter table workflow.freeze add constraint freeze_scope_check check (scope in ('global', 'tenant', 'site', 'queue', 'action'));
create index freeze_everywhere on workflow.freeze (freeze_id) where scope = 'global' and lifted_at is null;
create policy everywhere on workflow.freeze for select to countersign_app
  using (scope = 'global' and lifted_at is null);
