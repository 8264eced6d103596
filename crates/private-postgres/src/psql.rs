//! SQL without a driver: the `psql` program.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{StartError, installation::Installation};

/// The `psql` program.
#[derive(Debug)]
pub struct Psql {
    program: PathBuf,
}

impl Psql {
    /// The one on `PATH`.
    pub fn installed() -> Result<Self, StartError> {
        Self::usable(PathBuf::from("psql"))
    }

    /// The one that was installed with the server, or else the one on `PATH`.
    pub fn beside(installation: &Installation) -> Result<Self, StartError> {
        Self::usable(installation.program("psql")).or_else(|_| Self::installed())
    }

    /// Where it is.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Runs one statement outside a transaction and gives its rows as unaligned text.
    pub fn query(&self, url: &str, statement: &str) -> Result<String, StartError> {
        let output = Command::new(&self.program)
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--set=ON_ERROR_STOP=1", "--command", statement, url])
            .stdin(Stdio::null())
            .output()
            .map_err(StartError::io("cannot run psql"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let printed = String::from_utf8_lossy(&output.stderr);
        Err(StartError::failed("psql", &printed))
    }

    fn usable(program: PathBuf) -> Result<Self, StartError> {
        let runs = Command::new(&program)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        match runs {
            Ok(status) if status.success() => Ok(Self { program }),
            _ => Err(StartError::NotInstalled { programs: "psql" }),
        }
    }
}
