use super::load;
use crate::config::Settings;
use std::fs;

/// Part of every value that must not appear in a message.
const CANARY: &str = "canary4711";

fn assert_refused(message: &str, naming: &str) {
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains(naming), "{message} does not name {naming}");
    assert!(!message.contains(CANARY), "{message}");
}

/// Variable, value, what the message names.
const BAD: &[(&str, &str, &str)] = &[
    ("SAAS_API_HTTP__PROT", "canary4711", "SAAS_API_HTTP__PROT"),
    ("SAAS_API_JWT_SECERT", "canary4711", "SAAS_API_JWT_SECERT"),
    (
        "SAAS_API_LOG_LEVEL_FILE",
        "canary4711",
        "SAAS_API_LOG_LEVEL_FILE",
    ),
    (
        "SAAS_API_JWT_SECRET_FILE",
        "/nowhere/canary4711",
        "SAAS_API_JWT_SECRET_FILE",
    ),
    ("SAAS_API_JWT_SECRET", " ", "SAAS_API_JWT_SECRET"),
    ("SAAS_API_JWT_ISSUER", "", "SAAS_API_JWT_ISSUER"),
    ("SAAS_API_ENVIRONMENT", "", "SAAS_API_ENVIRONMENT"),
    ("SAAS_API_ROOT_SECRET", "\t", "SAAS_API_ROOT_SECRET"),
    ("SAAS_API_PORT", "canary4711", "SAAS_API_PORT"),
    ("SAAS_API_PORT", "70000", "SAAS_API_PORT"),
    ("SAAS_API_PORT", "-1", "SAAS_API_PORT"),
    (
        "SAAS_API_DOCS_ENABLED",
        "canary4711",
        "SAAS_API_DOCS_ENABLED",
    ),
    ("SAAS_API_LOG_LEVEL", "canary4711", "SAAS_API_LOG_LEVEL"),
    ("SAAS_API_LOG__FORMAT", "canary4711", "SAAS_API_LOG__FORMAT"),
    (
        "SAAS_API_ACCESS_TOKEN_TTL_SECONDS",
        "0",
        "SAAS_API_ACCESS_TOKEN_TTL_SECONDS",
    ),
    (
        "SAAS_API_PASSWORD_MIN_LENGTH",
        "0",
        "SAAS_API_PASSWORD_MIN_LENGTH",
    ),
    (
        "SAAS_API_PASSWORD_MIN_LENGTH",
        "257",
        "SAAS_API_PASSWORD_MIN_LENGTH",
    ),
    (
        "SAAS_API_TENANCY__ISOLATION",
        "canary4711",
        "SAAS_API_TENANCY__ISOLATION",
    ),
    (
        "SAAS_API_TENANCY__ISOLATION",
        "silo",
        "SAAS_API_TENANCY__ISOLATION",
    ),
    (
        "SAAS_API_TENANCY__TIER",
        "canary4711",
        "SAAS_API_TENANCY__TIER",
    ),
    (
        "SAAS_API_TENANCY__DELETE_GRACE_DAYS",
        "3651",
        "SAAS_API_TENANCY__DELETE_GRACE_DAYS",
    ),
    (
        "SAAS_API_TENANCY__PROVISIONING_MINUTES",
        "1441",
        "SAAS_API_TENANCY__PROVISIONING_MINUTES",
    ),
    (
        "SAAS_API_ADMIN__LISTEN",
        "canary4711",
        "SAAS_API_ADMIN__LISTEN",
    ),
    (
        "SAAS_API_ADMIN__LISTEN",
        "127.0.0.1:8000",
        "SAAS_API_ADMIN__LISTEN",
    ),
    (
        "SAAS_API_RETENTION__DELETED_DAYS",
        "3651",
        "SAAS_API_RETENTION__DELETED_DAYS",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "mysql://u:canary4711@h/db",
        "SAAS_API_DATABASE_URL",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "postgres://u:canary4711@h",
        "SAAS_API_DATABASE_URL",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "postgres://u:canary4711@h:port/db",
        "SAAS_API_DATABASE_URL",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "postgres://h/db?password=canary4711",
        "SAAS_API_DATABASE_URL",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "sqlite::memory:",
        "SAAS_API_DATABASE_URL",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "sqlite://canary4711.db?mode=rwc",
        "SAAS_API_DATABASE_URL",
    ),
    (
        "SAAS_API_DATABASE_OWNER_URL",
        "postgres://u:canary4711@h/db",
        "SAAS_API_DATABASE_OWNER_URL",
    ),
    (
        "SAAS_API_DATABASE__APP_ROLE",
        "x; canary4711",
        "SAAS_API_DATABASE__APP_ROLE",
    ),
    (
        "SAAS_API_DATABASE__STATEMENT_SECONDS",
        "0",
        "SAAS_API_DATABASE__STATEMENT_SECONDS",
    ),
    (
        "SAAS_API_HTTP__HANDLER_SECONDS",
        "0",
        "SAAS_API_HTTP__HANDLER_SECONDS",
    ),
    (
        "SAAS_API_HTTP__BASE_PATH",
        "canary4711/",
        "SAAS_API_HTTP__BASE_PATH",
    ),
    (
        "SAAS_API_HTTP__BASE_PATH",
        "/a/../canary4711",
        "SAAS_API_HTTP__BASE_PATH",
    ),
    (
        "SAAS_API_HTTP__TRUSTED_PROXIES",
        "10.0.0.0/33,canary4711",
        "SAAS_API_HTTP__TRUSTED_PROXIES",
    ),
    (
        "SAAS_API_HTTP__PUBLIC_URL",
        "https://u:canary4711@h",
        "SAAS_API_HTTP__PUBLIC_URL",
    ),
    (
        "SAAS_API_HTTP__METRICS_LISTEN",
        "canary4711",
        "SAAS_API_HTTP__METRICS_LISTEN",
    ),
    (
        "SAAS_API_HTTP__METRICS_LISTEN",
        "127.0.0.1:8000",
        "SAAS_API_HTTP__METRICS_LISTEN",
    ),
    (
        "SAAS_API_PASSWORDS__ARGON2__MEMORY_KIB",
        "7",
        "SAAS_API_PASSWORDS__ARGON2__MEMORY_KIB",
    ),
    (
        "SAAS_API_API_KEYS__BRAND",
        "Canary_4711",
        "SAAS_API_API_KEYS__BRAND",
    ),
    (
        "SAAS_API_TELEMETRY__OTLP_ENDPOINT",
        "https://canary4711",
        "SAAS_API_TELEMETRY__OTLP_ENDPOINT",
    ),
    (
        "SAAS_API_TELEMETRY__TRACE_SAMPLE_RATIO",
        "1.5",
        "SAAS_API_TELEMETRY__TRACE_SAMPLE_RATIO",
    ),
    (
        "SAAS_API_TELEMETRY__TRACE_SAMPLE_RATIO",
        "NaN",
        "SAAS_API_TELEMETRY__TRACE_SAMPLE_RATIO",
    ),
    (
        "SAAS_API_CONFIG",
        "/nowhere/settings.toml",
        "/nowhere/settings.toml",
    ),
];

#[test]
fn each_bad_variable_is_refused_in_one_line_that_names_it_and_not_its_value() {
    for (name, value, naming) in BAD {
        let error = load(&[(name, value)]).expect_err(name);
        assert_refused(&error.to_string(), naming);
    }
}

#[test]
fn a_setting_that_is_given_twice_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret");
    fs::write(&path, CANARY).unwrap();
    for other in [
        ("SAAS_API_JWT_SECRET_FILE", path.to_str().unwrap()),
        ("SAAS_API_TOKENS__SECRET", CANARY),
        ("saas_api_jwt_secret", CANARY),
    ] {
        let error = load(&[("SAAS_API_JWT_SECRET", CANARY), other]).unwrap_err();
        assert_refused(&error.to_string(), "tokens.secret");
    }
    let both = [
        ("SAAS_API_JWT_SECRET", CANARY),
        ("SAAS_API_TOKENS__KEY_FILE", "key.pem"),
    ];
    assert_refused(&load(&both).unwrap_err().to_string(), "tokens.key_file");
}

#[test]
fn each_bad_file_is_refused_in_one_line_that_names_the_place_and_not_the_value() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("settings.toml");
    for (text, naming) in [
        (
            "[http]\nprot = \"canary4711\"",
            "http.prot: is not a known setting",
        ),
        (
            "canary = { x = \"canary4711\" }",
            "canary: is not a known setting",
        ),
        ("http = \"canary4711\"", "http: is not a known setting"),
        (
            "[tokens]\nsecret = \"canary4711",
            "settings.toml: is not valid TOML at line 2, column",
        ),
        ("[tokens]\nsecret = [\"canary4711\"]", "SAAS_API_JWT_SECRET"),
        ("[http]\nport = \"canary4711\"", "SAAS_API_PORT"),
        (
            "[http]\ndocs_enabled = \"canary4711\"",
            "SAAS_API_DOCS_ENABLED",
        ),
        ("[database]\nurl = \"canary4711\"", "SAAS_API_DATABASE_URL"),
        ("[http]\n\"a\\nb\" = 1", "is not a known setting"),
    ] {
        fs::write(&path, text).unwrap();
        let error = Settings::load(Some(&path), std::iter::empty()).expect_err(text);
        assert_refused(&error.to_string(), naming);
    }
}
