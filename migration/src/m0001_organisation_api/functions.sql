-- Authority in one trip. Both functions run with the caller's rights (SECURITY INVOKER), so row-level security
-- applies inside them; what they set is local to the transaction.

-- What is known about a user (p_user) or an API key (p_key) in a tenant. Enters the tenant: the path's for a user,
-- the key's own for a key, so that nothing of a foreign tenant can be read after it.
CREATE FUNCTION tenant_access(
    p_tenant uuid, p_user uuid, p_key text,
    OUT user_active boolean, OUT role text,
    OUT key_row_id uuid, OUT key_tenant uuid, OUT key_digest bytea, OUT key_revoked boolean,
    OUT key_scopes text, OUT creator_role text
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    creator uuid;
BEGIN
    IF p_user IS NOT NULL THEN
        PERFORM set_config('app.tenant_id', p_tenant::text, true);
        SELECT u.is_active, m.role INTO user_active, role
          FROM users u
          LEFT JOIN organisation_memberships m ON m.organisation_id = p_tenant AND m.user_id = u.id
         WHERE u.id = p_user;
    ELSE
        PERFORM set_config('app.key_id', p_key, true);
        SELECT k.id, k.organisation_id, k.digest, k.revoked_at IS NOT NULL, k.scopes, k.created_by_user_id
          INTO key_row_id, key_tenant, key_digest, key_revoked, key_scopes, creator
          FROM api_keys k
         WHERE k.key_id = p_key;
        IF FOUND THEN
            PERFORM set_config('app.tenant_id', key_tenant::text, true);
            SELECT m.role INTO creator_role
              FROM organisation_memberships m
              JOIN users u ON u.id = m.user_id AND u.is_active
             WHERE m.organisation_id = key_tenant AND m.user_id = creator;
        END IF;
    END IF;
END
$$;

-- GET project: authority and row together. Equals tenant_access followed by the plain query.
CREATE FUNCTION read_project(
    p_tenant uuid, p_user uuid, p_key text, p_project uuid,
    OUT user_active boolean, OUT role text,
    OUT key_row_id uuid, OUT key_tenant uuid, OUT key_digest bytea, OUT key_revoked boolean,
    OUT key_scopes text, OUT creator_role text,
    OUT organisation_id uuid, OUT id uuid, OUT name text, OUT name_folded text, OUT status text,
    OUT description text, OUT created_by_user_id uuid, OUT updated_by_user_id uuid, OUT version bigint,
    OUT created_at timestamptz, OUT updated_at timestamptz, OUT deleted_at timestamptz
) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
    SELECT * INTO user_active, role, key_row_id, key_tenant, key_digest, key_revoked, key_scopes, creator_role
      FROM tenant_access(p_tenant, p_user, p_key);
    SELECT p.organisation_id, p.id, p.name, p.name_folded, p.status, p.description, p.created_by_user_id,
           p.updated_by_user_id, p.version, p.created_at, p.updated_at, p.deleted_at
      INTO organisation_id, id, name, name_folded, status, description, created_by_user_id,
           updated_by_user_id, version, created_at, updated_at, deleted_at
      FROM projects p
     WHERE p.organisation_id = p_tenant AND p.id = p_project AND p.deleted_at IS NULL;
END
$$;
