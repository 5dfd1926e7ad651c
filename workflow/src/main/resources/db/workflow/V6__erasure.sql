-- What repeats the content of ledger entries can be emptied. The action stays bound: it is what its digest says, or nothing.
alter table workflow.proposal add constraint proposal_action_digest check (action = ''::bytea or sha256(action) = action_digest);
grant update (action, mode_reasons, principal, prediction, context, features, decision) on workflow.proposal to countersign_app;
grant update (reference, attributes) on workflow.case_file to countersign_app;
grant update (approver_name, reason) on workflow.approval_decision to countersign_app;
grant update (before, after, diff) on workflow.execution to countersign_app;
grant update (observed_error, source) on workflow.outcome to countersign_app;
grant update (reason) on workflow.gate_change to countersign_app;
grant update (reason) on workflow.freeze to countersign_app;
