//! The organisation API: users, organisations, memberships, projects, API keys, audit, idempotency.

use crate::dialect::render;
use sea_orm_migration::{
    DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::{ConnectionTrait, DbBackend},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_organisation_api"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    #[expect(
        clippy::disallowed_methods,
        reason = "migrations are where raw SQL lives"
    )]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&render(include_str!("tables.sql"), backend))
            .await?;
        if backend == DbBackend::Postgres {
            connection
                .execute_unprepared(include_str!("row_level_security.sql"))
                .await?;
            connection
                .execute_unprepared(include_str!("functions.sql"))
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
