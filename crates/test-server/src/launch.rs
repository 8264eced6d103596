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

/// Where a server listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listening {
    /// For everyone.
    pub(crate) public: SocketAddr,
    /// For operators.
    pub(crate) admin: SocketAddr,
}

/// Starts the server on free ports and waits until it answers the probe.
pub(crate) fn launch(
    binary: &OsStr,
    home: &Path,
    settings: &BTreeMap<String, String>,
    probe: &str,
) -> (Process, Listening) {
    for _ in 0..ATTEMPTS {
        let [public, admin] = free_addresses();
        let (port, admin_listen) = (public.port().to_string(), admin.to_string());
        let settings = settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let settings = settings.chain([
            ("SAAS_API_PORT", port.as_str()),
            ("SAAS_API_ADMIN__LISTEN", admin_listen.as_str()),
        ]);
        let mut process = Process::start(binary, home, settings);
        if answers(&mut process, public, probe) {
            return (process, Listening { public, admin });
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

/// Two addresses, both free at the same moment.
fn free_addresses() -> [SocketAddr; 2] {
    let listener = |()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let listeners = [(), ()].map(listener);
    listeners.map(|listener| listener.local_addr().expect("a listener has an address"))
}

/// Everything that the server wrote.
pub(crate) fn read_log(home: &Path) -> String {
    let bytes = fs::read(home.join("log")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
