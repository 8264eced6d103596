//! Where organisations can be: everywhere, a pair of them is probed.

use crate::config::{DatabaseTarget, Settings};
use domain::{tenant::Isolation, text::DatabaseName};

/// A place for organisations.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// For people: `pool`, `silo`, `cell eu`.
    pub(super) name: String,
    pub(super) isolation: Isolation,
    /// The configured database; the main one when there is none.
    pub(super) database: Option<DatabaseName>,
}

/// All places of this configuration.
///
/// # Errors
/// When a cell has no proper name.
pub(super) fn all(settings: &Settings) -> anyhow::Result<Vec<Place>> {
    let main = |isolation: Isolation| Place {
        name: isolation.as_str().to_owned(),
        isolation,
        database: None,
    };
    let mut places = vec![main(Isolation::Pool)];
    if let DatabaseTarget::Postgres(_) = settings.database.url.target() {
        places.push(main(Isolation::Silo));
    }
    for (cell, _) in settings.database.cells.iter() {
        places.push(Place {
            name: format!("cell {cell}"),
            isolation: Isolation::Pool,
            database: Some(DatabaseName::parse(cell)?),
        });
    }
    Ok(places)
}
