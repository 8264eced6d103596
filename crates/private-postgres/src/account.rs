//! Under which account the server runs: PostgreSQL refuses to run as root.

use std::{
    ffi::OsStr,
    os::unix::fs::chown,
    path::Path,
    process::{Command, Stdio},
};

use crate::StartError;

/// Accounts to change to when this process is root, the best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// The account of the server: this process's own, or an unprivileged one when that is root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    user: u32,
    /// The group to change to; `None` when no change is needed.
    change_to_group: Option<u32>,
}

impl Account {
    pub fn choose() -> Result<Self, StartError> {
        let user = id(&["-u"])?;
        if user != 0 {
            return Ok(Self {
                user,
                change_to_group: None,
            });
        }
        UNPRIVILEGED
            .iter()
            .find_map(|name| {
                Some(Self {
                    user: id(&["-u", name]).ok()?,
                    change_to_group: Some(id(&["-g", name]).ok()?),
                })
            })
            .ok_or_else(|| StartError::failed("id", "no unprivileged account to run PostgreSQL as"))
    }

    pub fn user(self) -> u32 {
        self.user
    }

    /// A command that runs `program` as this account, from a directory that every account can enter.
    pub fn command(self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self.change_to_group {
            None => Command::new(program),
            Some(group) => {
                let mut changed = Command::new("setpriv");
                changed
                    .arg(format!("--reuid={}", self.user))
                    .arg(format!("--regid={group}"))
                    .args(["--clear-groups", "--"])
                    .arg(program);
                changed
            }
        };
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// Gives a directory that this process created to the account.
    pub fn take_over(self, directory: &Path) -> Result<(), StartError> {
        match self.change_to_group {
            None => Ok(()),
            Some(group) => chown(directory, Some(self.user), Some(group)).map_err(StartError::io(
                format!("cannot hand over {}", directory.display()),
            )),
        }
    }

    /// Runs `program` to its end.
    pub fn run(self, program: &Path, arguments: &[&OsStr]) -> Result<(), StartError> {
        let output = self
            .command(program)
            .args(arguments)
            .output()
            .map_err(StartError::io(format!("cannot run {}", program.display())))?;
        if output.status.success() {
            return Ok(());
        }
        let printed = String::from_utf8_lossy(&output.stderr);
        Err(StartError::failed(&program.to_string_lossy(), &printed))
    }
}

/// A number of the `id` command: the standard library does not tell the user of this process.
fn id(arguments: &[&str]) -> Result<u32, StartError> {
    let output = Command::new("id")
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .map_err(StartError::io("cannot run id"))?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| StartError::failed("id", &format!("no number for {arguments:?}")))
}
