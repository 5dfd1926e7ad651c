-- Who follows the log finds out for which tenants there is something new: how many entries each has, and nothing of them.
grant usage on schema ledger to countersign_timer;
grant select (tenant_id, next_seq) on ledger.chain to countersign_timer;
create policy follow on ledger.chain for select to countersign_timer using (true);
