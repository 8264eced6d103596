//! The look into the database's own catalogue: every kind of defect is planted, and found.

use crate::database::{Database, Tenancy};

/// What is planted, and the objects that have to be found for it.
const DEFECTS: [(&str, &[&str]); 22] = [
    (
        "ALTER TABLE pool.projects NO FORCE ROW LEVEL SECURITY",
        &["pool.projects"],
    ),
    (
        "ALTER TABLE {silo}.audit_events DISABLE ROW LEVEL SECURITY",
        &["{silo}.audit_events"],
    ),
    (
        "ALTER TABLE platform.roles NO FORCE ROW LEVEL SECURITY",
        &["platform.roles"],
    ),
    (
        "CREATE TABLE pool.invoices (organisation_id uuid, id uuid PRIMARY KEY)",
        &["pool.invoices", "pool.invoices_pkey"],
    ),
    (
        "CREATE TABLE {silo}.notes (id uuid PRIMARY KEY)",
        &["{silo}.notes"],
    ),
    (
        "DROP POLICY tenant ON {silo}.resources",
        &["{silo}.resources"],
    ),
    (
        "ALTER POLICY tenant ON pool.resources USING (organisation_id = (SELECT NULLIF(current_setting(
           'app.tenant_id', true), '')::uuid) OR organisation_id IS NULL)",
        &["pool.resources"],
    ),
    (
        "ALTER POLICY tenant ON pool.resources WITH CHECK (organisation_id = (SELECT NULLIF(current_setting(
           'app.tenant_id', true), '')::uuid) OR true)",
        &["pool.resources"],
    ),
    (
        "ALTER POLICY tenant ON pool.projects TO saas_api_app",
        &["pool.projects"],
    ),
    (
        "CREATE POLICY open ON pool.audit_events FOR SELECT USING (true)",
        &["pool.audit_events.open"],
    ),
    (
        // Known elsewhere, not here.
        "CREATE POLICY own ON {silo}.projects FOR SELECT USING (true)",
        &["{silo}.projects.own"],
    ),
    (
        "CREATE INDEX by_action ON {silo}.audit_events (action)",
        &["{silo}.by_action"],
    ),
    (
        "CREATE INDEX by_nothing ON platform.api_keys ((lower(name)))",
        &["platform.by_nothing"],
    ),
    (
        "CREATE UNIQUE INDEX one ON pool.projects (id);
         ALTER TABLE pool.resources ADD CONSTRAINT loose FOREIGN KEY (project_id) REFERENCES pool.projects (id)",
        &["pool.one", "pool.resources.loose"],
    ),
    (
        "ALTER TABLE pool.resources ADD CONSTRAINT crossed FOREIGN KEY (project_id, organisation_id)
           REFERENCES pool.projects (organisation_id, id)",
        &["pool.resources.crossed"],
    ),
    (
        "ALTER TABLE {silo}.resources ADD CONSTRAINT outward FOREIGN KEY (organisation_id, project_id)
           REFERENCES pool.projects (organisation_id, id)",
        &["{silo}.resources.outward"],
    ),
    (
        "CREATE FUNCTION platform.powerful() RETURNS int LANGUAGE sql SECURITY DEFINER
           SET search_path = platform, pg_temp AS 'SELECT 1';
         REVOKE ALL ON FUNCTION platform.powerful() FROM PUBLIC",
        &["platform.powerful"],
    ),
    (
        "ALTER FUNCTION platform.purge_tenant(uuid) RESET search_path",
        &["platform.purge_tenant"],
    ),
    (
        "GRANT EXECUTE ON FUNCTION platform.provision_silo(uuid) TO PUBLIC",
        &["platform.provision_silo"],
    ),
    (
        "CREATE VIEW pool.everything AS SELECT * FROM pool.projects",
        &["pool.everything"],
    ),
    (
        "GRANT DELETE ON {silo}.audit_events TO saas_api_app;
         GRANT UPDATE (metadata) ON platform.operator_events TO saas_api_app;
         GRANT TRUNCATE ON pool.projects TO saas_api_app;
         GRANT REFERENCES (id) ON platform.users TO saas_api_app;
         GRANT TRIGGER ON platform.api_keys TO saas_api_app",
        &[
            "{silo}.audit_events",
            "platform.operator_events",
            "pool.projects",
            "platform.users",
            "platform.api_keys",
        ],
    ),
    (
        "CREATE SCHEMA t_0123456789abcdef0123456789abcdef",
        &["t_0123456789abcdef0123456789abcdef"],
    ),
];

/// The objects that are found, once each.
async fn found(db: &Database) -> Vec<String> {
    let findings = db.store.check_catalogue().await.unwrap();
    let mut objects: Vec<_> = findings.into_iter().map(|finding| finding.object).collect();
    objects.sort();
    objects.dedup();
    objects
}

/// A pooled organisation and two siloed ones.
async fn three() -> (Database, [Tenancy; 2]) {
    let db = Database::new().await;
    db.found("pooled").await;
    db.silo_newcomers().await;
    let silos = [db.found("siloed").await, db.found("other").await];
    (db, silos)
}

#[tokio::test]
async fn every_planted_defect_is_found_and_nothing_else() {
    for (sql, objects) in DEFECTS {
        let (db, [siloed, _]) = three().await;
        assert_eq!(db.store.check_catalogue().await.unwrap(), []);
        let silo = siloed.schema();
        db.run(&sql.replace("{silo}", &silo)).await;
        let mut expected: Vec<_> = objects
            .iter()
            .map(|object| object.replace("{silo}", &silo))
            .collect();
        expected.sort();
        assert_eq!(found(&db).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn a_view_with_the_rights_of_whoever_reads_it_is_no_defect() {
    let db = Database::new().await;
    db.run("CREATE VIEW pool.mine WITH (security_invoker) AS SELECT * FROM pool.projects")
        .await;
    assert_eq!(db.store.check_catalogue().await.unwrap(), []);
}

#[tokio::test]
async fn a_silo_has_its_schema_and_every_script_in_its_ledger() {
    let (db, [lost, behind]) = three().await;
    db.run(&format!(
        "DROP SCHEMA {} CASCADE; DELETE FROM {}.tenant_migrations WHERE name = 't0001_baseline'",
        lost.schema(),
        behind.schema()
    ))
    .await;
    let mut expected = vec![
        format!(
            "{}: the schema of a siloed organisation is missing",
            lost.schema()
        ),
        format!("{}: the silo lacks t0001_baseline", behind.schema()),
    ];
    expected.sort();
    let findings = db.store.check_catalogue().await.unwrap();
    let mut told: Vec<_> = findings
        .iter()
        .map(|finding| format!("{}: {}", finding.object, finding.problem))
        .collect();
    told.sort();
    assert_eq!(told, expected);

    db.run(&format!("DROP TABLE {}.tenant_migrations", behind.schema()))
        .await;
    let findings = db.store.check_catalogue().await.unwrap();
    let unreadable = |finding: &adapter_postgres::catalogue::Finding| {
        finding.object == behind.schema() && finding.problem.contains("cannot be read")
    };
    assert!(findings.iter().any(unreadable), "{findings:?}");
}

#[tokio::test]
async fn a_silo_that_is_being_made_is_no_defect_and_one_that_moved_into_the_pool_is() {
    let (db, [unmade, moved]) = three().await;
    db.run(&format!(
        "DROP SCHEMA {} CASCADE;
         UPDATE platform.organisations SET status = 'provisioning' WHERE id = '{}';
         UPDATE platform.organisations SET placement = 'pool' WHERE id = '{}'",
        unmade.schema(),
        unmade.tenant,
        moved.tenant
    ))
    .await;
    assert_eq!(found(&db).await, [moved.schema()]);
}
