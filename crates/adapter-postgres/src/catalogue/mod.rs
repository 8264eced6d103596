//! Reads from the database's own catalogue whether every tenant's table is fenced in, and every silo where it has to be.

mod checks;
mod silos;

use checks::{CHECKS, GRANTS, TABLES};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

/// Something that is not as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The schema, or what is in it: `schema.table`, `schema.table.policy`.
    pub object: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Runs every check as the connection's role.
pub(crate) async fn check(connection: &impl ConnectionTrait) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Vec::new();
    for (problem, query) in CHECKS {
        for row in all(connection, &format!("{TABLES} {query}")).await? {
            findings.push(Finding {
                object: row.try_get("", "object")?,
                problem: problem.to_owned(),
            });
        }
    }
    for row in all(connection, &format!("{TABLES} {GRANTS}")).await? {
        let privilege: String = row.try_get("", "privilege")?;
        let problem = format!("the server's role may {privilege}");
        findings.push(Finding {
            object: row.try_get("", "object")?,
            problem,
        });
    }
    findings.extend(silos::check(connection).await?);
    Ok(findings)
}

async fn all(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    connection
        .query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, []))
        .await
}
