//! One running server process with its data directory.

use std::{
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{Durability, StartError, account::Account, installation::Installation, template};

/// Runs the server and ends it when standard input closes, which the kernel does for a parent that was killed.
///
/// A parent-death signal would not do: it fires when the *thread* that started the server ends, and tests are
/// threads. The data is removed after an orderly end only, so that the log of a failed start can be read, and not when
/// a file `keep` says that the server is to be started again.
const SUPERVISOR: &str = r#"
home=$1; shift
exec 3<&0 </dev/null
"$@" >>"$home/log" 2>&1 3<&- & server=$!
{ read -r _ || :; kill -INT "$server"; } <&3 >/dev/null 2>&1 & watcher=$!
wait "$server"; status=$?
kill "$watcher" 2>/dev/null
[ "$status" -ne 0 ] || [ -e "$home/keep" ] || rm -rf "$home"
exit "$status"
"#;

/// How long a server may take to accept connections on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(1);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// Another process can take the free port before the server does.
const ATTEMPTS: u32 = 5;

const SETTINGS: [&str; 5] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=128MB",
    "timezone=UTC",
];
const VOLATILE_SETTINGS: [&str; 3] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

/// A server that ends with this value, or with the process.
#[derive(Debug)]
pub struct Server {
    port: u16,
    installation: Installation,
    durability: Durability,
    account: Account,
    supervisor: Child,
    /// Removed by the supervisor already after an orderly end.
    home: TempDir,
}

impl Server {
    pub fn start(installation: &Installation, durability: Durability) -> Result<Self, StartError> {
        let account = Account::choose()?;
        let mut attempt = 1;
        loop {
            match Self::attempt(installation, durability, account) {
                Err(StartError::Failed { output, .. })
                    if output.contains("could not bind") && attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    #[cfg(test)]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    fn attempt(
        installation: &Installation,
        durability: Durability,
        account: Account,
    ) -> Result<Self, StartError> {
        let home = tempfile::Builder::new()
            .prefix("private-postgres-")
            .tempdir()
            .map_err(StartError::io("cannot create a temporary directory"))?;
        account.take_over(home.path())?;
        template::copy_to(&home.path().join("data"), installation, account)?;
        let port = free_port()?;
        let supervisor = supervise(home.path(), installation, durability, account, port)?;
        let mut server = Self {
            port,
            installation: installation.clone(),
            durability,
            account,
            supervisor,
            home,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Ends the server at once and keeps its data.
    pub fn crash(&mut self) {
        let keep = self.home.path().join("keep");
        fs::write(&keep, []).expect("the directory is ours");
        let state = fs::read_to_string(self.state()).unwrap_or_default();
        let server = state.lines().next().unwrap_or_default();
        let signalled = Command::new("kill").args(["-QUIT", server]).status();
        assert!(
            signalled.is_ok_and(|status| status.success()),
            "the server is gone already"
        );
        self.supervisor.wait().expect("the supervisor is our child");
        fs::remove_file(keep).expect("the directory is ours");
    }

    /// Starts the server after a crash.
    pub fn start_again(&mut self) -> Result<(), StartError> {
        // Its "ready" would be taken for that of the new server.
        let _ = fs::remove_file(self.state());
        self.supervisor = supervise(
            self.home.path(),
            &self.installation,
            self.durability,
            self.account,
            self.port,
        )?;
        self.wait_until_ready()
    }

    fn state(&self) -> PathBuf {
        self.home.path().join("data/postmaster.pid")
    }

    /// The server writes its state into its own data directory: a port that answers could be somebody else's.
    fn wait_until_ready(&mut self) -> Result<(), StartError> {
        let state = self.state();
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            let written = fs::read_to_string(&state).unwrap_or_default();
            if written.lines().nth(7).map(str::trim) == Some("ready") {
                return Ok(());
            }
            if !matches!(self.supervisor.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(POLL_INTERVAL);
        }
        let log = fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
        Err(StartError::failed("postgres", &log))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // Nothing is left to do about a failure while dropping; the supervisor goes on by itself.
        let _ = self.supervisor.wait();
    }
}

fn supervise(
    home: &Path,
    installation: &Installation,
    durability: Durability,
    account: Account,
    port: u16,
) -> Result<Child, StartError> {
    let mut settings: Vec<String> = SETTINGS.map(str::to_owned).to_vec();
    settings.push(format!("port={port}"));
    if durability == Durability::Volatile {
        settings.extend(VOLATILE_SETTINGS.map(str::to_owned));
    }
    account
        .command("sh")
        .args(["-c", SUPERVISOR, "private-postgres"].map(OsStr::new))
        .arg(home)
        .arg(installation.program("postgres"))
        .arg("-D")
        .arg(home.join("data"))
        .args(settings.iter().flat_map(|setting| ["-c", setting.as_str()]))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // An interrupt from the terminal must not end the supervisor before it has cleaned up.
        .process_group(0)
        .spawn()
        .map_err(StartError::io("cannot run setpriv or sh"))
}

fn free_port() -> Result<u16, StartError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    listener
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(StartError::io("no free port on 127.0.0.1"))
}
