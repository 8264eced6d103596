//! Reads from the database's own catalogue whether every tenant's table is fenced in.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// Something that is not as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table, index, function or role.
    pub object: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A tenant's table is one with a column `organisation_id`. Allowed to be found without a tenant: an API key by its
/// key id, a user's own memberships.
const CHECKS: [(&str, &str); 7] = [
    (
        "row-level security is not enabled and forced",
        "SELECT t.name AS object FROM tenant_table t WHERE NOT (t.enabled AND t.forced)",
    ),
    (
        "organisation_id may be null",
        "SELECT t.name AS object FROM tenant_table t WHERE NOT t.not_null",
    ),
    (
        "no policy for all commands checks the tenant on reading and on writing",
        "SELECT t.name AS object FROM tenant_table t WHERE NOT EXISTS (
           SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polcmd = '*' AND p.polpermissive
              AND pg_get_expr(p.polqual, t.oid) LIKE '%organisation_id = ( SELECT (NULLIF(current_setting(''app.tenant_id''%'
              AND pg_get_expr(p.polwithcheck, t.oid) LIKE '%organisation_id = ( SELECT (NULLIF(current_setting(''app.tenant_id''%')",
    ),
    (
        "a policy beside the tenant's is not one of the known ones",
        "SELECT t.name || '.' || p.polname AS object FROM tenant_table t JOIN pg_policy p ON p.polrelid = t.oid
          WHERE (t.name, p.polname, p.polcmd::text) NOT IN (
                  ('organisation_memberships', 'own', 'r'), ('api_keys', 'presented', 'r'))
            AND p.polname <> 'tenant'",
    ),
    (
        "an index does not begin with organisation_id",
        "SELECT i.indexrelid::regclass::text AS object FROM tenant_table t JOIN pg_index i ON i.indrelid = t.oid
           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
          WHERE a.attname <> 'organisation_id'
            AND i.indexrelid::regclass::text NOT IN ('ix_organisation_memberships_user', 'uq_api_keys_key_id')",
    ),
    (
        "a foreign key between tenants' tables does not carry organisation_id",
        "SELECT c.conname::text AS object FROM pg_constraint c
           JOIN tenant_table t ON t.oid = c.conrelid JOIN tenant_table r ON r.oid = c.confrelid
          WHERE c.contype = 'f' AND NOT t.tenant_column = ANY (c.conkey)",
    ),
    (
        "a function runs with its owner's rights",
        "SELECT p.proname::text AS object FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE n.nspname = 'public' AND p.prosecdef",
    ),
];

const TENANT_TABLES: &str = "WITH tenant_table AS (
  SELECT c.oid, c.relname::text AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
         a.attnotnull AS not_null, a.attnum AS tenant_column
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
   WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public')";

/// What the role must not be able to do to the tables of the schema.
const GRANTS: &str = "
SELECT c.relname::text AS object, g.privilege AS privilege
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
       LATERAL (VALUES ('TRUNCATE'), ('REFERENCES'), ('TRIGGER'), ('UPDATE'), ('DELETE')) AS g (privilege)
 WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'
   AND has_table_privilege(c.oid, g.privilege)
   AND (g.privilege IN ('TRUNCATE', 'REFERENCES', 'TRIGGER') OR c.relname IN ('audit_events', 'user_events'))";

/// Runs every check as the connection's role.
pub(crate) async fn check(connection: &impl ConnectionTrait) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Vec::new();
    for (problem, query) in CHECKS {
        for row in all(connection, &format!("{TENANT_TABLES} {query}")).await? {
            findings.push(Finding {
                object: row.try_get("", "object")?,
                problem: problem.to_owned(),
            });
        }
    }
    for row in all(connection, GRANTS).await? {
        let privilege: String = row.try_get("", "privilege")?;
        let problem = format!("the server's role may {privilege}");
        findings.push(Finding {
            object: row.try_get("", "object")?,
            problem,
        });
    }
    Ok(findings)
}

async fn all(
    connection: &impl ConnectionTrait,
    sql: &str,
) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
    connection
        .query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, []))
        .await
}
