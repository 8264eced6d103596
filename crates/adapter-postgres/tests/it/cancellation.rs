//! Whatever is dropped at whatever moment, the next borrower finds a clean connection.

use crate::database::{Database, NOW, Tenancy, new_project};
use domain::{
    audit::AuditTrail,
    permission::Permission,
    ports::{Access, Store, TenantReads},
};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

/// Polls a future at most so many times, then drops it.
async fn poll_and_drop<T>(future: impl Future<Output = T>, polls: usize) {
    let mut future = pin!(future);
    for _ in 0..polls {
        let ready = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await;
        if ready {
            return;
        }
        tokio::time::sleep(Duration::from_micros(100)).await;
    }
}

async fn write(db: &Database, acme: &Tenancy, name: &str) {
    let sealed = db
        .store
        .begin(&acme.owner, acme.tenant, Access::Write)
        .await
        .unwrap();
    let (scope, mut tx) = sealed.open(Permission::CreateProjects, NOW).unwrap();
    tx.projects()
        .insert(&new_project(acme.tenant, name))
        .await
        .unwrap();
    tx.commit(&scope, AuditTrail::exempt("a test of the pool"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_dropped_call_leaves_no_transaction_behind_and_loses_no_acknowledged_write() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    let mut acknowledged = 0;
    for polls in 0..120 {
        poll_and_drop(
            db.store.begin(&acme.owner, acme.tenant, Access::Write),
            polls % 40,
        )
        .await;
        poll_and_drop(write(&db, &acme, "abandoned"), polls).await;
        poll_and_drop(
            db.store.project(&acme.owner, acme.tenant, acme.project),
            polls % 40,
        )
        .await;
        poll_and_drop(db.store.ping(), polls % 40).await;
        write(&db, &acme, "acknowledged").await;
        acknowledged += 1;
    }
    let stored = db
        .count("SELECT count(*) FROM projects WHERE name = 'acknowledged'")
        .await;
    assert_eq!(stored, acknowledged);
    // What was dropped is rolled back or closed; nothing stays open.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let open = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    assert_eq!(db.count(open).await, 0);
    assert!(
        db.store.usage().idle <= 2 && db.store.usage().in_use == 0,
        "{:?}",
        db.store.usage()
    );
}

#[tokio::test]
async fn abandoned_transactions_give_their_connections_back() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    for _ in 0..50 {
        let sealed = db
            .store
            .begin(&acme.owner, acme.tenant, Access::Write)
            .await
            .unwrap();
        drop(sealed);
    }
    write(&db, &acme, "after").await;
    let backends = "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'saas-api'";
    assert!(db.count(backends).await <= 2);
}
