use crate::unique;
use private_postgres::PrivatePostgres;
use std::path::Path;

/// Which database a server runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A new file in the server's directory.
    Sqlite,
    /// A new database on the private PostgreSQL server of this process.
    Postgres,
    /// This URL.
    At(String),
}

impl Database {
    /// The URL of a database for a server with this directory; creates it where that is not the server's own task.
    pub(crate) fn url(&self, home: &Path) -> String {
        match self {
            Self::Sqlite => format!("sqlite://{}", home.join("saas-api.db").display()),
            Self::Postgres => {
                PrivatePostgres::shared().create_database(&unique("api").replace('-', "_"))
            }
            Self::At(url) => url.clone(),
        }
    }
}
