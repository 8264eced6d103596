//! One tenant migration more than there is.

use crate::database::{connect, scalar};
use adapter_postgres::Plan;
use migration::{TENANT_MIGRATIONS, TenantMigration};

pub(crate) const LABELS: &str = "t9000_labels";

/// Several steps, so that there is a halfway.
pub(crate) const MIGRATION: TenantMigration = TenantMigration {
    name: LABELS,
    tables: "ALTER TABLE projects ADD COLUMN label text;
        CREATE TABLE labels (
            organisation_id {uuid} NOT NULL,
            id {uuid} NOT NULL,
            CONSTRAINT pk_labels PRIMARY KEY (organisation_id, id)
        );
        CREATE INDEX ix_projects_label ON projects (organisation_id, label);",
    postgres: "ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
        ALTER TABLE labels FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON labels FOR ALL
            USING (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
            WITH CHECK (organisation_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));",
};

/// To the version with labels.
pub(crate) fn plan() -> Plan {
    Plan {
        tenant_migrations: [TENANT_MIGRATIONS, &[MIGRATION]].concat().leak(),
        ..Plan::default()
    }
}

/// Whether a schema is at the version with labels; it is exactly there, or exactly at the one before.
///
/// # Panics
/// When it is somewhere between.
pub(crate) async fn labelled(url: &str, schema: &str) -> bool {
    let sql = format!(
        "SELECT ARRAY[
            EXISTS (SELECT FROM pg_attribute WHERE attrelid = '{schema}.projects'::regclass AND attname = 'label'),
            to_regclass('{schema}.labels') IS NOT NULL,
            to_regclass('{schema}.ix_projects_label') IS NOT NULL,
            EXISTS (SELECT FROM pg_policy WHERE polrelid = to_regclass('{schema}.labels')),
            EXISTS (SELECT FROM {schema}.tenant_migrations WHERE name = '{LABELS}')]"
    );
    let parts: Vec<bool> = scalar(&mut connect(url).await, &sql).await.unwrap();
    assert!(
        parts.iter().all(|part| *part == parts[0]),
        "{schema} is halfway: {parts:?}"
    );
    parts[0]
}
