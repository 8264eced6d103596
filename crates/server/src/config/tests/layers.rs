use super::load;
use crate::config::{DatabaseTarget, Settings};
use std::{fs, path::Path};

#[test]
fn nothing_configured_runs_on_sqlite_with_documentation() {
    let settings = load(&[("PATH", "/bin"), ("HOME", "/")]).unwrap();
    assert_eq!(
        (settings.http.host.as_str(), settings.http.port),
        ("127.0.0.1", 8000)
    );
    assert_eq!(
        settings.database.url.target(),
        DatabaseTarget::Sqlite(Path::new("data/saas-api.db"))
    );
    assert!(settings.docs_enabled() && settings.migrate_on_start() && !settings.is_production());
}

#[test]
fn the_contracts_variables_work() {
    let settings = load(&[
        ("SAAS_API_APP_NAME", "shop"),
        ("SAAS_API_APP_VERSION", "9"),
        ("SAAS_API_ENVIRONMENT", "test"),
        ("SAAS_API_LOG_LEVEL", "warning"),
        ("SAAS_API_DOCS_ENABLED", "ON"),
        (
            "SAAS_API_DATABASE_URL",
            "postgresql+asyncpg://u:p%40w@localhost:5432/db",
        ),
        ("SAAS_API_JWT_SECRET", "s"),
        ("SAAS_API_JWT_ISSUER", "me"),
        ("SAAS_API_ACCESS_TOKEN_TTL_SECONDS", "60"),
        ("SAAS_API_PASSWORD_MIN_LENGTH", "1"),
        ("saas_api_host", "::1"),
        ("Saas_Api_Port", "0"),
    ])
    .unwrap();
    assert_eq!(
        (settings.app.name.as_str(), settings.app.version.as_str()),
        ("shop", "9")
    );
    assert_eq!(settings.log.level, adapter_telemetry::LogLevel::Warning);
    assert!(settings.docs_enabled() && !settings.migrate_on_start());
    assert_eq!(
        settings.database.url.target(),
        DatabaseTarget::Postgres("postgres://u:p%40w@localhost:5432/db")
    );
    assert_eq!(settings.tokens.secret.as_ref().unwrap().expose(), "s");
    assert_eq!(
        (
            settings.tokens.issuer.as_str(),
            settings.tokens.access_ttl_seconds
        ),
        ("me", 60)
    );
    assert_eq!(settings.passwords.min_length, 1);
    assert_eq!(
        (settings.http.host.as_str(), settings.http.port),
        ("::1", 0)
    );
}

#[test]
fn signing_up_is_open_where_nothing_is_in_production_unless_it_is_set() {
    let open = |variables: &[(&str, &str)]| load(variables).unwrap().sign_up();
    assert!(open(&[]));
    assert!(!open(&[("SAAS_API_TENANCY__SIGN_UP", "off")]));
    assert!(open(&[("SAAS_API_ENVIRONMENT", "test")]));
    assert!(!open(&[("SAAS_API_ENVIRONMENT", "production")]));
    assert!(open(&[
        ("SAAS_API_ENVIRONMENT", "production"),
        ("SAAS_API_TENANCY__SIGN_UP", "on"),
    ]));
}

#[test]
fn flags_take_every_spelling() {
    for (on, off) in [
        ("true", "false"),
        ("1", "0"),
        ("Yes", "No"),
        ("on", "off"),
        ("t", "f"),
        ("Y", "n"),
    ] {
        assert!(
            load(&[("SAAS_API_DOCS_ENABLED", on)])
                .unwrap()
                .docs_enabled(),
            "{on}"
        );
        assert!(
            !load(&[("SAAS_API_DOCS_ENABLED", off)])
                .unwrap()
                .docs_enabled(),
            "{off}"
        );
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("settings.toml");
    let text = "environment = \"test\"\n[http]\nport = 1\nkeep_alive_seconds = 9\n[passwords.argon2]\niterations = 3\n";
    fs::write(&path, text).unwrap();
    let variables = [
        ("SAAS_API_CONFIG".to_owned(), path.display().to_string()),
        ("SAAS_API_HTTP__PORT".to_owned(), "2".to_owned()),
        (
            "SAAS_API_HTTP__TRUSTED_PROXIES".to_owned(),
            "10.0.0.0/8, ::1".to_owned(),
        ),
        (
            "SAAS_API_TELEMETRY__TRACE_SAMPLE_RATIO".to_owned(),
            "0.5".to_owned(),
        ),
        ("SAAS_API_DEMO_RUN_ID".to_owned(), "x".to_owned()),
    ];
    let settings = Settings::load(None, variables.into_iter()).unwrap();
    assert_eq!(
        (
            settings.http.port,
            settings.http.keep_alive_seconds,
            settings.http.body_seconds
        ),
        (2, 9, 10)
    );
    assert_eq!(
        (
            settings.passwords.argon2.iterations,
            settings.passwords.argon2.memory_kib
        ),
        (3, 19_456)
    );
    assert_eq!(settings.http.trusted_proxies, ["10.0.0.0/8", "::1"]);
    assert!((settings.telemetry.trace_sample_ratio - 0.5).abs() < f64::EPSILON);
    assert!(!settings.file.unwrap().holds_secrets);
    let settings = Settings::load(Some(&path), std::iter::empty()).unwrap();
    assert_eq!(
        (settings.http.port, settings.environment.as_str()),
        (1, "test")
    );
}

#[test]
fn a_secret_can_come_from_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    fs::write(&path, "from-a-file\r\n").unwrap();
    let path = path.to_str().unwrap();
    for name in ["SAAS_API_JWT_SECRET_FILE", "SAAS_API_TOKENS__SECRET_FILE"] {
        let settings = load(&[(name, path)]).unwrap();
        assert_eq!(
            settings.tokens.secret.unwrap().expose(),
            "from-a-file",
            "{name}"
        );
    }
    fs::write(path, "postgres://u@localhost/from_a_file\n").unwrap();
    let settings = load(&[
        ("SAAS_API_DATABASE_URL_FILE", path),
        ("SAAS_API_DATABASE_OWNER_URL_FILE", path),
        ("SAAS_API_ROOT_SECRET_FILE", path),
    ])
    .unwrap();
    let expected = DatabaseTarget::Postgres("postgres://u@localhost/from_a_file");
    assert_eq!(settings.database.url.target(), expected);
    assert_eq!(settings.database.owner_url.unwrap().target(), expected);
    assert!(
        settings
            .secrets
            .root_secret
            .unwrap()
            .expose()
            .ends_with("from_a_file")
    );
}

#[test]
fn every_way_to_name_a_database_is_understood() {
    for (raw, path) in [
        ("sqlite://data/x.db", "data/x.db"),
        ("sqlite:x.db", "x.db"),
        ("sqlite:///var/x.db", "/var/x.db"),
        ("sqlite:/var/x.db", "/var/x.db"),
    ] {
        let settings = load(&[("SAAS_API_DATABASE_URL", raw)]).unwrap();
        assert_eq!(
            settings.database.url.target(),
            DatabaseTarget::Sqlite(Path::new(path)),
            "{raw}"
        );
    }
    for scheme in ["postgres", "postgresql", "postgresql+asyncpg"] {
        let raw = format!("{scheme}://u@h/db?sslmode=require");
        let settings = load(&[("SAAS_API_DATABASE_URL", &raw)]).unwrap();
        let expected = "postgres://u@h/db?sslmode=require";
        assert_eq!(
            settings.database.url.target(),
            DatabaseTarget::Postgres(expected),
            "{raw}"
        );
    }
}
