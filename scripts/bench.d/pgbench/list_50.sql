\startpipeline
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT * FROM platform.tenant_access({organisation}::uuid, NULL, {key});
\endpipeline
SELECT organisation_id, id, name, name_folded, status, description, created_by_user_id, updated_by_user_id, version,
       created_at, updated_at, deleted_at
  FROM projects WHERE organisation_id = {organisation}::uuid AND deleted_at IS NULL
 ORDER BY created_at DESC, id DESC LIMIT 51;
ROLLBACK;
