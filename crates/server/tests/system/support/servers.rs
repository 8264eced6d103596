use std::sync::OnceLock;
use test_server::{Builder, Database, TestServer};

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_saas-api");

/// A server of its own; requests wait for a connection longer than usual, because the machine is busy with the tests.
pub fn builder(database: &Database) -> Builder {
    TestServer::builder(BINARY, database.clone())
        .setting("SAAS_API_DATABASE__ACQUIRE_MILLISECONDS", "10000")
}

/// The server that tests use which need no settings of their own.
pub fn shared(database: &Database) -> &'static TestServer {
    static SQLITE: OnceLock<TestServer> = OnceLock::new();
    static POSTGRES: OnceLock<TestServer> = OnceLock::new();
    let server = if *database == Database::Sqlite {
        &SQLITE
    } else {
        &POSTGRES
    };
    server.get_or_init(|| builder(database).start())
}
