use super::load;
use crate::config::{Outcome, Settings};
use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt};

const STRONG: &str = "kX9vQ2mZr7Lw0TfYb4NcHs8JdPgUe1AiRoWxC3VyE5M";
const OTHER: &str = "Zp3Wn8QyB6tRk1VuJ5xDmG9hLc2SfAe7KiXoT4NrYvE";
const DATABASE: &str = "postgres://app:8fK2mQzR7vLw@db.internal/app?sslmode=verify-full";

/// A configuration that production accepts, with the given variables in place of its own.
fn production(changes: &[(&str, &str)]) -> Settings {
    let mut variables = vec![
        ("SAAS_API_ENVIRONMENT", "production"),
        ("SAAS_API_DATABASE_URL", DATABASE),
        ("SAAS_API_JWT_SECRET", STRONG),
        ("SAAS_API_ROOT_SECRET", OTHER),
        ("SAAS_API_HTTP__METRICS_LISTEN", "127.0.0.1:9090"),
    ];
    variables.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    variables.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    load(&variables).unwrap()
}

#[test]
fn a_careful_configuration_passes_every_item() {
    let settings = production(&[]);
    assert_eq!(settings.check_production(), []);
    for item in settings.checklist() {
        assert_eq!(item.outcome, Outcome::Pass, "{}", item.id);
    }
}

/// Item, variable, value.
const UNSAFE: &[(&str, &str, &str)] = &[
    ("signing-key", "SAAS_API_JWT_SECRET", ""),
    (
        "signing-key",
        "SAAS_API_JWT_SECRET",
        "kX9vQ2mZr7Lw0TfYb4NcHs8JdPgUe1A",
    ),
    (
        "signing-key",
        "SAAS_API_JWT_SECRET",
        "kX9vQ2mZr7Lw0ChangeMe4NcHs8JdPgUe1AiRoWxC3",
    ),
    (
        "signing-key",
        "SAAS_API_JWT_SECRET",
        "abababababababababababababababababababababab",
    ),
    (
        "signing-key",
        "SAAS_API_JWT_SECRET",
        "local-placeholder-jwt-secret-not-for-production",
    ),
    ("root-secret", "SAAS_API_ROOT_SECRET", "short"),
    ("distinct-secrets", "SAAS_API_ROOT_SECRET", STRONG),
    ("distinct-secrets", "SAAS_API_JWT_SECRET", "8fK2mQzR7vLw"),
    (
        "database-password",
        "SAAS_API_DATABASE_URL",
        "postgres://app:app@localhost/app",
    ),
    (
        "database-password",
        "SAAS_API_DATABASE_URL",
        "postgres://app:postgres@localhost/app",
    ),
    (
        "database-password",
        "SAAS_API_DATABASE_URL",
        "postgres://app:password@localhost/app",
    ),
    (
        "database-password",
        "SAAS_API_DATABASE_URL",
        "postgres://app@db.internal/app?sslmode=verify-full",
    ),
    (
        "database-password",
        "SAAS_API_DATABASE_OWNER_URL",
        "postgres://own:own@localhost/app",
    ),
    (
        "database-tls",
        "SAAS_API_DATABASE_URL",
        "postgres://app:8fK2mQzR7vLw@db.internal/app",
    ),
    (
        "database-tls",
        "SAAS_API_DATABASE_URL",
        "postgres://app:8fK2mQzR7vLw@10.0.0.5/app?sslmode=require",
    ),
    ("sqlite", "SAAS_API_DATABASE_URL", "sqlite://data/x.db"),
    (
        "public-url",
        "SAAS_API_HTTP__PUBLIC_URL",
        "http://api.shop.net",
    ),
    ("open-listener", "SAAS_API_HOST", "0.0.0.0"),
    ("open-listener", "SAAS_API_HOST", "::"),
    (
        "narrow-proxies",
        "SAAS_API_HTTP__TRUSTED_PROXIES",
        "10.0.0.0/8,0.0.0.0/0",
    ),
    ("narrow-proxies", "SAAS_API_HTTP__TRUSTED_PROXIES", "::/0"),
    ("docs", "SAAS_API_DOCS_ENABLED", "true"),
    ("metrics", "SAAS_API_HTTP__METRICS_LISTEN", ""),
    ("body-limit", "SAAS_API_HTTP__MAX_BODY_BYTES", "33554433"),
    ("log-level", "SAAS_API_LOG_LEVEL", "debug"),
    ("log-level", "SAAS_API_LOG_LEVEL", "trace"),
    (
        "password-hashing",
        "SAAS_API_PASSWORDS__ARGON2__MEMORY_KIB",
        "19455",
    ),
    (
        "password-hashing",
        "SAAS_API_PASSWORDS__ARGON2__ITERATIONS",
        "1",
    ),
    ("password-length", "SAAS_API_PASSWORD_MIN_LENGTH", "7"),
    (
        "token-lifetime",
        "SAAS_API_ACCESS_TOKEN_TTL_SECONDS",
        "3601",
    ),
    ("token-leeway", "SAAS_API_TOKENS__LEEWAY_SECONDS", "61"),
];

#[test]
fn each_unsafe_setting_is_refused_by_its_own_item_without_quoting_it() {
    for (id, name, value) in UNSAFE {
        let refusals = production(&[(name, value)]).check_production();
        let refusal = refusals.iter().find(|refusal| refusal.id == *id);
        let reason = &refusal
            .unwrap_or_else(|| panic!("{name}={value}: {refusals:?}"))
            .reason;
        assert_eq!(reason.lines().count(), 1, "{reason}");
        assert!(value.len() < 6 || !reason.contains(value), "{reason}");
    }
}

#[test]
fn equivalents_of_the_hashing_floor_are_accepted() {
    for (memory, iterations) in [("47104", "1"), ("12288", "3"), ("9216", "4"), ("7168", "5")] {
        let settings = production(&[
            ("SAAS_API_PASSWORDS__ARGON2__MEMORY_KIB", memory),
            ("SAAS_API_PASSWORDS__ARGON2__ITERATIONS", iterations),
        ]);
        assert_eq!(settings.check_production(), [], "{memory}");
    }
}

#[test]
fn a_local_socket_needs_neither_password_nor_tls() {
    for url in [
        "postgres://app@localhost/app",
        "postgres:///app?host=/run/postgresql",
        "postgres://app@[::1]/app",
    ] {
        assert_eq!(
            production(&[("SAAS_API_DATABASE_URL", url)]).check_production(),
            [],
            "{url}"
        );
    }
}

#[test]
fn key_files_that_others_can_read_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key.pem");
    fs::write(&path, "key").unwrap();
    let settings = production(&[
        ("SAAS_API_JWT_SECRET", ""),
        ("SAAS_API_TOKENS__KEY_FILE", path.to_str().unwrap()),
    ]);
    for (mode, refused) in [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1), (0o700, 1)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(settings.check_production().len(), refused, "{mode:o}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(settings.check_production()[0].id, "signing-key-file");
}

#[test]
fn a_settings_file_with_secrets_is_the_owners_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("settings.toml");
    for (text, mode, refused) in [
        (format!("[tokens]\nsecret = \"{STRONG}\"\n"), 0o644, true),
        (format!("[tokens]\nsecret = \"{STRONG}\"\n"), 0o600, false),
        ("[http]\nport = 1\n".to_owned(), 0o644, false),
    ] {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let environment = [("SAAS_API_ENVIRONMENT".to_owned(), "staging".to_owned())];
        let settings = Settings::load(Some(&path), environment.into_iter()).unwrap();
        let found = settings
            .check_production()
            .iter()
            .any(|refusal| refusal.id == "settings-file");
        assert_eq!(found, refused, "{mode:o}");
    }
}

#[test]
fn an_unchecked_value_out_of_range_is_an_item_too() {
    let mut settings = production(&[]);
    settings.http.handler_seconds = 0;
    assert_eq!(settings.check_production()[0].id, "settings-in-range");
}

#[test]
fn nothing_is_refused_locally_though_the_checklist_still_fails() {
    let settings = load(&[]).unwrap();
    assert_eq!(settings.check_production(), []);
    assert!(
        settings
            .checklist()
            .iter()
            .any(|item| matches!(item.outcome, Outcome::Fail(_)))
    );
}

#[test]
fn production_and_staging_are_recognised_in_any_spelling() {
    for (name, expected) in [
        ("production", true),
        ("Staging", true),
        (" PRODUCTION\n", true),
        ("local", false),
        ("test", false),
    ] {
        let settings = load(&[("SAAS_API_ENVIRONMENT", name)]).unwrap();
        assert_eq!(settings.is_production(), expected, "{name}");
    }
}

#[test]
fn items_have_names_of_their_own() {
    let items = load(&[]).unwrap().checklist();
    let ids: BTreeSet<_> = items.iter().map(|item| item.id).collect();
    assert_eq!(ids.len(), items.len());
}
