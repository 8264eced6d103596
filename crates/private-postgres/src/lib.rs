//! A private PostgreSQL server for tests and benchmarks, started from the installed binaries.
//!
//! Nothing has to run beforehand: the server gets its own data directory and a free port of 127.0.0.1, and it
//! ends with the process that started it, however that process ends. Where `TEST_POSTGRES_URL` is set, the
//! server behind it is used instead.
//!
//! Connections are trusted without a password, so this is for development machines and pipelines only.

mod account;
mod error;
mod installation;
mod psql;
mod server;
mod session;
mod template;

use std::{env, sync::OnceLock};

pub use error::StartError;
use psql::Psql;
use server::Server;
pub use session::Session;

/// Environment variable with the URL of a running server to use instead of a private one.
///
/// The role in it must be a superuser: tests create databases and roles.
pub const URL_VARIABLE: &str = "TEST_POSTGRES_URL";

/// What the private server does to keep acknowledged writes through a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Writes nothing through to the disk: fast, and the data is thrown away at the end anyhow.
    Volatile,
    /// As in production (`fsync`, `synchronous_commit` and `full_page_writes` on): for crash tests and benchmarks.
    Durable,
}

/// A PostgreSQL server that this process may do anything with.
///
/// A private server is stopped, and its data removed, when this is dropped.
#[derive(Debug)]
pub struct PrivatePostgres {
    url: String,
    psql: Psql,
    /// Ends with this; `None` when the server belongs to somebody else.
    server: Option<Server>,
}

impl PrivatePostgres {
    /// The server behind `TEST_POSTGRES_URL`, or else a new private [`Durability::Volatile`] one.
    pub fn start() -> Result<Self, StartError> {
        Self::start_with(Durability::Volatile)
    }

    /// As [`start`](Self::start), with a choice of durability, which a server behind `TEST_POSTGRES_URL` ignores.
    pub fn start_with(durability: Durability) -> Result<Self, StartError> {
        match env::var(URL_VARIABLE) {
            Ok(url) if !url.trim().is_empty() => Self::connect_to(url),
            _ => Self::start_own(durability),
        }
    }

    /// A new private server even where `TEST_POSTGRES_URL` is set: for tests that [crash](Self::crash) it.
    pub fn start_own(durability: Durability) -> Result<Self, StartError> {
        let installation = installation::newest()?;
        let server = Server::start(&installation, durability)?;
        Ok(Self {
            url: format!("postgres://postgres@127.0.0.1:{}/postgres", server.port()),
            psql: Psql::beside(&installation)?,
            server: Some(server),
        })
    }

    /// One server for the whole process: the way for tests, which then use a database each.
    ///
    /// # Panics
    /// When no server can be started, with the line of [`StartError`] that says what to install.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PrivatePostgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::start().unwrap_or_else(|error| panic!("{error}")))
    }

    /// URL of the database `postgres` as superuser, for example `postgres://postgres@127.0.0.1:54321/postgres`.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Creates an empty UTF-8 database, replacing one of that name, and gives its superuser URL.
    ///
    /// # Panics
    /// When `name` is not 1 to 63 characters of `a-z`, `0-9` and `_`, or when the server refuses.
    pub fn create_database(&self, name: &str) -> String {
        assert!(is_database_name(name), "not a plain database name: {name}");
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
        ] {
            self.query(&self.url, &statement);
        }
        with_database(&self.url, name)
    }

    /// Runs one statement and gives its rows as text, columns separated by `|`.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn query(&self, url: &str, statement: &str) -> String {
        self.psql
            .query(url, statement)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Ends the server at once (an immediate shutdown, which is a crash that was asked for) and keeps its data and port.
    ///
    /// # Panics
    /// When the server is not one of [`start_own`](Self::start_own), or does not end.
    pub fn crash(&mut self) {
        self.own().crash();
    }

    /// Starts a server again that was made to [crash](Self::crash): the same data, the same port.
    ///
    /// # Errors
    /// When it does not come up.
    ///
    /// # Panics
    /// When the server is not one of [`start_own`](Self::start_own).
    pub fn start_again(&mut self) -> Result<(), StartError> {
        self.own().start_again()
    }

    fn connect_to(url: String) -> Result<Self, StartError> {
        let psql = Psql::installed()?;
        psql.query(&url, "SELECT 1")?;
        Ok(Self {
            url,
            psql,
            server: None,
        })
    }

    fn own(&mut self) -> &mut Server {
        self.server
            .as_mut()
            .expect("only a server of start_own is stopped and started")
    }
}

/// Names that need no quoting and cannot end a statement; PostgreSQL keeps 63 bytes.
fn is_database_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=63).contains(&name.len())
        && name.chars().all(plain)
        && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// `url` with its database replaced and its parameters kept.
fn with_database(url: &str, database: &str) -> String {
    let (base, parameters) = match url.split_once('?') {
        Some((base, parameters)) => (base, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let authority = base.find("://").map_or(0, |scheme| scheme + 3);
    let end = base[authority..]
        .find('/')
        .map_or(base.len(), |slash| authority + slash);
    format!("{}/{database}{parameters}", &base[..end])
}

#[cfg(test)]
mod tests;
