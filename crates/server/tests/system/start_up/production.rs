//! Settings that production and staging do not take.

use super::{EX_CONFIG, OTHER, STRONG, check, free_address};
use crate::support::BINARY;
use private_postgres::PrivatePostgres;
use std::process::Command;
use test_server::unique;

/// What production refuses: variable, value, what is named.
const UNSAFE: &[(&str, &str, &str)] = &[
    ("SAAS_API_JWT_SECRET", "", "tokens.secret"),
    ("SAAS_API_JWT_SECRET", "canary4711", "tokens.secret"),
    (
        "SAAS_API_JWT_SECRET",
        "canary4711ChangeMe4NcHs8JdPgUe1AiRoWxC3VyE5M",
        "tokens.secret",
    ),
    (
        "SAAS_API_JWT_SECRET",
        "abababababababababababababababababababababab",
        "tokens.secret",
    ),
    ("SAAS_API_ROOT_SECRET", STRONG, "secrets.root_secret"),
    (
        "SAAS_API_TOKENS__LEEWAY_SECONDS",
        "61",
        "tokens.leeway_seconds",
    ),
    (
        "SAAS_API_ACCESS_TOKEN_TTL_SECONDS",
        "3601",
        "tokens.access_ttl_seconds",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "postgres://canary4711:canary4711@localhost/app",
        "database.url",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "postgres://app:canary4711x@db.internal/app",
        "database.url",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "sqlite://canary4711.db",
        "database.allow_sqlite_in_production",
    ),
    (
        "SAAS_API_HTTP__PUBLIC_URL",
        "http://canary4711.shop.net",
        "http.public_url",
    ),
    ("SAAS_API_HOST", "0.0.0.0", "http.trusted_proxies"),
    (
        "SAAS_API_HTTP__TRUSTED_PROXIES",
        "0.0.0.0/0",
        "http.trusted_proxies",
    ),
    ("SAAS_API_DOCS_ENABLED", "true", "http.docs_enabled"),
    ("SAAS_API_HTTP__METRICS_LISTEN", "", "http.metrics_listen"),
    (
        "SAAS_API_HTTP__MAX_BODY_BYTES",
        "33554433",
        "http.max_body_bytes",
    ),
    ("SAAS_API_LOG_LEVEL", "TRACE", "log.level"),
    (
        "SAAS_API_PASSWORDS__ARGON2__ITERATIONS",
        "1",
        "passwords.argon2.memory_kib",
    ),
    ("SAAS_API_PASSWORD_MIN_LENGTH", "7", "passwords.min_length"),
];

/// A configuration that production accepts, but for one variable.
fn production<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let url = "postgres://app:8fK2mQzR7vLw@db.internal/app?sslmode=verify-full";
    let mut variables = vec![
        ("SAAS_API_ENVIRONMENT", "production"),
        ("SAAS_API_DATABASE_URL", url),
        ("SAAS_API_JWT_SECRET", STRONG),
        ("SAAS_API_ROOT_SECRET", OTHER),
        ("SAAS_API_HTTP__METRICS_LISTEN", "127.0.0.1:0"),
    ];
    variables.retain(|(other, _)| *other != name);
    if !value.is_empty() {
        variables.push((name, value));
    }
    variables
}

#[test]
fn production_refuses_what_is_not_safe() {
    for (name, value, naming) in UNSAFE {
        check(&production(name, value), naming);
    }
    let mut staging = production("SAAS_API_DOCS_ENABLED", "true");
    staging[0].1 = "staging";
    check(&staging, "http.docs_enabled");
}

#[test]
fn production_refuses_a_role_that_the_fence_does_not_hold() {
    let postgres = PrivatePostgres::shared();
    let url = postgres.create_database(&unique("fence").replace('-', "_"));
    let home = tempfile::tempdir().unwrap();
    let migrated = Command::new(BINARY)
        .arg("migrate")
        .env_clear()
        .env("SAAS_API_DATABASE_URL", &url)
        .current_dir(home.path())
        .output();
    assert!(migrated.unwrap().status.success());
    // There is no role of this name that the superuser could change to.
    let mut variables = production("SAAS_API_DATABASE_URL", &url);
    variables.push(("SAAS_API_DATABASE__APP_ROLE", "nobody_such"));
    let port = free_address().port().to_string();
    variables.push(("SAAS_API_PORT", &port));
    let mut command = Command::new(BINARY);
    let output = command
        .env_clear()
        .envs(variables)
        .current_dir(home.path())
        .output();
    let (code, stderr) = output
        .map(|output| (output.status.code(), output.stderr))
        .unwrap();
    let stderr = String::from_utf8_lossy(&stderr);
    assert_eq!(code, Some(EX_CONFIG), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("superuser"), "{stderr}");
}
