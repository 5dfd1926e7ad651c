-- The keys of the log. The private halves are files on every node; here stands which of them sign.
create table ledger.log_key (
  key      text primary key,
  state    text not null check (state in ('signing', 'retired', 'compromised')),
  added_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'signing') = (ended_at is null))
);
insert into ledger.log_key (key, state) select key, 'signing' from ledger.log;
grant select on ledger.log_key to countersign_app, countersign_sequencer, countersign_fsck;
grant insert, update (state, ended_at) on ledger.log_key to countersign_app;

-- Checkpoints that are kept: those that a witness cosigned for ever, of the others one a minute.
create table ledger.checkpoint (
  size      bigint      primary key,
  -- How many witnesses cosigned it, by name, as those were configured that gathered them.
  witnesses integer     not null default 0,
  signed_at timestamptz not null default clock_timestamp(),
  note      text        not null
);
create index checkpoint_by_time on ledger.checkpoint (signed_at);
create index checkpoint_witnessed on ledger.checkpoint (witnesses, size) where witnesses > 0;
grant select, insert, update (witnesses, note), delete on ledger.checkpoint to countersign_app;
grant select on ledger.checkpoint to countersign_fsck;

-- The witnesses that are asked to cosign: what each has seen, and when it is asked again.
create table ledger.witness (
  name        text primary key,
  size        bigint      not null default 0,
  due_at      timestamptz not null default '-infinity',
  answered_at timestamptz,
  failures    integer     not null default 0,
  -- Why the last submission brought no cosignature.
  problem     text
);
grant select, insert, update on ledger.witness to countersign_app;

-- The key by which we are a witness for others; a node with another one refuses to start.
create table ledger.own_witness (
  key text primary key
);
grant select, insert on ledger.own_witness to countersign_app;

-- The logs for which we are a witness: what was cosigned last. Whoever holds the row's lock may cosign.
create table ledger.watched_log (
  origin      text primary key,
  -- The note with the signatures of the log and ours; none if nothing was cosigned yet.
  note        text,
  cosigned_at timestamptz not null default '-infinity'
);
grant select, insert, update (note, cosigned_at) on ledger.watched_log to countersign_app;

-- What must not be, with its evidence. Nothing takes it back but a person.
create table ledger.alarm (
  id         bigint generated always as identity primary key,
  kind       text        not null check (kind in ('fork', 'unproven', 'rejected', 'rollback')),
  origin     text        not null,
  -- The witness that said so; empty where we are the witness.
  witness    text        not null default '',
  message    text        not null,
  -- What was held to be true, and what was offered.
  held       text        not null default '',
  offered    text        not null,
  -- Distinguishes what was offered, so that one thing that is repeated is one alarm.
  digest     bytea       not null,
  seen       integer     not null default 1,
  first_at   timestamptz not null default clock_timestamp(),
  last_at    timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  settled_by text,
  unique (kind, origin, witness, digest)
);
create index alarm_open on ledger.alarm (id) where settled_at is null;
grant select, insert, update (seen, last_at, settled_at, settled_by) on ledger.alarm to countersign_app;
