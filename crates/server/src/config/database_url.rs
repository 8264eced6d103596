//! Where a database is, and what of that may be shown.

use super::Secret;
use serde::{Deserialize, Serialize, Serializer};
use std::{fmt, net::IpAddr, path::Path};
use url::Url;

/// A database URL: `postgres://`, `postgresql://`, `postgresql+asyncpg://`, `sqlite://path` or `sqlite:path`.
///
/// Shown with the password replaced.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DatabaseUrl {
    /// The URL in the one form that drivers take.
    normal: Secret,
    sqlite: bool,
}

/// What a URL leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseTarget<'a> {
    /// A file, relative to the working directory unless absolute.
    Sqlite(&'a Path),
    /// A server, as a `postgres://` URL with its password. Never show it.
    Postgres(&'a str),
}

impl DatabaseTarget<'_> {
    /// What people call the kind of database.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

impl DatabaseUrl {
    /// What the URL leads to.
    pub fn target(&self) -> DatabaseTarget<'_> {
        let normal = self.normal.expose();
        if self.sqlite {
            DatabaseTarget::Sqlite(Path::new(normal))
        } else {
            DatabaseTarget::Postgres(normal)
        }
    }

    /// The server's URL in parts; `None` for SQLite.
    pub(super) fn server(&self) -> Option<Url> {
        match self.target() {
            DatabaseTarget::Sqlite(_) => None,
            DatabaseTarget::Postgres(url) => Url::parse(url).ok(),
        }
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = &'static str;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        let raw = Secret::from(raw);
        let Some((scheme, rest)) = raw.expose().split_once(':') else {
            return Err("must be a postgres:// or sqlite:// URL");
        };
        match scheme {
            "sqlite" => sqlite(rest),
            "postgres" | "postgresql" | "postgresql+asyncpg" => postgres(rest),
            _ => Err("must be a postgres:// or sqlite:// URL"),
        }
    }
}

fn sqlite(rest: &str) -> Result<DatabaseUrl, &'static str> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.contains(":memory:") {
        return Err("must name a file: a database in memory cannot be shared by connections");
    }
    if path.contains('?') {
        return Err("takes no parameters after a SQLite path");
    }
    Ok(DatabaseUrl {
        normal: path.to_owned().into(),
        sqlite: true,
    })
}

fn postgres(rest: &str) -> Result<DatabaseUrl, &'static str> {
    let normal = format!("postgres:{rest}");
    let url = Url::parse(&normal).map_err(|_| "is not a valid URL")?;
    if !rest.starts_with("//") || url.path().len() < 2 {
        return Err("must name a database, as in postgres://host/database");
    }
    if url.query_pairs().any(|(name, _)| name.contains("password")) {
        return Err("must carry the password before the host, not as a parameter");
    }
    Ok(DatabaseUrl {
        normal: normal.into(),
        sqlite: false,
    })
}

/// Whether a server is on this machine: a socket, a loopback address or `localhost`.
pub(super) fn is_local(server: &Url) -> bool {
    let socket = server
        .query_pairs()
        .any(|(name, value)| name == "host" && value.starts_with('/'));
    let host = server
        .host_str()
        .unwrap_or_default()
        .trim_matches(['[', ']']);
    socket
        || matches!(host, "" | "localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.target(), self.server()) {
            (DatabaseTarget::Sqlite(path), _) => write!(f, "sqlite://{}", path.display()),
            (DatabaseTarget::Postgres(_), Some(mut url)) => {
                if url.password().is_some() && url.set_password(Some("***")).is_err() {
                    return f.write_str("postgres://***");
                }
                write!(f, "{url}")
            }
            (DatabaseTarget::Postgres(_), None) => f.write_str("postgres://***"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
