//! `doctor --isolation`, beside a server that is running on the same database.

mod interrupted;
mod planted;

use crate::support::{BINARY, builder, on_both};
use private_postgres::PrivatePostgres;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    process::{Command, Output, Stdio},
};
use test_server::{Database, TestServer, World};

/// The organisations' tables with how many rows they have of other organisations than this.
const ROWS: &str = "SELECT string_agg(format('SELECT count(*) AS n FROM %I.%I WHERE organisation_id <> ''{id}''', \
    table_schema, table_name), ' UNION ALL ') FROM information_schema.columns \
    JOIN information_schema.tables USING (table_schema, table_name) \
    WHERE column_name = 'organisation_id' AND table_type = 'BASE TABLE'";

/// The program on the server's database and with its secrets.
fn command(server: &TestServer, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(arguments)
        .env_clear()
        .env("SAAS_API_DATABASE_URL", server.database_url())
        .env("SAAS_API_SECRETS__DATA_DIR", server.home().join("data"))
        .current_dir(server.home())
        .stdin(Stdio::null());
    command
}

fn printed(output: &Output) -> Value {
    let parsed = serde_json::from_slice(&output.stdout);
    parsed.unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// The exit code and the report.
fn probe(server: &TestServer) -> (Option<i32>, Value) {
    let output = command(server, &["doctor", "--isolation", "--json"])
        .output()
        .unwrap();
    (output.status.code(), printed(&output))
}

/// The names of the operations with this outcome.
fn with_outcome(report: &Value, outcome: &str) -> BTreeSet<String> {
    let operations = report["operations"].as_array().unwrap().iter();
    operations
        .filter(|operation| operation["outcome"] == outcome)
        .map(|operation| operation["operation"].as_str().unwrap().to_owned())
        .collect()
}

/// The ids of all organisations, whatever their status.
fn organisations(server: &TestServer) -> Vec<String> {
    let listed = printed(
        &command(server, &["tenants", "list", "--json"])
            .output()
            .unwrap(),
    );
    let ids = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str());
    ids.map(|id| id.unwrap().to_owned()).collect()
}

/// Demands that nothing is left of organisations other than this one.
fn assert_alone(server: &TestServer, world: &World) {
    assert_eq!(organisations(server), [world.id.as_str()]);
    if *server.database() == Database::Postgres {
        let (postgres, url) = (PrivatePostgres::shared(), server.database_url());
        let rows = postgres.query(url, &ROWS.replace("{id}", &world.id));
        assert!(rows.matches("UNION").count() > 5, "{rows}");
        let others = postgres.query(url, &format!("SELECT sum(n) FROM ({rows}) AS rows"));
        let silos = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'";
        assert_eq!(
            (others.trim(), postgres.query(url, silos).trim()),
            ("0", "0")
        );
    }
}

fn every_operation_is_proved_and_nothing_is_left(database: &Database) {
    let server = builder(database).start();
    let world = World::new(&server, "bystander");
    world.project(&server, "Mine");
    let before = world.audit(&server);
    let document = printed(&command(&server, &["openapi"]).output().unwrap());
    let paths = document["paths"].as_object().unwrap().iter();
    let documented: BTreeSet<_> = paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    // Twice: the second time its accounts are there.
    for _ in 0..2 {
        let (code, report) = probe(&server);
        assert_eq!((code, &report["ok"]), (Some(0), &true.into()), "{report:#}");
        assert_eq!(with_outcome(&report, "ok"), documented);
        let places: &[&str] = match database {
            Database::Postgres => &["pool", "silo"],
            _ => &["pool"],
        };
        assert_eq!(report["places"], serde_json::json!(places));
        assert_alone(&server, &world);
    }
    assert_eq!(world.audit(&server), before);
    if *database == Database::Postgres {
        let accounts = "SELECT count(*) FROM platform.users WHERE email LIKE 'isolation-probe-%'";
        let accounts = PrivatePostgres::shared().query(server.database_url(), accounts);
        assert_eq!(accounts.trim(), "2");
    }
}

fn organisations_in_other_databases_are_probed_there(database: &Database) {
    let server = builder(database).start();
    let world = World::new(&server, "bystander");
    let cell = format!("lab=sqlite://{}", server.home().join("lab.db").display());
    let output = command(&server, &["doctor", "--isolation", "--json"])
        .env("SAAS_API_DATABASE__CELLS", cell)
        .output()
        .unwrap();
    let report = printed(&output);
    assert!(output.status.success(), "{report:#}");
    let places = report["places"].as_array().unwrap();
    assert_eq!(places.last().unwrap(), "cell lab");
    assert_alone(&server, &world);
}

fn an_address_that_somebody_registered_is_left_alone(database: &Database) {
    let server = builder(database).start();
    let stranger = "isolation-probe-a-1@saas-api.example";
    let body = serde_json::json!({
        "email": stranger, "password": test_server::PASSWORD, "display_name": "Stranger",
    });
    server.post("/auth/register").json(&body).expect(201);
    let login = serde_json::json!({ "email": stranger, "password": test_server::PASSWORD });
    let token = server
        .post("/auth/login")
        .json(&login)
        .expect(200)
        .string("/access_token");
    let founded = serde_json::json!({ "name": "Theirs" });
    let theirs = server
        .post("/orgs")
        .bearer(&token)
        .json(&founded)
        .expect(201)
        .string("/id");
    let (code, report) = probe(&server);
    assert_eq!(code, Some(0), "{report:#}");
    assert_eq!(organisations(&server), [theirs]);
}

on_both!(
    every_operation_is_proved_and_nothing_is_left,
    organisations_in_other_databases_are_probed_there,
    an_address_that_somebody_registered_is_left_alone,
);
