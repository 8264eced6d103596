//! Set-ups that are not what they should be. On PostgreSQL only: there is nothing to take away from SQLite.

use super::{assert_alone, probe, with_outcome};
use crate::support::builder;
use private_postgres::PrivatePostgres;
use test_server::{Database, TestServer, World};

const UNFENCED: &str = "ALTER TABLE pool.projects DISABLE ROW LEVEL SECURITY";
/// Any project, whoever asks, as if it were the caller's.
const FORGETFUL: &str = "DO $$ BEGIN EXECUTE replace(replace(\
    pg_get_functiondef('platform.read_project'::regproc), \
    'p.organisation_id = p_tenant AND', ''), 'SELECT p.organisation_id,', 'SELECT p_tenant,'); END $$";

fn set_up(statements: &[&str]) -> (TestServer, World) {
    let server = builder(&Database::Postgres).start();
    for statement in statements {
        PrivatePostgres::shared().query(server.database_url(), statement);
    }
    let world = World::new(&server, "bystander");
    (server, world)
}

#[test]
fn a_table_without_its_fence_is_found() {
    let (server, world) = set_up(&[UNFENCED]);
    let (code, report) = probe(&server);
    assert_eq!((code, &report["ok"]), (Some(1), &false.into()));
    let reason = report["catalogues"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("pool.projects"), "{reason}");
    // The other wall stands.
    assert_eq!(report["summary"]["leak"], 0, "{report:#}");
    assert_alone(&server, &world);
}

#[test]
fn an_operation_that_forgets_whose_things_it_shows_is_found() {
    let (server, world) = set_up(&[UNFENCED, FORGETFUL]);
    let (code, report) = probe(&server);
    assert_eq!(code, Some(1));
    let leaks: Vec<_> = with_outcome(&report, "leak").into_iter().collect();
    assert_eq!(
        leaks,
        ["GET /orgs/{organisation_id}/projects/{project_id}"],
        "{report:#}"
    );
    assert_alone(&server, &world);
}

#[test]
fn behind_its_fence_the_same_mistake_shows_nothing() {
    let (server, _) = set_up(&[FORGETFUL]);
    let (code, report) = probe(&server);
    assert_eq!((code, &report["ok"]), (Some(0), &true.into()), "{report:#}");
}
