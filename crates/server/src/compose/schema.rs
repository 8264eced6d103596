use super::storage::{cannot_open, postgres_settings, sqlite_settings};
use crate::config::{DatabaseTarget, DatabaseUrl, Settings};
use adapter_postgres::{OnStep, Outstanding, Plan, SiloReport};
use adapter_sqlite::SqliteStore;
use anyhow::Context;

/// Takes the schemas of all configured databases forward, and every silo. A silo that fails is set aside: the report
/// tells, and no other tenant has to wait for it.
///
/// # Errors
/// When a database cannot be reached, or a migration of what all of its tenants share fails.
pub async fn migrate(
    settings: &Settings,
    plan: &Plan,
    on_step: &mut OnStep<'_>,
) -> anyhow::Result<SiloReport> {
    let mut report = SiloReport::default();
    for (cell, url) in databases(settings) {
        let migrated = migrate_one(settings, url, plan, on_step).await;
        report.absorb(of_cell(cell, migrated)?);
    }
    Ok(report)
}

async fn migrate_one(
    settings: &Settings,
    url: &DatabaseUrl,
    plan: &Plan,
    on_step: &mut OnStep<'_>,
) -> anyhow::Result<SiloReport> {
    match url.target() {
        DatabaseTarget::Sqlite(path) => {
            if let Some(directory) = path.parent() {
                super::private_directory(directory).with_context(|| cannot_open(path))?;
            }
            SqliteStore::migrate(&sqlite_settings(settings, path))
                .await
                .with_context(|| cannot_open(path))?;
            Ok(SiloReport::default())
        }
        DatabaseTarget::Postgres(url) => {
            let settings = postgres_settings(settings, url);
            Ok(adapter_postgres::migrate(&settings, plan, on_step).await?)
        }
    }
}

/// What [`migrate`] would do, in the main database and in each cell.
///
/// # Errors
/// When a database cannot be asked.
pub async fn outstanding(
    settings: &Settings,
) -> anyhow::Result<Vec<(Option<String>, Outstanding)>> {
    let mut all = Vec::new();
    for (cell, url) in databases(settings) {
        let outstanding = of_cell(cell, outstanding_in(settings, url).await)?;
        all.push((cell.map(str::to_owned), outstanding));
    }
    Ok(all)
}

async fn outstanding_in(settings: &Settings, url: &DatabaseUrl) -> anyhow::Result<Outstanding> {
    match url.target() {
        DatabaseTarget::Sqlite(path) => {
            let shared = SqliteStore::outstanding(&sqlite_settings(settings, path))
                .await
                .with_context(|| cannot_open(path))?;
            let silos = Vec::new();
            Ok(Outstanding { shared, silos })
        }
        DatabaseTarget::Postgres(url) => {
            let settings = postgres_settings(settings, url);
            Ok(adapter_postgres::outstanding(&settings, &Plan::default()).await?)
        }
    }
}

/// The main database and the cells, by the URLs to migrate with.
fn databases(settings: &Settings) -> impl Iterator<Item = (Option<&str>, &DatabaseUrl)> {
    let database = &settings.database;
    let main = database.owner_url.as_ref().unwrap_or(&database.url);
    let cells = database.cells.iter().map(|(name, url)| {
        let owner = database.cell_owner_urls.get(name);
        (Some(name), owner.unwrap_or(url))
    });
    std::iter::once((None, main)).chain(cells)
}

fn of_cell<T>(cell: Option<&str>, result: anyhow::Result<T>) -> anyhow::Result<T> {
    match cell {
        None => result,
        Some(name) => result.with_context(|| format!("the cell {name}")),
    }
}
