INSERT INTO platform.roles (organisation_id, id, name, grants, version, created_at, updated_at)
VALUES ('{tenant}', gen_random_uuid(), 'auditor', 'read:projects', 1, now(), now());
INSERT INTO platform.api_keys (organisation_id, id, key_id, digest, name, key_prefix, scopes, created_by_user_id,
                               created_at, updated_at)
VALUES ('{tenant}', gen_random_uuid(), 'key of {tenant}', '', 'deploy', 'saas_', 'read:projects', gen_random_uuid(),
        now(), now());
INSERT INTO platform.idempotency_records
VALUES ('{tenant}', gen_random_uuid(), 'create', 'key', '', NULL, now());
INSERT INTO platform.silo_failures VALUES ('{tenant}', 't9999_never', 'it never was', now());
INSERT INTO {plane}.resources (organisation_id, id, name, name_folded, project_id, owner_user_id, data, version,
                               created_at, updated_at)
SELECT organisation_id, gen_random_uuid(), 'Pump', 'pump', id, gen_random_uuid(), '{}', 1, now(), now()
  FROM {plane}.projects WHERE organisation_id = '{tenant}';
