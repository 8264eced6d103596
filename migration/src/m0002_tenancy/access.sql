-- Authority in one trip. These functions run with the caller's rights, so row-level security applies inside them; what
-- they set is local to the transaction. The search path is set last: every statement after a change of path is planned
-- anew.

-- The schema of a tenant that has one.
CREATE FUNCTION platform.silo_schema(p_tenant uuid) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT 't_' || replace(p_tenant::text, '-', '') $$;

-- Pins the transaction to a tenant. The path of a siloed one names neither the pool nor `public`: a table that its
-- schema lacks is an error.
CREATE FUNCTION platform.enter_tenant(p_tenant uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    v_siloed boolean;
BEGIN
    PERFORM set_config('app.tenant_id', p_tenant::text, true);
    SELECT o.placement = 'silo' AND o.database IS NULL INTO v_siloed
      FROM platform.organisations o
     WHERE o.id = p_tenant;
    IF v_siloed THEN
        PERFORM set_config('search_path', platform.silo_schema(p_tenant) || ', platform', true);
    END IF;
END
$$;

-- What is known about a user (p_user) or an API key (p_key) in a tenant. Enters the tenant: the path's for a user,
-- the key's own for a key, so that nothing of a foreign tenant can be read after it. The built-in roles that cannot be
-- changed are not looked up.
CREATE FUNCTION platform.tenant_access(
    p_tenant uuid, p_user uuid, p_key text,
    OUT tenant_status text,
    OUT user_active boolean, OUT role text, OUT role_grants text,
    OUT key_row_id uuid, OUT key_tenant uuid, OUT key_digest bytea, OUT key_revoked boolean,
    OUT key_valid_until timestamptz, OUT key_scopes text, OUT key_cidrs text,
    OUT creator_id uuid, OUT creator_role text, OUT creator_grants text
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    v_tenant uuid := p_tenant;
    v_siloed boolean;
BEGIN
    IF p_user IS NOT NULL THEN
        PERFORM set_config('app.tenant_id', p_tenant::text, true);
        SELECT o.status, o.placement = 'silo' AND o.database IS NULL, u.is_active, m.role
          INTO tenant_status, v_siloed, user_active, role
          FROM (SELECT 1) AS always
          LEFT JOIN platform.organisations o ON o.id = p_tenant
          LEFT JOIN platform.users u ON u.id = p_user
          LEFT JOIN platform.organisation_memberships m ON m.organisation_id = p_tenant AND m.user_id = u.id;
        IF role NOT IN ('owner', 'admin') THEN
            SELECT r.grants INTO role_grants
              FROM platform.roles r
             WHERE r.organisation_id = p_tenant AND r.name = role;
        END IF;
    ELSE
        PERFORM set_config('app.key_id', p_key, true);
        SELECT k.id, k.organisation_id, k.digest, k.revoked_at IS NOT NULL, k.expires_at,
               k.scopes, k.allowed_cidrs, k.created_by_user_id, o.status,
               o.placement = 'silo' AND o.database IS NULL
          INTO key_row_id, key_tenant, key_digest, key_revoked, key_valid_until,
               key_scopes, key_cidrs, creator_id, tenant_status, v_siloed
          FROM platform.api_keys k
          JOIN platform.organisations o ON o.id = k.organisation_id
         WHERE k.key_id = p_key;
        IF NOT FOUND THEN
            SELECT k.id, k.organisation_id, k.previous_digest, k.revoked_at IS NOT NULL,
                   LEAST(k.previous_valid_until, k.expires_at),
                   k.scopes, k.allowed_cidrs, k.created_by_user_id, o.status,
                   o.placement = 'silo' AND o.database IS NULL
              INTO key_row_id, key_tenant, key_digest, key_revoked, key_valid_until,
                   key_scopes, key_cidrs, creator_id, tenant_status, v_siloed
              FROM platform.api_keys k
              JOIN platform.organisations o ON o.id = k.organisation_id
             WHERE k.previous_key_id = p_key;
        END IF;
        IF FOUND THEN
            v_tenant := key_tenant;
            PERFORM set_config('app.tenant_id', key_tenant::text, true);
            SELECT m.role INTO creator_role
              FROM platform.organisation_memberships m
              JOIN platform.users u ON u.id = m.user_id AND u.is_active
             WHERE m.organisation_id = key_tenant AND m.user_id = creator_id;
            IF creator_role NOT IN ('owner', 'admin') THEN
                SELECT r.grants INTO creator_grants
                  FROM platform.roles r
                 WHERE r.organisation_id = key_tenant AND r.name = creator_role;
            END IF;
        END IF;
    END IF;
    IF v_siloed THEN
        PERFORM set_config('search_path', platform.silo_schema(v_tenant) || ', platform', true);
    END IF;
END
$$;

-- GET project: authority and row together. Equals tenant_access followed by the plain query.
CREATE FUNCTION platform.read_project(
    p_tenant uuid, p_user uuid, p_key text, p_project uuid,
    OUT tenant_status text,
    OUT user_active boolean, OUT role text, OUT role_grants text,
    OUT key_row_id uuid, OUT key_tenant uuid, OUT key_digest bytea, OUT key_revoked boolean,
    OUT key_valid_until timestamptz, OUT key_scopes text, OUT key_cidrs text,
    OUT creator_id uuid, OUT creator_role text, OUT creator_grants text,
    OUT organisation_id uuid, OUT id uuid, OUT name text, OUT name_folded text, OUT status text,
    OUT description text, OUT created_by_user_id uuid, OUT updated_by_user_id uuid, OUT version bigint,
    OUT created_at timestamptz, OUT updated_at timestamptz, OUT deleted_at timestamptz
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
    SELECT * INTO tenant_status, user_active, role, role_grants,
                  key_row_id, key_tenant, key_digest, key_revoked, key_valid_until, key_scopes, key_cidrs,
                  creator_id, creator_role, creator_grants
      FROM platform.tenant_access(p_tenant, p_user, p_key);
    SELECT p.organisation_id, p.id, p.name, p.name_folded, p.status, p.description, p.created_by_user_id,
           p.updated_by_user_id, p.version, p.created_at, p.updated_at, p.deleted_at
      INTO organisation_id, id, name, name_folded, status, description, created_by_user_id,
           updated_by_user_id, version, created_at, updated_at, deleted_at
      FROM projects p
     WHERE p.organisation_id = p_tenant AND p.id = p_project AND p.deleted_at IS NULL;
END
$$;
