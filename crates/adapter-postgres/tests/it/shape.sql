WITH relation AS (
    SELECT c.* FROM pg_class c WHERE c.relnamespace = '{schema}'::regnamespace
)
SELECT array_agg(told ORDER BY told COLLATE "C") FROM (
    SELECT concat_ws(' ', 'table', r.relname, r.relkind, r.relrowsecurity, r.relforcerowsecurity)
      FROM relation r WHERE r.relkind NOT IN ('i', 't')
    UNION ALL
    SELECT concat_ws(' ', 'column', r.relname || '.' || a.attname, a.attnum, format_type(a.atttypid, a.atttypmod),
                     a.attcollation::regcollation, a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
      FROM relation r
      JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
     WHERE r.relkind = 'r'
    UNION ALL
    SELECT concat_ws(' ', 'constraint', k.conname, k.contype, pg_get_constraintdef(k.oid))
      FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
    UNION ALL
    SELECT concat_ws(' ', 'index', r.relname, pg_get_indexdef(r.oid)) FROM relation r WHERE r.relkind = 'i'
    UNION ALL
    SELECT concat_ws(' ', 'policy', r.relname || '.' || p.polname, p.polcmd, p.polpermissive, p.polroles,
                     pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
    UNION ALL
    SELECT concat_ws(' ', 'grant', r.relname, g.grantee::regrole, g.privilege_type, g.is_grantable)
      FROM relation r, aclexplode(r.relacl) g WHERE g.grantee = 'saas_api_app'::regrole
    UNION ALL
    SELECT concat_ws(' ', 'usage', g.grantee::regrole, g.privilege_type, g.is_grantable)
      FROM pg_namespace n, aclexplode(n.nspacl) g
     WHERE n.nspname = '{schema}' AND g.grantee = 'saas_api_app'::regrole
    UNION ALL
    SELECT concat_ws(' ', 'applied', m.name) FROM {schema}.tenant_migrations m
) AS everything (told)
