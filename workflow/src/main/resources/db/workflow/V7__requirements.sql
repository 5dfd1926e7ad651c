-- Whose agreement a request needs, and who may not give it. The digest of requests from before has another form, so what
-- stands here for them lets nobody approve them.
alter table workflow.approval_request
  drop column approver_roles,
  add column requirement  text        not null
    default '{"groups":[{"roles":["reviewer"],"quorum":1}],"of":1,"veto_roles":[],"four_eyes":false,"escalation_roles":[]}',
  add column barred       text[]      not null default '{}',
  add column escalates_at timestamptz,
  add column escalated    boolean     not null default false;
alter table workflow.approval_request alter column requirement drop default, alter column barred drop default;
-- The roles by which a decision counted.
alter table workflow.approval_decision add column roles text[] not null default '{}';

-- Who waits for whom: a row for each role that may decide, so that an inbox is read in the order of its index, however
-- many requests wait for others.
create table workflow.approval_waiting (
  tenant_id   uuid not null,
  role        text not null,
  approval_id uuid not null,
  primary key (tenant_id, role, approval_id),
  foreign key (tenant_id, approval_id) references workflow.approval_request
);
alter table workflow.approval_waiting enable row level security;
alter table workflow.approval_waiting force row level security;
create policy tenant on workflow.approval_waiting
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());
create index approval_waiting_of on workflow.approval_waiting (tenant_id, approval_id);
drop index workflow.approval_inbox;

grant select, insert, delete on workflow.approval_waiting to countersign_app;
grant update (escalated) on workflow.approval_request to countersign_app;

-- Timers also ask more people once a request has waited too long.
create index approval_escalation on workflow.approval_request (escalates_at)
  where state = 'pending' and not escalated and escalates_at is not null;
grant select (escalates_at, escalated, decision_id) on workflow.approval_request to countersign_timer;
drop policy due_work on workflow.approval_request;
create policy due_work on workflow.approval_request for select to countersign_timer
  using (state = 'pending' and (decision_id is not null or (escalates_at is not null and not escalated)));

-- For whom somebody proposed, and which proposal an edit replaced.
alter table workflow.proposal add column on_behalf_of text, add column edited_from uuid;

-- Who had a hand in a case from the start.
alter table workflow.case_file add column opened_by text not null default '';

-- A gate is authorized for the tenant (`*`) or for a site, and perhaps up to an amount.
alter table workflow.gate add column site text not null default '*', add column up_to bigint;
alter table workflow.gate drop constraint gate_pkey, add primary key (tenant_id, workflow, transition, site);
alter table workflow.gate_change add column site text not null default '*', add column up_to bigint;
grant update (up_to) on workflow.gate to countersign_app;
