-- What all nodes on this database must agree on. One row, made at the first start; no tenant's.
-- pepper_fingerprint: HMAC-SHA-256 of fixed words under the pepper, so that a node with another pepper is
-- refused at its start instead of refusing every key. It says nothing about the pepper, which has 256 random bits.
-- platform_tenant: the tenant of those who create tenants; of installations from before it is known from the
-- first node's start on.
create table identity.installation (
  only_row           boolean primary key default true check (only_row),
  pepper_fingerprint bytea   not null check (length(pepper_fingerprint) = 32),
  platform_tenant    uuid
);
alter table identity.installation enable row level security;
alter table identity.installation force row level security;
create policy agree on identity.installation for all to countersign_app using (true) with check (true);
grant select, insert, update (platform_tenant) on identity.installation to countersign_app;
