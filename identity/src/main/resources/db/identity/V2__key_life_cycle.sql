-- Rotation keeps the key's id and exchanges its secret; the one before stays good until previous_until.
-- scopes: null for all that the roles carry. networks: empty for everywhere.
alter table identity.api_key
  add column scopes         text[],
  add column networks       text[] not null default '{}',
  add column previous_hash  bytea,
  add column previous_until timestamptz,
  add column rotated_at     timestamptz,
  add column limited        boolean not null default true,
  add constraint api_key_previous check ((previous_hash is null) = (previous_until is null));
-- A key without numbers of its own had no limit until now; from now on it has its tenant's.
update identity.api_key set limited = false where rate_limit is null;
grant update (hash, previous_hash, previous_until, rotated_at) on identity.api_key to countersign_app;
-- Pages of the list, newest first.
create index api_key_by_age on identity.api_key (tenant_id, created_at desc, key_id desc);

-- What a tenant sets for all its keys; null for what the server's configuration says.
alter table identity.tenant
  add column rate_limit       int check (rate_limit > 0),
  add column rate_burst       int check (rate_burst > 0),
  add column when_unavailable text check (when_unavailable in ('refuse', 'local')),
  add constraint tenant_limit check ((rate_limit is null) = (rate_burst is null));

drop function identity.find_key(text);
create function identity.find_key(wanted text)
  returns table (tenant_id uuid, name text, hash bytea, previous_hash bytea, previous_until timestamptz,
                 roles text[], scopes text[], networks text[], site text,
                 limited boolean, rate_limit int, rate_burst int, when_unavailable text,
                 expires_at timestamptz, revoked_at timestamptz, profile text, suspended_at timestamptz, credentials bigint)
  language sql stable security definer set search_path = ''
  begin atomic
    select k.tenant_id, k.name, k.hash, k.previous_hash, k.previous_until,
           k.roles, k.scopes, k.networks, k.site,
           k.limited, coalesce(k.rate_limit, t.rate_limit), coalesce(k.rate_burst, t.rate_burst), t.when_unavailable,
           k.expires_at, k.revoked_at, t.profile, t.suspended_at, g.credentials
    from identity.api_key k
    join identity.tenant t on t.tenant_id = k.tenant_id
    join kernel.generation g on g.tenant_id = k.tenant_id
    where k.key_id = wanted;
  end;
revoke execute on function identity.find_key(text) from public;
grant execute on function identity.find_key(text) to countersign_app;
