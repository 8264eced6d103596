//! Where a tenant's tables come from makes no difference: the pool grew, a silo is made at once.

use crate::database::{Database, scalar};

/// Everything about a schema that the catalogue tells, without its name.
async fn shape(db: &Database, schema: &str) -> Vec<String> {
    let shape = include_str!("shape.sql").replace("{schema}", schema);
    let told: Vec<String> = scalar(&mut db.as_superuser().await, &shape).await.unwrap();
    let qualified = format!("{schema}.");
    told.iter()
        .map(|line| line.replace(&qualified, ""))
        .collect()
}

#[tokio::test]
async fn the_pool_and_a_silo_have_the_same_shape() {
    let db = Database::new().await;
    db.silo_newcomers().await;
    let siloed = db.found("siloed").await;
    let pool = shape(&db, "pool").await;
    for part in [
        "column projects.",
        "index ix_resources_owner",
        "policy audit_events.tenant",
        "grant projects",
    ] {
        assert!(
            pool.iter().any(|line| line.starts_with(part)),
            "{part} in {pool:#?}"
        );
    }
    assert_eq!(shape(&db, &siloed.schema()).await, pool);
}
