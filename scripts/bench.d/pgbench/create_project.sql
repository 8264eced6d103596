\set key random(1, 1000000000000000)
\startpipeline
BEGIN;
SELECT * FROM platform.tenant_access({organisation}::uuid, {user}::uuid, NULL);
\endpipeline
INSERT INTO idempotency_records (organisation_id, actor_id, operation, idempotency_key, fingerprint, outcome, expires_at)
VALUES ({organisation}::uuid, {user}::uuid, 'POST /orgs/' || {organisation} || '/projects', :key,
        decode(repeat('00', 32), 'hex'), NULL, now() + interval '1 day')
    ON CONFLICT (organisation_id, actor_id, operation, idempotency_key) DO UPDATE
   SET fingerprint = excluded.fingerprint, outcome = excluded.outcome, expires_at = excluded.expires_at
 WHERE idempotency_records.expires_at <= now();
INSERT INTO projects (organisation_id, id, name, name_folded, status, description, created_by_user_id,
                      updated_by_user_id, version, created_at, updated_at, deleted_at)
VALUES ({organisation}::uuid, gen_random_uuid(), 'Benchmark', 'benchmark', 'active', 'Created under load',
        {user}::uuid, {user}::uuid, 1, now(), now(), NULL);
UPDATE idempotency_records SET outcome = repeat('x', 300)
 WHERE organisation_id = {organisation}::uuid AND actor_id = {user}::uuid
   AND operation = 'POST /orgs/' || {organisation} || '/projects' AND idempotency_key = :key;
INSERT INTO audit_events (organisation_id, created_at, id, actor_user_id, actor_api_key_id, action, target_id, metadata)
VALUES ({organisation}::uuid, now(), gen_random_uuid(), {user}::uuid, NULL, 'project.created', gen_random_uuid(),
        '{"project_name": "Benchmark", "status": "active"}');
COMMIT;
