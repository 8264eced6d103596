-- PostgreSQL only: the control plane and the pool become schemas of their own. `public` keeps nothing but the ledger of
-- the platform's migrations, so that a name which is missing elsewhere can never be found there.

CREATE SCHEMA platform;
CREATE SCHEMA pool;

DROP FUNCTION read_project(uuid, uuid, text, uuid);
DROP FUNCTION tenant_access(uuid, uuid, text);

ALTER TABLE users SET SCHEMA platform;
ALTER TABLE organisations SET SCHEMA platform;
ALTER TABLE user_events SET SCHEMA platform;
ALTER TABLE user_idempotency_records SET SCHEMA platform;
ALTER TABLE organisation_memberships SET SCHEMA platform;
ALTER TABLE api_keys SET SCHEMA platform;
ALTER TABLE idempotency_records SET SCHEMA platform;
ALTER TABLE projects SET SCHEMA pool;
ALTER TABLE audit_events SET SCHEMA pool;

-- An organisation may define roles of its own.
ALTER TABLE platform.organisation_memberships DROP CONSTRAINT ck_organisation_memberships_role;

-- Scopes are about to be translated in all organisations, and forced row-level security would hide every row from the
-- owner. The lock that this takes keeps everyone else out until the fence is up again, at the end of the migration.
ALTER TABLE platform.api_keys NO FORCE ROW LEVEL SECURITY;
