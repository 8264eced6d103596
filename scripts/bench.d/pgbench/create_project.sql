\set key random(1, 1000000000000000)
BEGIN;
SELECT * FROM tenant_access({organisation}::uuid, {user}::uuid, NULL);
INSERT INTO idempotency_records (organisation_id, actor_id, operation, idempotency_key, fingerprint, expires_at)
VALUES ({organisation}::uuid, {user}::uuid, 'project.create', :key, decode(repeat('00', 32), 'hex'),
        now() + interval '1 day')
    ON CONFLICT DO NOTHING;
INSERT INTO projects (organisation_id, id, name, name_folded, status, description, created_by_user_id,
                      updated_by_user_id, version, created_at, updated_at)
VALUES ({organisation}::uuid, gen_random_uuid(), 'Benchmark', 'benchmark', 'active', 'Created under load',
        {user}::uuid, {user}::uuid, 1, now(), now());
INSERT INTO audit_events (organisation_id, created_at, id, actor_user_id, action, target_id, metadata)
VALUES ({organisation}::uuid, now(), gen_random_uuid(), {user}::uuid, 'project.created', gen_random_uuid(),
        '{"project_name": "Benchmark", "status": "active"}');
UPDATE idempotency_records SET outcome = repeat('x', 400)
 WHERE organisation_id = {organisation}::uuid AND actor_id = {user}::uuid AND operation = 'project.create'
   AND idempotency_key = :key;
COMMIT;
