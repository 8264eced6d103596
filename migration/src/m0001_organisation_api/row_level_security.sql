-- The fence that holds when a query forgets its filter. FORCE binds the owner too. After a transaction that set it
-- locally a custom setting reads as '', not NULL: NULLIF turns that into "no tenant", which matches no row. The
-- sub-select is evaluated once a statement.

ALTER TABLE organisation_memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation_memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organisation_memberships FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
-- A user sees their own memberships in every organisation.
CREATE POLICY own ON organisation_memberships FOR SELECT
    USING (user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid));

ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON projects FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON api_keys FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
-- Whoever presents a key sees that key's row, and so learns whose it is.
CREATE POLICY presented ON api_keys FOR SELECT
    USING (key_id = (SELECT NULLIF(current_setting('app.key_id', true), '')));

ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_events FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

ALTER TABLE idempotency_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_records FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON idempotency_records FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
