create table identity.tenant (
  tenant_id    uuid        primary key,
  slug         text        not null unique,
  name         text        not null,
  profile      text        not null check (profile in ('demo', 'standard')),
  created_at   timestamptz not null,
  suspended_at timestamptz
);
alter table identity.tenant enable row level security;
alter table identity.tenant force row level security;
create policy tenant on identity.tenant
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- The secret itself is never stored: hash is HMAC-SHA-256 of it under the server's pepper.
create table identity.api_key (
  tenant_id     uuid        not null,
  key_id        text        not null unique,
  name          text        not null,
  hash          bytea       not null,
  roles         text[]      not null,
  site          text        not null,
  rate_limit    int,
  rate_burst    int,
  created_at    timestamptz not null,
  created_by    text        not null,
  expires_at    timestamptz,
  revoked_at    timestamptz,
  primary key (tenant_id, key_id)
);
alter table identity.api_key enable row level security;
alter table identity.api_key force row level security;
create policy tenant on identity.api_key
  using (tenant_id = kernel.current_tenant()) with check (tenant_id = kernel.current_tenant());

-- The one look-up that has no tenant yet: by the public id of a key, row by row, nothing else.
create policy key_lookup on identity.api_key for select to countersign_owner using (true);
create policy key_lookup on identity.tenant for select to countersign_owner using (true);
create function identity.find_key(wanted text)
  returns table (tenant_id uuid, name text, hash bytea, roles text[], site text, rate_limit int, rate_burst int,
                 expires_at timestamptz, revoked_at timestamptz, profile text, suspended_at timestamptz, credentials bigint)
  language sql stable security definer set search_path = ''
  begin atomic
    select k.tenant_id, k.name, k.hash, k.roles, k.site, k.rate_limit, k.rate_burst,
           k.expires_at, k.revoked_at, t.profile, t.suspended_at, g.credentials
    from identity.api_key k
    join identity.tenant t on t.tenant_id = k.tenant_id
    join kernel.generation g on g.tenant_id = k.tenant_id
    where k.key_id = wanted;
  end;
revoke execute on function identity.find_key(text) from public;

grant usage on schema identity to countersign_app;
grant select, insert, update on identity.tenant to countersign_app;
grant select, insert on identity.api_key to countersign_app;
grant update (revoked_at) on identity.api_key to countersign_app;
grant execute on function identity.find_key(text) to countersign_app;
