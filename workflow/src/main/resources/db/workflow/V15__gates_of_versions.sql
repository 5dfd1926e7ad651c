-- The forms of a transition that were authorized before and stay so: running cases keep the version of the workflow that
-- they began with.
alter table workflow.gate add column also_forms text[] not null default '{}';
alter table workflow.gate_change add column also_forms text[] not null default '{}';
grant update (also_forms) on workflow.gate to countersign_app;
