//! Getting a server to answer.

use crate::{process::Process, raw};
use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// How long a server may take to answer on a busy machine, migrations included.
const START_LIMIT: Duration = Duration::from_mins(1);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// Another process can take the free port before the server does.
const ATTEMPTS: u32 = 5;

/// Starts the server on a free port and waits until it answers the probe.
pub(crate) fn launch(
    binary: &OsStr,
    home: &Path,
    settings: &BTreeMap<String, String>,
    probe: &str,
) -> (Process, SocketAddr) {
    for _ in 0..ATTEMPTS {
        let address = free_address();
        let port = address.port().to_string();
        let settings = settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let settings = settings.chain([("SAAS_API_PORT", port.as_str())]);
        let mut process = Process::start(binary, home, settings);
        if answers(&mut process, address, probe) {
            return (process, address);
        }
        let log = read_log(home);
        assert!(log.contains("in use"), "the server did not start:\n{log}");
    }
    panic!("no free port after {ATTEMPTS} attempts");
}

/// Whether the server answers the probe with 200 before it ends or the limit is over.
fn answers(process: &mut Process, address: SocketAddr, probe: &str) -> bool {
    let request = format!("GET {probe} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    let deadline = Instant::now() + START_LIMIT;
    while Instant::now() < deadline {
        let answer = raw::try_exchange(address, request.as_bytes());
        // Looked at afterwards: what answered is our server only if that still runs.
        if process.exited().is_some() {
            return false;
        }
        if answer.is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200")) {
            return true;
        }
        thread::sleep(POLL_INTERVAL);
    }
    false
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address.expect("127.0.0.1 has a free port")
}

/// Everything that the server wrote.
pub(crate) fn read_log(home: &Path) -> String {
    let bytes = fs::read(home.join("log")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
