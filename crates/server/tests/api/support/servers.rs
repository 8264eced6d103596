use serde_json::json;
use std::sync::OnceLock;
use test_server::{Builder, Database, Place, TestServer, unique};

const BINARY: &str = env!("CARGO_BIN_EXE_saas-api");

/// The server on SQLite that all tests use which need no settings of their own.
pub fn sqlite() -> &'static TestServer {
    static SERVER: OnceLock<TestServer> = OnceLock::new();
    SERVER.get_or_init(|| TestServer::builder(BINARY, Database::Sqlite).start())
}

/// The same on PostgreSQL.
pub fn postgres() -> &'static TestServer {
    static SERVER: OnceLock<TestServer> = OnceLock::new();
    SERVER.get_or_init(|| TestServer::builder(BINARY, Database::Postgres).start())
}

/// A server with organisations of all kinds: 20 in shared tables, 20 in schemas of their own, one in a second database,
/// and those of the tests in all three places in turn.
pub fn mixed() -> &'static TestServer {
    static SERVER: OnceLock<TestServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = TestServer::builder(BINARY, Database::Postgres);
        let server = server.in_all_places().start();
        let owner = server.user("landlord");
        let places = [(Place::Pool, 20), (Place::Silo, 20), (Place::Cell, 1)];
        for (place, count) in places {
            for _ in 0..count {
                let id = server.organisation_in(place, &owner, &unique("tenant"));
                let projects = server.post(&format!("/orgs/{id}/projects"));
                let project = projects
                    .bearer(&owner.token)
                    .json(&json!({ "name": "theirs" }));
                let _ = project.expect(201);
            }
        }
        server
    })
}

/// Another server on a new database of the same kind, for settings of its own or for quiet.
pub fn own(server: &TestServer) -> Builder {
    TestServer::builder(BINARY, server.database().clone())
}
