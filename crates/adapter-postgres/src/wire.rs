use adapter_sql::{Connect, Wire, connect_error, query_error};
use async_trait::async_trait;
use domain::id::{TenantId, UserId};
use sea_orm::{
    DbBackend, DbErr, ExecResult, QueryResult, Statement,
    sqlx::{self, ConnectOptions, PgConnection, postgres::PgConnectOptions},
};
use sea_query_sqlx::SqlxValues;

/// Opens connections.
pub(crate) struct PostgresConnector(pub(crate) PgConnectOptions);

#[async_trait]
impl Connect for PostgresConnector {
    type Wire = PostgresWire;

    async fn connect(&self) -> Result<PostgresWire, DbErr> {
        self.0
            .connect()
            .await
            .map(PostgresWire)
            .map_err(connect_error)
    }
}

/// One connection.
pub(crate) struct PostgresWire(PgConnection);

#[async_trait]
impl Wire for PostgresWire {
    const BACKEND: DbBackend = DbBackend::Postgres;

    fn enter_tenant(tenant: TenantId) -> Option<String> {
        Some(format!("SELECT platform.enter_tenant('{tenant}')"))
    }

    fn enter_user(user: UserId) -> Option<String> {
        Some(format!("SELECT set_config('app.user_id', '{user}', true)"))
    }

    async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (sql, values) = parts(statement);
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values);
        query
            .execute(&mut self.0)
            .await
            .map(Into::into)
            .map_err(query_error)
    }

    async fn fetch_one(&mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (sql, values) = parts(statement);
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values);
        // Not `fetch_optional`: it leaves the rest of the answer on the wire.
        let rows = query.fetch_all(&mut self.0).await.map_err(query_error)?;
        Ok(rows.into_iter().next().map(Into::into))
    }

    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (sql, values) = parts(statement);
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values);
        let rows = query.fetch_all(&mut self.0).await.map_err(query_error)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn batch(&mut self, sql: &str) -> Result<Option<QueryResult>, DbErr> {
        let batch = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()));
        let rows = batch.fetch_all(&mut self.0).await.map_err(query_error)?;
        Ok(rows.into_iter().next().map(Into::into))
    }
}

fn parts(statement: Statement) -> (String, SqlxValues) {
    let values = statement
        .values
        .unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    (statement.sql, SqlxValues(values))
}
