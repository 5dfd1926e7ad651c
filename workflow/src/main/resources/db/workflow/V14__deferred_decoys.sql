-- Who left a decoy to others, in the form of what is said about a request: it is shown in the same way until the decoy
-- is revealed, and then it is gone.
create table workflow.decoy_deferral (
  like workflow.approval_decision including defaults,
  primary key (tenant_id, decision_id),
  foreign key (tenant_id, approval_id) references workflow.decoy (tenant_id, decoy_id),
  check (decision = 'defer')
);
create index decoy_deferral_history on workflow.decoy_deferral (tenant_id, approval_id, decision_id);

alter table workflow.decoy_deferral enable row level security;
alter table workflow.decoy_deferral force row level security;
create policy tenant on workflow.decoy_deferral
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
grant select, insert, delete, update (approver_name, reason) on workflow.decoy_deferral to countersign_app;
