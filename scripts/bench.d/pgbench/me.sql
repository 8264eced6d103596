BEGIN;
SELECT set_config('app.user_id', {user}, true);
SELECT id, email, display_name, is_active, created_at, updated_at FROM users WHERE id = {user}::uuid;
SELECT m.id, m.organisation_id, o.name, o.slug, m.role
  FROM organisation_memberships m JOIN organisations o ON o.id = m.organisation_id
 WHERE m.user_id = {user}::uuid ORDER BY m.created_at, m.id;
COMMIT;
