//! Configurations that the server does not start with.

use crate::support::{BINARY, on_both};
use private_postgres::PrivatePostgres;
use std::{
    fs,
    io::Read,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use test_server::{Database, unique};

/// Part of every value that must not be printed.
const CANARY: &str = "canary4711";
/// The exit code for a configuration that cannot be used.
const EX_CONFIG: i32 = 78;
const ENDS_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(2);

const STRONG: &str = "kX9vQ2mZr7Lw0TfYb4NcHs8JdPgUe1AiRoWxC3VyE5M";
const OTHER: &str = "Zp3Wn8QyB6tRk1VuJ5xDmG9hLc2SfAe7KiXoT4NrYvE";

/// What was printed, and how it ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

/// Starts the server with these variables only, and waits until it has ended without ever listening.
fn start(variables: &[(&str, &str)], home: &TempDir) -> Ended {
    let address = free_address();
    let mut command = Command::new(BINARY);
    command.env_clear().current_dir(home.path());
    command.env("SAAS_API_PORT", address.port().to_string());
    command.env("SAAS_API_SECRETS__DATA_DIR", home.path());
    let child = command
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = Killed(child.unwrap());
    let deadline = Instant::now() + ENDS_WITHIN;
    let status = loop {
        assert!(
            TcpStream::connect(address).is_err(),
            "it listens with {variables:?}"
        );
        if let Some(status) = child.0.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < deadline, "it runs with {variables:?}");
        thread::sleep(POLL);
    };
    let (mut stdout, mut stderr) = (String::new(), String::new());
    child
        .0
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    child
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    Ended {
        code: status.code(),
        stdout,
        stderr,
    }
}

/// Ends with the test, also when that fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Demands the exit code, and one line that names what is wrong and quotes no value.
fn check(variables: &[(&str, &str)], naming: &str) {
    let home = tempfile::tempdir().unwrap();
    let Ended {
        code,
        stdout,
        stderr,
    } = start(variables, &home);
    assert_eq!(code, Some(EX_CONFIG), "{variables:?}: {stdout}{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(naming), "{naming} is not named: {stderr}");
    assert_eq!(stdout, "", "{variables:?}");
    for value in [CANARY, STRONG, OTHER] {
        assert!(!stderr.contains(value), "{stderr}");
    }
}

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
        .status();
    assert!(migrated.unwrap().success());
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

fn a_taken_port_is_one_line_and_no_success(database: &Database) {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let home = tempfile::tempdir().unwrap();
    let url = match database {
        Database::Postgres => PrivatePostgres::shared().url(),
        _ => "sqlite://x.db".to_owned(),
    };
    let output = Command::new(BINARY)
        .env_clear()
        .envs([
            ("SAAS_API_PORT", port.as_str()),
            ("SAAS_API_DATABASE_URL", &url),
        ])
        .current_dir(home.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert_eq!(printed.lines().count(), 1, "{printed}");
    assert!(printed.contains(&port), "{printed}");
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        0,
        "something was created"
    );
}

on_both!(a_taken_port_is_one_line_and_no_success);
