use crate::{
    Call, Database, Signal,
    launch::{Listening, launch, read_log},
    places::Places,
    process::{Process, is_product_variable},
};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Output},
    time::Duration,
};
use tempfile::TempDir;
use ureq::Agent;

/// What a server answers with 200 once it can serve.
const READY: &str = "/readyz";
/// Longer than any deadline of the server itself.
const CLIENT_LIMIT: Duration = Duration::from_secs(30);

/// What a server is to be started with.
#[derive(Clone, Debug)]
pub struct Builder {
    binary: OsString,
    database: Database,
    settings: BTreeMap<String, String>,
    probe: &'static str,
    placing: bool,
}

impl Builder {
    /// Gives the server a second database, and has operators found its organisations there, in schemas of their own and
    /// in shared tables, in turn.
    #[must_use]
    pub fn in_all_places(mut self) -> Self {
        self.placing = true;
        self
    }

    /// Sets a variable of the product, such as `SAAS_API_DOCS_ENABLED`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    /// Waits only until the server is alive, not until it is ready: for a database that does not answer yet.
    #[must_use]
    pub fn until_alive(self) -> Self {
        self.until("/healthz")
    }

    /// Waits until this path is answered with 200, instead of `/readyz`.
    #[must_use]
    pub fn until(mut self, path: &'static str) -> Self {
        self.probe = path;
        self
    }

    /// Starts the server and waits until it answers.
    ///
    /// # Panics
    /// With the server's log when it does not start.
    pub fn start(self) -> TestServer {
        let home = tempfile::Builder::new().prefix("saas-api-test-").tempdir();
        let home = home.expect("the system has a directory for temporary files");
        let mut settings = self.settings;
        let url = self.database.url(home.path());
        settings
            .entry("SAAS_API_DATABASE_URL".to_owned())
            .or_insert(url);
        let data = home.path().join("data").display().to_string();
        settings
            .entry("SAAS_API_SECRETS__DATA_DIR".to_owned())
            .or_insert(data);
        if self.placing {
            settings.extend([Places::cell(&self.database, home.path())]);
        }
        let agent = agent();
        let (process, listening) = launch(&self.binary, home.path(), &settings, self.probe);
        TestServer {
            binary: self.binary,
            database: self.database,
            settings,
            agent,
            listening,
            process,
            home,
            places: self.placing.then(Places::new),
        }
    }
}

/// A running server that ends with this value, or with the test process.
#[derive(Debug)]
pub struct TestServer {
    binary: OsString,
    database: Database,
    settings: BTreeMap<String, String>,
    agent: Agent,
    listening: Listening,
    /// Before the directory, which must outlive it.
    process: Process,
    home: TempDir,
    pub(crate) places: Option<Places>,
}

impl TestServer {
    /// A server of this binary on a new database, with password hashing as cheap as it can be.
    pub fn builder(binary: impl Into<OsString>, database: Database) -> Builder {
        let builder = Builder {
            binary: binary.into(),
            database,
            settings: BTreeMap::new(),
            probe: READY,
            placing: false,
        };
        builder
            .setting("SAAS_API_PASSWORDS__ARGON2__MEMORY_KIB", "8")
            .setting("SAAS_API_PASSWORDS__ARGON2__ITERATIONS", "1")
            .setting("SAAS_API_LOG__FORMAT", "json")
    }

    /// Begins a request; `target` is a path with an optional query, percent-encoded already.
    pub fn call(&self, method: &str, target: &str) -> Call<'_> {
        Call::new(self, self.listening.public, method, target)
    }

    /// Begins a request to the listener of operators.
    pub fn admin(&self, method: &str, target: &str) -> Call<'_> {
        Call::new(self, self.listening.admin, method, target)
    }

    /// Runs another command of the binary with the same directory and settings, to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_product_variable(name)) {
            command.env_remove(name);
        }
        command.args(arguments).envs(&self.settings);
        let output = command.current_dir(self.home.path()).output();
        output.expect("the binary can be run")
    }

    /// Begins a `GET`.
    pub fn get(&self, target: &str) -> Call<'_> {
        self.call("GET", target)
    }

    /// Begins a `POST`.
    pub fn post(&self, target: &str) -> Call<'_> {
        self.call("POST", target)
    }

    /// Begins a `PATCH`.
    pub fn patch(&self, target: &str) -> Call<'_> {
        self.call("PATCH", target)
    }

    /// Begins a `DELETE`.
    pub fn delete(&self, target: &str) -> Call<'_> {
        self.call("DELETE", target)
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.listening.public
    }

    /// Which kind of database it runs on.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The URL of its database.
    pub fn database_url(&self) -> &str {
        &self.settings["SAAS_API_DATABASE_URL"]
    }

    /// Its working directory, with the database file of SQLite, the log, and its secrets under `data`.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Everything that it wrote to standard output and standard error.
    pub fn log(&self) -> String {
        read_log(self.home.path())
    }

    /// The process id of the server itself.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Waits for its end; `None` when it still runs after `limit`. A signal's number comes as exit code, plus 128.
    pub fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.process.wait(limit)
    }

    /// Starts it again, as a crash or an upgrade does: the same directory and database, a new process and port.
    pub fn restart(&mut self) {
        if self.process.exited().is_none() {
            self.process.signal(Signal::Kill);
            self.process.wait(CLIENT_LIMIT);
        }
        self.agent = agent();
        (self.process, self.listening) =
            launch(&self.binary, self.home.path(), &self.settings, READY);
    }

    pub(crate) fn agent(&self) -> &Agent {
        &self.agent
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.home.path().join("log")
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(CLIENT_LIMIT))
        .max_idle_connections(32)
        .max_idle_connections_per_host(32)
        .user_agent("")
        .accept("")
        .build()
        .new_agent()
}
