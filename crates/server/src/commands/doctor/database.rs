//! What only the database itself can tell. Nothing is created or changed.

use crate::{
    compose::postgres_settings,
    config::{CheckItem, DatabaseTarget, Outcome, Settings},
};
use adapter_local::ambient::UuidV7;
use adapter_postgres::{OpenError, PostgresSettings, PostgresStore};
use std::{iter, path::Path, sync::Arc};

/// Items about the configured database.
pub(super) async fn items(settings: &Settings) -> Vec<CheckItem> {
    match settings.database.url.target() {
        DatabaseTarget::Sqlite(path) => vec![sqlite(path)],
        DatabaseTarget::Postgres(url) => postgres(settings, url).await,
    }
}

/// What the catalogues of all configured PostgreSQL databases say.
pub(super) async fn catalogues(settings: &Settings) -> Vec<CheckItem> {
    let cells = settings.database.cells.iter();
    let cells = cells.map(|(_, url)| ("database.cells", url));
    let mut items = Vec::new();
    for (key, url) in iter::once(("database.url", &settings.database.url)).chain(cells) {
        if let DatabaseTarget::Postgres(url) = url.target() {
            let found = match open(&lenient(settings, url)).await {
                Ok(store) => catalogue(&store).await,
                Err(error) => item(CATALOGUE.0, CATALOGUE.1, Outcome::Fail(error.to_string())),
            };
            items.push(CheckItem { key, ..found });
        }
    }
    items
}

fn sqlite(path: &Path) -> CheckItem {
    let outcome = if path.exists() {
        Outcome::Pass
    } else {
        Outcome::Warn("does not exist yet; the server creates it".to_owned())
    };
    item("database-file", "database file", outcome)
}

async fn postgres(settings: &Settings, url: &str) -> Vec<CheckItem> {
    // Opened as production would, so that an unsafe role is seen whatever the environment.
    let strict = PostgresSettings {
        require_unprivileged: true,
        ..postgres_settings(settings, url)
    };
    let refused = open(&strict).await.err();
    let title = "database reachable, its role bound by row-level security";
    let outcome = match &refused {
        Some(error) => Outcome::Fail(error.to_string()),
        None => Outcome::Pass,
    };
    let mut items = vec![item("database-role", title, outcome)];
    if let Ok(store) = open(&lenient(settings, url)).await {
        items.push(version(&store));
        items.push(catalogue(&store).await);
    }
    items
}

/// Opened whatever the role is.
fn lenient(settings: &Settings, url: &str) -> PostgresSettings {
    PostgresSettings {
        require_unprivileged: false,
        ..postgres_settings(settings, url)
    }
}

async fn open(settings: &PostgresSettings) -> Result<PostgresStore, OpenError> {
    PostgresStore::open(settings, Arc::new(UuidV7)).await
}

const fn item(id: &'static str, title: &'static str, outcome: Outcome) -> CheckItem {
    CheckItem {
        id,
        title,
        key: "database.url",
        outcome,
    }
}

/// First releases with the fixes of CVE-2024-10976 and CVE-2024-10978, which concern row-level security.
const FIXED: [i32; 3] = [150_009, 160_005, 170_001];

fn version(store: &PostgresStore) -> CheckItem {
    let version = store.posture().server_version;
    let fixed = FIXED
        .iter()
        .find(|fixed| *fixed / 10_000 == version / 10_000);
    let outcome = match fixed {
        Some(fixed) if version < *fixed => Outcome::Warn(
            "this minor release has known flaws in row-level security: update".to_owned(),
        ),
        _ => Outcome::Pass,
    };
    let title = "database server without known flaws in row-level security";
    item("database-version", title, outcome)
}

const CATALOGUE: (&str, &str) = (
    "database-catalogue",
    "every tenant's table behind forced row-level security",
);

async fn catalogue(store: &PostgresStore) -> CheckItem {
    let outcome = match store.check_catalogue().await {
        Err(error) => Outcome::Fail(error.to_string()),
        Ok(findings) => match findings.first() {
            None => Outcome::Pass,
            Some(first) => {
                let more = findings.len() - 1;
                Outcome::Fail(format!(
                    "{}: {} (and {more} more)",
                    first.object, first.problem
                ))
            }
        },
    };
    item(CATALOGUE.0, CATALOGUE.1, outcome)
}
