-- The scopes are translated: the owner is bound again.
ALTER TABLE platform.api_keys FORCE ROW LEVEL SECURITY;

-- A rotated key is found by the id before the rotation, too.
DROP POLICY presented ON platform.api_keys;
CREATE POLICY presented ON platform.api_keys FOR SELECT
    USING (key_id = (SELECT NULLIF(current_setting('app.key_id', true), ''))
        OR previous_key_id = (SELECT NULLIF(current_setting('app.key_id', true), '')));

ALTER TABLE platform.roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.roles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON platform.roles FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- Silos that could not be taken forward, until they are.
CREATE TABLE platform.silo_failures (
    organisation_id uuid NOT NULL,
    -- Null when the silo could not even be asked what it lacks.
    migration text,
    error text NOT NULL,
    failed_at timestamptz NOT NULL,
    CONSTRAINT pk_silo_failures PRIMARY KEY (organisation_id)
);
ALTER TABLE platform.silo_failures ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.silo_failures FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON platform.silo_failures FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
