-- By what evidence the scope came into its stage; null where no test raised it there, or where that was not kept yet.
alter table trust.scope add column earned text;
