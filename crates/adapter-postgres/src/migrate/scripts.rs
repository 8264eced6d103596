//! The tenant migrations, kept in the database: the server owns nothing, and has silos made of them by a function.

use super::statement;
use crate::store::OpenError;
use migration::{TENANT_GRANTS, TenantMigration};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, QueryResult,
    TransactionTrait,
};

/// The grants come after every migration that there may ever be. They change with the text, and so their name does.
const GRANTS_POSITION: i32 = i32::MAX;
/// How long silos that are being made of the scripts before are waited for.
const PROVISIONING_LIMIT: &str = "30s";

/// Adds the scripts that the database does not have yet, in the server's words.
///
/// # Errors
/// [`OpenError::Unusable`] when one that it has says something else here: it may have been applied as it was.
pub(super) async fn store(
    database: &DatabaseConnection,
    migrations: &[TenantMigration],
    role: Option<&str>,
) -> Result<(), OpenError> {
    let transaction = database.begin().await?;
    let patient = format!("SELECT set_config('lock_timeout', '{PROVISIONING_LIMIT}', true)");
    transaction.execute_raw(statement(&patient, [])).await?;
    let sql = "SELECT position, name, sql FROM platform.tenant_scripts";
    let stored = transaction.query_all_raw(statement(sql, [])).await?;
    let stored: Vec<Script> = stored.iter().map(Script::read).collect::<Result<_, _>>()?;
    for (position, migration) in (0..).zip(migrations) {
        let script = Script {
            position,
            name: migration.name.to_owned(),
            sql: migration.render(DbBackend::Postgres),
        };
        match stored.iter().find(|stored| stored.position == position) {
            None => script.insert(&transaction).await?,
            Some(stored) if *stored == script => {}
            Some(stored) => {
                let name = &stored.name;
                let problem = format!("an applied tenant migration was edited: {name}");
                return Err(OpenError::Unusable(problem));
            }
        }
    }
    if let Some(role) = role {
        let grants = grants(&transaction, role).await?;
        if !stored.contains(&grants) {
            grants.replace(&transaction).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// The names of all scripts, in the order in which they run.
pub(super) async fn names(database: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT name FROM platform.tenant_scripts ORDER BY position";
    let rows = database.query_all_raw(statement(sql, [])).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

async fn grants(transaction: &DatabaseTransaction, role: &str) -> Result<Script, DbErr> {
    let sql = TENANT_GRANTS.replace("{role}", role);
    let ask = statement("SELECT 'grants-' || md5($1) AS name", [sql.clone().into()]);
    let row = transaction.query_one_raw(ask).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the hash of the grants".to_owned()))?;
    Ok(Script {
        position: GRANTS_POSITION,
        name: row.try_get("", "name")?,
        sql,
    })
}

#[derive(PartialEq, Eq)]
struct Script {
    position: i32,
    name: String,
    sql: String,
}

impl Script {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            position: row.try_get("", "position")?,
            name: row.try_get("", "name")?,
            sql: row.try_get("", "sql")?,
        })
    }

    /// Waits for silos that are being made: those are then there to be listed and taken forward.
    async fn insert(self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let insert =
            "INSERT INTO platform.tenant_scripts (position, name, sql) VALUES ($1, $2, $3)";
        let values = [self.position.into(), self.name.into(), self.sql.into()];
        transaction
            .execute_raw(statement(insert, values))
            .await
            .map(drop)
    }

    async fn replace(self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let delete = "DELETE FROM platform.tenant_scripts WHERE position = $1";
        let delete = statement(delete, [self.position.into()]);
        transaction.execute_raw(delete).await?;
        self.insert(transaction).await
    }
}
