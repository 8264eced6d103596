//! One query a rule. All of them name what they find with its schema, whatever the search path is.

/// The schemas that are ours, their tables, and those tables that belong to tenants: they have `organisation_id`.
pub(super) const TABLES: &str = "WITH ours AS (
  SELECT n.oid, n.nspname::text AS name, n.nspname = 'pool' OR n.nspname LIKE 't\\_%' AS of_tenants
    FROM pg_namespace n
   WHERE n.nspname IN ('public', 'platform', 'pool') OR n.nspname LIKE 't\\_%'
), our_table AS (
  SELECT c.oid, n.oid AS schema, n.of_tenants, c.relname::text AS short, n.name || '.' || c.relname AS name,
         c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
    FROM pg_class c JOIN ours n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p')
), tenant_table AS (
  SELECT t.*, a.attnotnull AS not_null, a.attnum AS tenant_column
    FROM our_table t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
)";

/// What is wrong, and the query that finds it. Allowed to be found without a tenant: an API key by its key ids, a user's
/// own memberships. Allowed to run with the owner's rights: what makes and removes silos.
pub(super) const CHECKS: [(&str, &str); 11] = [
    (
        "row-level security is not enabled and forced",
        "SELECT t.name AS object FROM tenant_table t WHERE NOT (t.enabled AND t.forced)",
    ),
    (
        "organisation_id may be null",
        "SELECT t.name AS object FROM tenant_table t WHERE NOT t.not_null",
    ),
    (
        "a table of the tenant plane has no organisation_id",
        "SELECT t.name AS object FROM our_table t
          WHERE t.of_tenants AND t.short <> 'tenant_migrations' AND t.oid NOT IN (SELECT oid FROM tenant_table)",
    ),
    (
        "no policy for all commands checks the tenant, and nothing else, on reading and on writing",
        r#", form AS (
  SELECT '^\(organisation_id = \( SELECT \(NULLIF\(current_setting\(''app\.tenant_id''::text, true\), ''''::text\)\)::uuid( AS "nullif")?\)\)$' AS tenant)
         SELECT t.name AS object FROM tenant_table t, form WHERE NOT EXISTS (
           SELECT 1 FROM pg_policy p
            WHERE p.polrelid = t.oid AND p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}'
              AND pg_get_expr(p.polqual, t.oid) ~ form.tenant AND pg_get_expr(p.polwithcheck, t.oid) ~ form.tenant)"#,
    ),
    (
        "a policy beside the tenant's is not one of the known ones",
        "SELECT t.name || '.' || p.polname AS object FROM tenant_table t JOIN pg_policy p ON p.polrelid = t.oid
          WHERE (t.name, p.polname, p.polcmd::text) NOT IN (
                  ('platform.organisation_memberships', 'own', 'r'), ('platform.api_keys', 'presented', 'r'))
            AND p.polname <> 'tenant'",
    ),
    (
        "an index does not begin with organisation_id",
        "SELECT n.name || '.' || c.relname AS object
           FROM tenant_table t
           JOIN pg_index i ON i.indrelid = t.oid
           JOIN pg_class c ON c.oid = i.indexrelid
           JOIN ours n ON n.oid = c.relnamespace
          WHERE i.indkey[0] <> t.tenant_column
            AND n.name || '.' || c.relname NOT IN (
                  'platform.ix_organisation_memberships_user', 'platform.uq_api_keys_key_id',
                  'platform.uq_api_keys_previous_key_id')",
    ),
    (
        "a foreign key between tenants' tables does not carry organisation_id",
        "SELECT t.name || '.' || c.conname AS object FROM pg_constraint c
           JOIN tenant_table t ON t.oid = c.conrelid JOIN tenant_table r ON r.oid = c.confrelid
          WHERE c.contype = 'f'
            AND c.confkey[array_position(c.conkey, t.tenant_column)] IS DISTINCT FROM r.tenant_column",
    ),
    (
        "a foreign key leads out of its tenant plane",
        "SELECT t.name || '.' || c.conname AS object FROM pg_constraint c
           JOIN our_table t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
          WHERE c.contype = 'f' AND t.of_tenants AND r.relnamespace <> t.schema",
    ),
    (
        "a function runs with its owner's rights",
        "SELECT n.name || '.' || p.proname AS object FROM pg_proc p JOIN ours n ON n.oid = p.pronamespace
          WHERE p.prosecdef AND NOT coalesce(
                  p.oid IN (to_regprocedure('platform.provision_silo(uuid)'),
                            to_regprocedure('platform.purge_tenant(uuid)'))
                  AND p.proconfig = ARRAY['search_path=platform, pg_temp'], false)",
    ),
    (
        "a function with its owner's rights is open to everyone",
        "SELECT n.name || '.' || p.proname AS object FROM pg_proc p JOIN ours n ON n.oid = p.pronamespace
          WHERE p.prosecdef AND has_function_privilege('public', p.oid, 'EXECUTE')",
    ),
    (
        "a view reads with its owner's rights",
        "SELECT n.name || '.' || c.relname AS object FROM pg_class c JOIN ours n ON n.oid = c.relnamespace
          WHERE c.relkind = 'm' OR c.relkind = 'v' AND NOT EXISTS (
                  SELECT FROM pg_options_to_table(c.reloptions) o
                   WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)",
    ),
];

/// What the connection's role must not be able to do: to any table, and to the trails.
pub(super) const GRANTS: &str = "
SELECT t.name AS object, g.privilege AS privilege
  FROM our_table t,
       LATERAL (VALUES ('TRUNCATE', false), ('REFERENCES', false), ('TRIGGER', false), ('DELETE', true),
                       ('UPDATE', true)) AS g (privilege, of_trails)
 WHERE (NOT g.of_trails OR t.short IN ('audit_events', 'user_events', 'operator_events'))
   AND (has_table_privilege(t.oid, g.privilege)
        OR g.privilege IN ('UPDATE', 'REFERENCES') AND has_any_column_privilege(t.oid, g.privilege))";
