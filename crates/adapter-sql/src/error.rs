//! Database errors in the domain's words.

use domain::ports::{Reference, StoreError, Unique};
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// What has to be unique: PostgreSQL's constraint, SQLite's columns, the domain's name for it.
const UNIQUES: [(&str, &str, Unique); 5] = [
    ("uq_users_email", "users.email", Unique::Email),
    ("uq_organisations_slug", "organisations.slug", Unique::Slug),
    (
        "pk_organisation_memberships",
        "organisation_memberships.organisation_id, organisation_memberships.user_id",
        Unique::Membership,
    ),
    (
        "pk_roles",
        "roles.organisation_id, roles.name",
        Unique::Role,
    ),
    ("uq_operators_name", "operators.name", Unique::Operator),
];

/// PostgreSQL: lock not available, deadlock, serialisation failure.
const CONTENDED: [&str; 3] = ["55P03", "40P01", "40001"];
/// PostgreSQL: shutting down, starting up, too many connections, a read-only server after a fail-over; SQLite: busy
/// and locked.
const UNAVAILABLE: [&str; 7] = ["57P01", "57P02", "57P03", "53300", "25006", "5", "6"];

/// Says what a database error means.
pub fn store_error(error: DbErr) -> StoreError {
    if let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() {
        let named = |(postgres, sqlite, _): &&(&str, &str, _)| {
            message.contains(postgres) || message.ends_with(sqlite)
        };
        if let Some((.., unique)) = UNIQUES.iter().find(named) {
            return StoreError::Taken(*unique);
        }
    }
    match code(&error).as_deref() {
        Some(code) if CONTENDED.contains(&code) => StoreError::Contended(Box::new(error)),
        Some(code) if UNAVAILABLE.contains(&code) => StoreError::Unavailable(Box::new(error)),
        None if is_connection_lost(&error) => StoreError::Unavailable(Box::new(error)),
        _ => StoreError::Failed(Box::new(error)),
    }
}

/// Says what an error means where a row refers to another one.
pub(crate) fn reference_error(error: DbErr, to: Reference) -> StoreError {
    match error.sql_err() {
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => StoreError::Missing(to),
        _ => store_error(error),
    }
}

/// Whether the database itself reported the error, so that the connection is still in step.
pub(crate) fn is_reported(error: &DbErr) -> bool {
    // A fatal report ends the session.
    code(error).is_some_and(|code| !code.starts_with("57P"))
}

fn code(error: &DbErr) -> Option<String> {
    let sqlx::Error::Database(reported) = sqlx_error(error)? else {
        return None;
    };
    reported.code().map(std::borrow::Cow::into_owned)
}

fn is_connection_lost(error: &DbErr) -> bool {
    let lost = |error: &sqlx::Error| {
        use sqlx::Error as E;
        matches!(
            error,
            E::Io(_)
                | E::Tls(_)
                | E::Protocol(_)
                | E::PoolTimedOut
                | E::PoolClosed
                | E::WorkerCrashed
        )
    };
    matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
        || sqlx_error(error).is_some_and(lost)
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// The error of a statement, as sea-orm carries it.
pub fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

/// The error of opening a connection, as sea-orm carries it.
pub fn connect_error(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

/// A stored row that breaks a rule of the domain.
pub(crate) fn corrupt(table: &str, column: &str) -> StoreError {
    StoreError::Corrupt(format!("{table}.{column}"))
}
