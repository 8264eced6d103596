use std::fs;
use test_server::TestServer;

/// The resident memory of a server, from a moment on.
#[derive(Debug)]
pub struct Memory {
    pid: u32,
    start: u64,
}

impl Memory {
    /// Begins to measure.
    pub fn of(server: &TestServer) -> Self {
        let pid = server.pid();
        // Sets the peak back to what is in use now.
        fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("the process is ours");
        Self {
            pid,
            start: kibibytes(pid, "VmRSS:"),
        }
    }

    /// How much it has grown since then at the most, in MiB.
    pub fn peak_growth(&self) -> u64 {
        kibibytes(self.pid, "VmHWM:").saturating_sub(self.start) / 1024
    }
}

fn kibibytes(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("Linux tells it for every process")
}
