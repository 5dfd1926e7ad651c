-- Lists the proposals of a case, newest first; proposal_live has only those that may still come to an execution.
create index proposal_of_case on workflow.proposal (tenant_id, case_id, proposal_id desc);
