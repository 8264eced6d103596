//! Tenancy: lifecycle and placement of organisations, roles of their own, operators; on PostgreSQL the schemas of the
//! control plane and of the pool, and the functions that make and remove silos.

use crate::dialect::render;
use sea_orm_migration::{
    DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait,
    sea_orm::{ConnectionTrait, DbBackend},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_tenancy"
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
        let (before, after): (&str, &[&str]) = if backend == DbBackend::Postgres {
            let after = &[
                include_str!("row_level_security.sql"),
                include_str!("access.sql"),
                include_str!("silos.sql"),
            ];
            (include_str!("schemas.sql"), after)
        } else {
            (include_str!("memberships.sql"), &[])
        };
        connection
            .execute_unprepared(&render(before, backend))
            .await?;
        connection
            .execute_unprepared(&render(include_str!("tables.sql"), backend))
            .await?;
        for sql in after {
            connection.execute_unprepared(sql).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
