//! What `tenant_access` answers about a caller, row by row.

use crate::database::{Database, Tenancy, run};
use domain::access::Credential;
use sea_orm::sqlx::{self, Connection, Row, postgres::PgRow};
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

const EARLY: OffsetDateTime = datetime!(2031-01-01 00:00 UTC);
const LATE: OffsetDateTime = datetime!(2032-01-01 00:00 UTC);

fn owner(tenancy: &Tenancy) -> Uuid {
    let Credential::User(user) = tenancy.owner else {
        panic!("an owner is a user");
    };
    user.as_uuid()
}

/// Asks as the server does, with a user's id or a key's.
async fn ask(db: &Database, tenant: Uuid, user: Option<Uuid>, key: Option<&str>) -> PgRow {
    let mut connection = db.as_app().await;
    let mut tx = connection.begin().await.unwrap();
    let ask = "SELECT *, current_setting('app.tenant_id', true) AS entered
                 FROM platform.tenant_access($1, $2, $3)";
    let ask = sqlx::query(ask).bind(tenant).bind(user).bind(key);
    ask.fetch_one(&mut *tx).await.unwrap()
}

fn text(row: &PgRow, column: &str) -> Option<String> {
    row.get(column)
}

async fn key(db: &Database, of: &Tenancy, values: &str) {
    db.run(&format!(
        "INSERT INTO platform.api_keys (organisation_id, id, name, key_prefix, scopes, created_by_user_id, created_at,
             updated_at, key_id, digest, expires_at, allowed_cidrs, previous_key_id, previous_digest, previous_valid_until)
         VALUES ('{}', gen_random_uuid(), 'deploy', 'saas_', 'read:projects', '{}', now(), now(), {values})",
        of.tenant,
        owner(of)
    ))
    .await;
}

#[tokio::test]
async fn an_organisation_tells_its_status_and_an_unknown_one_has_none() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    db.run("UPDATE platform.organisations SET status = 'suspended'")
        .await;
    let user = Some(owner(&acme));
    let known = ask(&db, acme.tenant.as_uuid(), user, None).await;
    assert_eq!(text(&known, "tenant_status").as_deref(), Some("suspended"));
    assert_eq!(text(&known, "role").as_deref(), Some("owner"));
    let unknown = ask(&db, Uuid::nil(), user, None).await;
    assert_eq!(text(&unknown, "tenant_status"), None);
    assert_eq!(unknown.get::<Option<bool>, _>("user_active"), Some(true));
    assert_eq!(text(&unknown, "role"), None);
}

#[tokio::test]
async fn a_role_of_the_organisations_own_brings_its_grants_and_a_fixed_one_never_does() {
    let db = Database::new().await;
    let (acme, other) = (db.found("acme").await, db.found("other").await);
    key(&db, &acme, "'mine', '', NULL, NULL, NULL, NULL, NULL").await;
    for (tenancy, grants) in [(&acme, "read:projects"), (&other, "delete:everything")] {
        for role in ["auditor", "viewer", "owner", "admin"] {
            db.run(&format!(
                "INSERT INTO platform.roles (organisation_id, id, name, grants, version, created_at, updated_at)
                 VALUES ('{}', gen_random_uuid(), '{role}', '{grants}', 1, now(), now())",
                tenancy.tenant
            ))
            .await;
        }
    }
    for (role, grants) in [
        ("auditor", Some("read:projects")),
        ("viewer", Some("read:projects")),
        ("unheard of", None),
        ("owner", None),
        ("admin", None),
    ] {
        db.run(&format!(
            "UPDATE platform.organisation_memberships SET role = '{role}'"
        ))
        .await;
        let tenant = acme.tenant.as_uuid();
        let user = ask(&db, tenant, Some(owner(&acme)), None).await;
        assert_eq!(text(&user, "role").as_deref(), Some(role));
        assert_eq!(text(&user, "role_grants").as_deref(), grants, "{role}");
        let key = ask(&db, tenant, None, Some("mine")).await;
        assert_eq!(text(&key, "creator_role").as_deref(), Some(role));
        assert_eq!(text(&key, "creator_grants").as_deref(), grants, "{role}");
        assert_eq!(key.get::<Option<Uuid>, _>("creator_id"), Some(owner(&acme)));
    }
}

#[tokio::test]
async fn a_key_is_found_by_either_of_its_ids_and_enters_its_own_organisation() {
    let db = Database::new().await;
    let (acme, other) = (db.found("acme").await, db.found("other").await);
    db.run(&format!(
        "UPDATE platform.organisations SET status = 'suspended' WHERE id = '{}'",
        acme.tenant
    ))
    .await;
    let rotated = format!("'new', '\\x02', '{LATE}', '10.0.0.0/8 ::1', 'old', '\\x01', '{EARLY}'");
    key(&db, &acme, &rotated).await;
    let endless = format!("'fresh', '\\x04', NULL, NULL, 'stale', '\\x03', '{LATE}'");
    key(&db, &acme, &endless).await;
    let ending = format!("'last', '\\x06', '{EARLY}', NULL, 'first', '\\x05', '{LATE}'");
    key(&db, &acme, &ending).await;
    for (id, digest, until) in [
        ("new", 2, Some(LATE)),
        ("old", 1, Some(EARLY)),
        ("fresh", 4, None),
        ("stale", 3, Some(LATE)),
        ("last", 6, Some(EARLY)),
        ("first", 5, Some(EARLY)),
    ] {
        let found = ask(&db, other.tenant.as_uuid(), None, Some(id)).await;
        assert_eq!(found.get::<Vec<u8>, _>("key_digest"), [digest], "{id}");
        assert_eq!(
            found.get::<Option<OffsetDateTime>, _>("key_valid_until"),
            until,
            "{id}"
        );
        assert_eq!(found.get::<Uuid, _>("key_tenant"), acme.tenant.as_uuid());
        assert_eq!(text(&found, "entered"), Some(acme.tenant.to_string()));
        assert_eq!(text(&found, "tenant_status").as_deref(), Some("suspended"));
        assert_eq!(text(&found, "creator_role").as_deref(), Some("owner"));
    }
    let narrow = ask(&db, acme.tenant.as_uuid(), None, Some("new")).await;
    assert_eq!(
        text(&narrow, "key_cidrs").as_deref(),
        Some("10.0.0.0/8 ::1")
    );
    let unknown = ask(&db, acme.tenant.as_uuid(), None, Some("nobody's")).await;
    assert_eq!(unknown.get::<Option<Uuid>, _>("key_row_id"), None);
    assert_ne!(text(&unknown, "entered"), Some(acme.tenant.to_string()));
}

#[tokio::test]
async fn a_rotation_is_stored_whole_or_not_at_all() {
    let db = Database::new().await;
    let acme = db.found("acme").await;
    key(&db, &acme, "'mine', '', NULL, NULL, NULL, NULL, NULL").await;
    for half in [
        "previous_key_id = 'old'",
        "previous_key_id = 'old', previous_digest = ''",
        "previous_valid_until = now(), previous_digest = ''",
    ] {
        let sql = format!("UPDATE platform.api_keys SET {half}");
        let error = run(&mut db.as_superuser().await, &sql).await.unwrap_err();
        assert!(
            error.to_string().contains("ck_api_keys_previous"),
            "{error}"
        );
    }
}
