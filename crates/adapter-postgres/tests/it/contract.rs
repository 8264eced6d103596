//! What every store must do, on PostgreSQL with row-level security.

mod pooled {
    use crate::database::Database;
    use store_contract::Harness;

    async fn open() -> Harness {
        let database = Database::new().await;
        let tamper = database.tamper();
        Harness::new(database.store, ()).tampered_by(tamper)
    }

    store_contract::suite!(open);
}

/// The same without row-level security: the queries keep organisations apart by themselves. The converse, row-level
/// security without them, is the first of these modules when `scripts/test --long` builds it with the feature of
/// `adapter-sql` for that.
mod unfenced {
    use crate::database::Database;
    use store_contract::Harness;

    const FENCED: &str =
        "SELECT count(*) FROM pg_class WHERE relrowsecurity OR relforcerowsecurity";
    const UNFENCE: &str = "DO $$
        DECLARE
            v_table regclass;
        BEGIN
            FOR v_table IN SELECT oid FROM pg_class WHERE relrowsecurity OR relforcerowsecurity LOOP
                EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', v_table);
            END LOOP;
        END $$";

    async fn open() -> Harness {
        let database = Database::new().await;
        assert!(database.count(FENCED).await > 0, "there is no fence");
        database.run(UNFENCE).await;
        assert_eq!(database.count(FENCED).await, 0);
        let tamper = database.tamper();
        Harness::new(database.store, ()).tampered_by(tamper)
    }

    store_contract::suite!(open);
}

/// The same with every organisation in a schema of its own.
mod siloed {
    use crate::database::Database;
    use store_contract::Harness;

    async fn open() -> Harness {
        let database = Database::new().await;
        database.silo_newcomers().await;
        let tamper = database.tamper();
        Harness::new(database.store.clone(), Pool(database))
            .in_silos()
            .tampered_by(tamper)
    }

    /// Holds in the end that nothing went into the pool.
    struct Pool(Database);

    impl Drop for Pool {
        fn drop(&mut self) {
            // A second panic would hide the first.
            if std::thread::panicking() {
                return;
            }
            let pooled = "SELECT count(*) FROM (SELECT id FROM pool.projects UNION ALL
                          SELECT id FROM pool.audit_events UNION ALL SELECT id FROM pool.resources) AS pooled";
            let server = private_postgres::PrivatePostgres::shared();
            assert_eq!(server.query(&self.0.url, pooled), "0", "rows in the pool");
        }
    }

    store_contract::suite!(open);
}
