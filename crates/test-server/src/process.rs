//! The server's process.

use std::{
    ffi::OsStr,
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Runs the server and kills it when standard input closes, which the kernel does for a test process that ended,
/// however it ended. A parent-death signal would not do: it fires when the *thread* that started the server ends,
/// and tests are threads. The directory goes with a test process that is gone; in all other cases the test removes it.
const SUPERVISOR: &str = r#"
home=$1; shift
exec 3<&0 </dev/null
"$@" >>"$home/log" 2>&1 3<&- & server=$!
echo "$server" >"$home/pid.new" && mv "$home/pid.new" "$home/pid"
{ read -r _ || :; : >"$home/abandoned"; kill -KILL "$server"; } <&3 >/dev/null 2>&1 & watcher=$!
wait "$server"; status=$?
kill "$watcher" 2>/dev/null
[ ! -e "$home/abandoned" ] || rm -rf "$home"
exit "$status"
"#;

const POLL_INTERVAL: Duration = Duration::from_millis(5);
const PID_LIMIT: Duration = Duration::from_secs(10);

/// A signal that a test may send to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `SIGTERM`: end in order.
    Terminate,
    /// `SIGKILL`: end at once.
    Kill,
    /// `SIGSTOP`: stand still.
    Stop,
    /// `SIGCONT`: go on.
    Continue,
}

impl Signal {
    const fn option(self) -> &'static str {
        match self {
            Self::Terminate => "-TERM",
            Self::Kill => "-KILL",
            Self::Stop => "-STOP",
            Self::Continue => "-CONT",
        }
    }
}

/// A running server; killed when this is dropped, or when the test process ends.
#[derive(Debug)]
pub(crate) struct Process {
    supervisor: Child,
    pid: u32,
}

impl Process {
    /// Starts `binary` in `home`, with these variables and no other of the product.
    pub(crate) fn start<'a>(
        binary: &OsStr,
        home: &Path,
        settings: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        // What an earlier process of the same directory left would be taken for the new one's.
        let _ = fs::remove_file(home.join("pid"));
        let inherited = std::env::vars_os().filter(|(name, _)| is_product_variable(name));
        let mut command = Command::new("sh");
        for (name, _) in inherited {
            command.env_remove(name);
        }
        let supervisor = command
            .args(["-c", SUPERVISOR, "test-server"])
            .args([home.as_os_str(), binary])
            .envs(settings)
            .current_dir(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // An interrupt from the terminal must not end the supervisor before it has cleaned up.
            .process_group(0)
            .spawn()
            .expect("every system with these tests has sh");
        Self {
            supervisor,
            pid: pid(&home.join("pid")),
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let status = Command::new("kill")
            .arg(signal.option())
            .arg(self.pid.to_string())
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "process {} is gone already",
            self.pid
        );
    }

    /// The exit status, which a shell gives for a signal as 128 and its number; `None` while the server runs.
    pub(crate) fn exited(&mut self) -> Option<ExitStatus> {
        self.supervisor
            .try_wait()
            .expect("the supervisor is our child")
    }

    /// Waits for the end of the server.
    pub(crate) fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if let Some(status) = self.exited() {
                return Some(status);
            }
            thread::sleep(POLL_INTERVAL);
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // Nothing is left to do about a failure while dropping; the supervisor goes on by itself.
        let _ = self.supervisor.wait();
    }
}

pub(crate) fn is_product_variable(name: &OsStr) -> bool {
    name.to_string_lossy()
        .to_ascii_uppercase()
        .starts_with("SAAS_API_")
}

fn pid(file: &Path) -> u32 {
    let deadline = Instant::now() + PID_LIMIT;
    while Instant::now() < deadline {
        if let Some(pid) = fs::read_to_string(file)
            .ok()
            .and_then(|pid| pid.trim().parse().ok())
        {
            return pid;
        }
        thread::sleep(POLL_INTERVAL);
    }
    panic!(
        "the supervisor did not start the server: no {}",
        file.display()
    );
}
