use std::sync::OnceLock;
use test_server::{Builder, Database, TestServer};

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

/// Another server on a new database of the same kind, for settings of its own or for quiet.
pub fn own(server: &TestServer) -> Builder {
    TestServer::builder(BINARY, server.database().clone())
}
