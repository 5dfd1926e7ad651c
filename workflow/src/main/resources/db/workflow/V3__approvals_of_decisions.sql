-- A policy may require approval of what a check asks. Such a request is about a decision in the ledger. What was
-- asked stands there and nowhere else; here stand its place and its digest.
alter table workflow.approval_request
  alter column proposal_id drop not null,
  alter column gate drop not null,
  alter column handler_version drop not null,
  add column decision_id     uuid,
  add column correlation_id  uuid,
  add column decision_index  bigint,
  add column asker           text,
  add column question_digest bytea,
  add constraint approval_about_one_thing check (
    (num_nonnulls(proposal_id, gate, handler_version) = 3
      and num_nonnulls(decision_id, correlation_id, decision_index, asker, question_digest) = 0)
    or (num_nonnulls(proposal_id, gate, handler_version) = 0
      and num_nonnulls(decision_id, correlation_id, decision_index, asker, question_digest) = 5));

-- Who asks the same again while it waits joins what waits.
create unique index approval_of_question on workflow.approval_request (tenant_id, asker, question_digest)
  where state = 'pending' and decision_id is not null;
-- What a timer has to look at: across tenants, by time. A proposal ends together with its request.
create index approval_due on workflow.approval_request (expires_at)
  where state = 'pending' and decision_id is not null;

grant select (tenant_id, approval_id, state, expires_at) on workflow.approval_request to countersign_timer;
create policy due_work on workflow.approval_request for select to countersign_timer
  using (state = 'pending' and decision_id is not null);
