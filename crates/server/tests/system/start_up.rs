//! Configurations that the server does not start with.

mod production;
mod settings;

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
use test_server::Database;

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
