DO $grants$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema());
END $grants$;
GRANT SELECT ON tenant_migrations TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON projects, resources TO {role};
-- The trail can be added to and read, never changed.
GRANT SELECT, INSERT ON audit_events TO {role};
