GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT ON seaql_migrations TO {role};
GRANT SELECT, INSERT ON users TO {role};
GRANT UPDATE (password_hash, updated_at) ON users TO {role};
GRANT SELECT, INSERT, UPDATE ON organisations TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON organisation_memberships TO {role};
GRANT SELECT, INSERT, UPDATE ON projects TO {role};
GRANT SELECT, INSERT, UPDATE ON api_keys TO {role};
-- The trail can be added to and read, never changed.
GRANT SELECT, INSERT ON audit_events, user_events TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_records, user_idempotency_records TO {role};
GRANT EXECUTE ON FUNCTION tenant_access, read_project TO {role};
