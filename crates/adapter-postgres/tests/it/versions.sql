SELECT array_agg(concat(n.nspname, ' ', parts.parts) ORDER BY n.nspname) FROM (
    SELECT n.nspname, n.oid FROM pg_namespace n WHERE n.nspname LIKE 't\_%'
) n, LATERAL (
    SELECT concat(
        EXISTS (SELECT FROM pg_attribute
                 WHERE attrelid = to_regclass(n.nspname || '.projects') AND attname = 'label'),
        to_regclass(n.nspname || '.labels') IS NOT NULL,
        to_regclass(n.nspname || '.ix_projects_label') IS NOT NULL,
        EXISTS (SELECT FROM pg_policy WHERE polrelid = to_regclass(n.nspname || '.labels')),
        -- The ledger, whose name is known at run time only.
        query_to_xml(format('SELECT name FROM %I.tenant_migrations WHERE name = %L', n.nspname, '{name}'),
                     false, false, '')::text LIKE '%<row>%') AS parts
) parts
