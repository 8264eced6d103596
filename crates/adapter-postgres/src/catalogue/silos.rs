use super::{Finding, all};
use sea_orm::{ConnectionTrait, DbErr};

/// Every silo of this database but those that are being made. The name of a schema needs no quoting.
const SILOS: &str = "
SELECT platform.silo_schema(o.id) AS schema, n.oid IS NOT NULL AS present,
       coalesce(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(l.oid, 'SELECT'), false) AS readable
  FROM platform.organisations o
  LEFT JOIN pg_namespace n ON n.nspname = platform.silo_schema(o.id)
  LEFT JOIN pg_class l ON l.relnamespace = n.oid AND l.relname = 'tenant_migrations' AND l.relkind = 'r'
 WHERE o.placement = 'silo' AND o.database IS NULL AND o.status <> 'provisioning'
 ORDER BY o.id";

const ORPHANS: &str = "
SELECT n.nspname::text AS schema
  FROM pg_namespace n
 WHERE n.nspname LIKE 't\\_%' AND NOT EXISTS (
         SELECT FROM platform.organisations o
          WHERE o.placement = 'silo' AND o.database IS NULL AND platform.silo_schema(o.id) = n.nspname)
 ORDER BY n.nspname";

/// Compares the silos that organisations have with the schemas that there are.
pub(super) async fn check(connection: &impl ConnectionTrait) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Vec::new();
    let mut found = |schema: &str, problem: &str| {
        findings.push(Finding {
            object: schema.to_owned(),
            problem: problem.to_owned(),
        });
    };
    for row in all(connection, SILOS).await? {
        let schema: String = row.try_get("", "schema")?;
        if !row.try_get("", "present")? {
            found(&schema, "the schema of a siloed organisation is missing");
        } else if !row.try_get("", "readable")? {
            found(&schema, "the ledger of a silo cannot be read");
        } else {
            for name in lacking(connection, &schema).await? {
                found(&schema, &format!("the silo lacks {name}"));
            }
        }
    }
    for row in all(connection, ORPHANS).await? {
        let schema: String = row.try_get("", "schema")?;
        found(&schema, "the schema belongs to no siloed organisation");
    }
    Ok(findings)
}

async fn lacking(connection: &impl ConnectionTrait, schema: &str) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT s.name FROM platform.tenant_scripts s
          WHERE NOT EXISTS (SELECT FROM {schema}.tenant_migrations m WHERE m.name = s.name)
          ORDER BY s.position"
    );
    let rows = all(connection, &sql).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}
