use adapter_sql::{Connect, Wire, connect_error, query_error};
use async_trait::async_trait;
use domain::id::{TenantId, UserId};
use sea_orm::{
    DbBackend, DbErr, ExecResult, QueryResult, Statement, Value, sqlx,
    sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions},
};
use sea_query_sqlx::SqlxValues;
use time::{
    OffsetDateTime, UtcOffset, format_description::BorrowedFormatItem, macros::format_description,
};

/// Opens connections to one file.
pub(crate) struct SqliteConnector(pub(crate) SqliteConnectOptions);

#[async_trait]
impl Connect for SqliteConnector {
    type Wire = SqliteWire;

    async fn connect(&self) -> Result<SqliteWire, DbErr> {
        self.0
            .connect()
            .await
            .map(SqliteWire::new)
            .map_err(connect_error)
    }
}

/// One connection.
pub(crate) struct SqliteWire {
    connection: SqliteConnection,
    #[cfg(test)]
    confined: crate::confined::Confined,
}

impl SqliteWire {
    fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            #[cfg(test)]
            confined: crate::confined::Confined::default(),
        }
    }
}

#[async_trait]
impl Wire for SqliteWire {
    const BACKEND: DbBackend = DbBackend::Sqlite;

    fn enter_tenant(_: TenantId) -> Option<String> {
        None
    }

    fn enter_user(_: UserId) -> Option<String> {
        None
    }

    async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        #[cfg(test)]
        self.confined.assert(&statement);
        let (sql, values) = parts(statement);
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values);
        query
            .execute(&mut self.connection)
            .await
            .map(Into::into)
            .map_err(query_error)
    }

    async fn fetch_one(&mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        #[cfg(test)]
        self.confined.assert(&statement);
        let (sql, values) = parts(statement);
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values);
        let row = query
            .fetch_optional(&mut self.connection)
            .await
            .map_err(query_error)?;
        Ok(row.map(Into::into))
    }

    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        #[cfg(test)]
        self.confined.assert(&statement);
        let (sql, values) = parts(statement);
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values);
        let rows = query
            .fetch_all(&mut self.connection)
            .await
            .map_err(query_error)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn batch(&mut self, sql: &str) -> Result<Option<QueryResult>, DbErr> {
        #[cfg(test)]
        self.confined.begin(sql);
        let batch = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()));
        let rows = batch
            .fetch_all(&mut self.connection)
            .await
            .map_err(query_error)?;
        Ok(rows.into_iter().next().map(Into::into))
    }
}

/// SQLite compares instants as text, so all have to be equally long; the driver would cut trailing zeros.
const INSTANT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

fn parts(statement: Statement) -> (String, SqlxValues) {
    let mut values = statement
        .values
        .unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    for value in &mut values.0 {
        if let Value::TimeDateTimeWithTimeZone(instant) = value {
            *value = Value::String(instant.take().map(fixed_width));
        }
    }
    (statement.sql, SqlxValues(values))
}

fn fixed_width(instant: OffsetDateTime) -> String {
    let utc = instant.to_offset(UtcOffset::UTC);
    utc.format(INSTANT).unwrap_or_else(|_| utc.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn stored_instants_sort_as_they_happened() {
        let instants = [
            datetime!(2026-01-01 12:00:00 UTC),
            datetime!(2026-01-01 12:00:00.000_001 UTC),
            datetime!(2026-01-01 12:00:00.1 UTC),
            datetime!(2026-01-01 12:00:00.11 UTC),
            datetime!(2026-01-01 14:00:01 +2),
        ];
        let stored: Vec<_> = instants.into_iter().map(fixed_width).collect();
        assert!(stored.is_sorted(), "{stored:?}");
        assert_eq!(stored[0], "2026-01-01T12:00:00.000000Z");
    }
}
