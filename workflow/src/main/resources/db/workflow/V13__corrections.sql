-- Who changed the facts of a case after it was opened: they do not approve where four eyes are asked for.
alter table workflow.case_file add column correctors text[] not null default '{}';
grant update (correctors) on workflow.case_file to countersign_app;
