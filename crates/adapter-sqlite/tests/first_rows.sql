-- Two organisations with a row in every table, in the columns of the first version.
INSERT INTO users (id, email, display_name, password_hash, is_active, created_at, updated_at)
VALUES (x'01', 'a@example.com', 'A', '$hash$', 1, '2026-01-02T03:04:05.678901Z', '2026-01-02T03:04:05.678901Z');
INSERT INTO user_events (user_id, created_at, id, action, metadata)
VALUES (x'01', '2026-01-02T03:04:05.678901Z', x'11', 'user.registered', '{"a":[1]}');
INSERT INTO user_idempotency_records (actor_id, operation, idempotency_key, fingerprint, outcome, expires_at)
VALUES (x'01', 'create', 'k', x'00ff', 'outcome', '2026-01-02T03:04:05.678901Z');
INSERT INTO organisations (id, name, slug, version, created_at, updated_at)
VALUES (x'0a', 'Acme', 'acme', 3, '2026-01-02T03:04:05.678901Z', '2026-01-02T03:04:05.678901Z'),
       (x'0b', 'Beta', 'beta', 1, '2026-01-02T03:04:05.678901Z', '2026-01-02T03:04:05.678901Z');
INSERT INTO organisation_memberships (organisation_id, user_id, id, role, created_at, updated_at)
SELECT id, x'01', x'20' || id, 'owner', created_at, updated_at FROM organisations;
INSERT INTO projects (organisation_id, id, name, name_folded, status, version, created_at, updated_at)
SELECT id, x'30' || id, 'Moon', 'moon', 'active', 1, created_at, updated_at FROM organisations;
INSERT INTO api_keys (organisation_id, id, key_id, digest, name, key_prefix, scopes, created_by_user_id, created_at,
                      updated_at)
SELECT id, x'40' || id, 'key of ' || slug, x'01', 'deploy', 'saas_', 'read:projects write:projects', x'01',
       created_at, updated_at
  FROM organisations;
INSERT INTO audit_events (organisation_id, created_at, id, actor_user_id, action, target_id, metadata)
SELECT id, created_at, x'50' || id, x'01', 'organisation.created', id, '{}' FROM organisations;
INSERT INTO idempotency_records (organisation_id, actor_id, operation, idempotency_key, fingerprint, expires_at)
SELECT id, x'01', 'create', 'k', x'02', created_at FROM organisations;
