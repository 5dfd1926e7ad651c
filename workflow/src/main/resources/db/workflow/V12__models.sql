-- The version of the model that proposed, as its caller declared it, and how far each may go by itself.
alter table workflow.proposal add column model text check (length(model) between 1 and 200);
alter table workflow.decoy add column model text check (length(model) between 1 and 200);
alter table workflow.autonomy
  add column model_ceilings text not null default '[]',
  add column undeclared_ceiling text
    check (undeclared_ceiling in ('observe', 'propose', 'guarded_auto', 'conditional_auto', 'full_auto'));
grant update (model_ceilings, undeclared_ceiling) on workflow.autonomy to countersign_app;
