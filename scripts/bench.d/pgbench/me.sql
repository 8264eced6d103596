\startpipeline
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT set_config('app.user_id', {user}, true);
\endpipeline
SELECT id, email, display_name, password_hash, is_active, created_at, updated_at FROM users WHERE id = {user}::uuid;
SELECT m.organisation_id, m.user_id, m.id, m.role, m.created_at, m.updated_at,
       o.id, o.name, o.slug, o.version, o.created_at, o.updated_at
  FROM organisation_memberships m LEFT JOIN organisations o ON o.id = m.organisation_id
 WHERE m.user_id = {user}::uuid ORDER BY m.created_at, m.id;
ROLLBACK;
