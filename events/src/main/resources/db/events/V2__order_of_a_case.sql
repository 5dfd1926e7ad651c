-- The case that an event belongs to, if its entry told one: what is told of a case is sent in the order of the log. What
-- waits already has none and keeps the order of its correlation id, which is the case's own id for what a case says itself.
-- No index: at most a window's length waits, and all of it is looked at.
alter table events.delivery add column case_id uuid;
