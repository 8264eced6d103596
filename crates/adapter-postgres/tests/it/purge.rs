//! Removing a deleted organisation: everything, and nothing else.

use crate::database::{Database, Tenancy};
use adapter_local::ambient::UuidV7;
use domain::{
    id::TenantId,
    ports::{IdGenerator, Store, StoreError},
};

/// Rows of an organisation, by table.
async fn rows(db: &Database, of: &Tenancy) -> Vec<(String, i64)> {
    let tenant = of.tenant;
    let mut rows = Vec::new();
    for table in db.tenant_tables().await {
        let sql = format!("SELECT count(*) FROM {table} WHERE organisation_id = '{tenant}'");
        rows.push((table, db.count(&sql).await));
    }
    let own = format!("SELECT count(*) FROM platform.organisations WHERE id = '{tenant}'");
    rows.push(("platform.organisations".to_owned(), db.count(&own).await));
    rows
}

fn sum(rows: &[(String, i64)]) -> u64 {
    rows.iter().map(|(_, count)| count.cast_unsigned()).sum()
}

async fn plant(db: &Database, tenancy: &Tenancy, plane: &str) {
    let rows = include_str!("rows.sql")
        .replace("{tenant}", &tenancy.tenant.to_string())
        .replace("{plane}", plane);
    db.run(&rows).await;
}

async fn set_status(db: &Database, tenancy: &Tenancy, status: &str) {
    let tenant = tenancy.tenant;
    db.run(&format!(
        "UPDATE platform.organisations SET status = '{status}' WHERE id = '{tenant}'"
    ))
    .await;
}

#[tokio::test]
async fn purging_leaves_no_row_of_the_organisation_and_every_row_of_the_others() {
    let db = Database::new().await;
    let pooled = [db.found("pooled").await, db.found("stays-pooled").await];
    db.silo_newcomers().await;
    let siloed = [db.found("siloed").await, db.found("stays-siloed").await];
    for tenancy in &pooled {
        plant(&db, tenancy, "pool").await;
    }
    for tenancy in &siloed {
        plant(&db, tenancy, &tenancy.schema()).await;
    }
    // A table of tomorrow, of which nobody told the function, and which refers to one of today.
    db.run(&format!(
        "CREATE TABLE pool.comments (organisation_id uuid, id uuid, resource_id uuid,
            PRIMARY KEY (organisation_id, id),
            FOREIGN KEY (organisation_id, resource_id) REFERENCES pool.resources (organisation_id, id));
         INSERT INTO pool.comments SELECT organisation_id, gen_random_uuid(), id FROM pool.resources;
         INSERT INTO platform.operator_events
         VALUES (now(), gen_random_uuid(), 'root', 'organisation.purged', '{}', NULL, '{{}}')",
        pooled[0].tenant
    ))
    .await;
    for [goes, stays] in [&pooled, &siloed] {
        let (before, others) = (rows(&db, goes).await, rows(&db, stays).await);
        assert!(sum(&before) >= 9, "{before:?}");
        set_status(&db, goes, "deleted").await;
        assert_eq!(db.store.purge(goes.tenant).await.unwrap(), sum(&before));
        assert_eq!(sum(&rows(&db, goes).await), 0);
        let kept: Vec<_> = rows(&db, stays).await;
        let others: Vec<_> = others
            .into_iter()
            .filter(|row| kept.contains(row))
            .collect();
        assert_eq!(others, kept);
        let again = db.store.purge(goes.tenant).await.unwrap();
        assert_eq!(again, 0, "there is nothing left");
    }
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'";
    assert_eq!(db.count(schemas).await, 1);
    let trail = "SELECT count(*) FROM platform.operator_events";
    assert_eq!(db.count(trail).await, 1, "what operators did outlives it");
}

#[tokio::test]
async fn only_a_deleted_organisation_is_purged() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    let before = rows(&db, &acme).await;
    for status in ["provisioning", "active", "suspended", "deleting"] {
        set_status(&db, &acme, status).await;
        let refused = db.store.purge(acme.tenant).await.unwrap_err();
        assert!(
            matches!(refused, StoreError::Failed(_)),
            "{status}: {refused}"
        );
    }
    let nobody = TenantId::from_uuid(UuidV7.uuid());
    assert_eq!(db.store.purge(nobody).await.unwrap(), 0);
    assert_eq!(rows(&db, &acme).await, before);
}
