ALTER TABLE resources ENABLE ROW LEVEL SECURITY;
ALTER TABLE resources FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON resources FOR ALL
    USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
