//! Settings that no environment takes.

use super::{CANARY, check};

/// Variable, value, what is named.
const BAD: &[(&str, &str, &str)] = &[
    ("SAAS_API_HTTP__PROT", "canary4711", "SAAS_API_HTTP__PROT"),
    ("SAAS_API_JWT_SECERT", "canary4711", "SAAS_API_JWT_SECERT"),
    ("SAAS_API_PORT", "canary4711", "SAAS_API_PORT"),
    ("SAAS_API_PORT", "70000", "SAAS_API_PORT"),
    ("SAAS_API_LOG_LEVEL", "canary4711", "SAAS_API_LOG_LEVEL"),
    (
        "SAAS_API_DOCS_ENABLED",
        "canary4711",
        "SAAS_API_DOCS_ENABLED",
    ),
    ("SAAS_API_JWT_SECRET", " ", "SAAS_API_JWT_SECRET"),
    (
        "SAAS_API_JWT_SECRET_FILE",
        "/nowhere/canary4711",
        "SAAS_API_JWT_SECRET_FILE",
    ),
    ("SAAS_API_JWT_ISSUER", "", "SAAS_API_JWT_ISSUER"),
    (
        "SAAS_API_ACCESS_TOKEN_TTL_SECONDS",
        "0",
        "SAAS_API_ACCESS_TOKEN_TTL_SECONDS",
    ),
    (
        "SAAS_API_PASSWORD_MIN_LENGTH",
        "257",
        "SAAS_API_PASSWORD_MIN_LENGTH",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "mysql://u:canary4711@h/db",
        "SAAS_API_DATABASE_URL",
    ),
    (
        "SAAS_API_DATABASE_URL",
        "postgres://u:canary4711@h:port/db",
        "SAAS_API_DATABASE_URL",
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
        "SAAS_API_HTTP__BODY_SECONDS",
        "-1",
        "SAAS_API_HTTP__BODY_SECONDS",
    ),
    (
        "SAAS_API_HTTP__BASE_PATH",
        "canary4711/",
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
        "SAAS_API_CONFIG",
        "/nowhere/settings.toml",
        "/nowhere/settings.toml",
    ),
];

#[test]
fn a_bad_setting_is_refused_in_one_line_that_does_not_quote_it() {
    for (name, value, naming) in BAD {
        check(&[(name, value)], naming);
    }
    let both = [
        ("SAAS_API_JWT_SECRET", CANARY),
        ("SAAS_API_JWT_SECRET_FILE", "/etc/hostname"),
    ];
    check(&both, "tokens.secret");
}
