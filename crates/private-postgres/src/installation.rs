//! Finds the installed server programs.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::StartError;

/// The oldest supported major version.
const OLDEST_MAJOR: u32 = 15;

/// Where distributions keep server programs that are not on `PATH`.
const VERSIONED_ROOTS: [&str; 2] = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"];

/// Major and minor version, for example `(15, 18)`.
pub type Version = (u32, u32);

/// A directory with the server programs of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    pub directory: PathBuf,
    pub version: Version,
}

impl Installation {
    pub fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// The newest supported version that is installed.
pub fn newest() -> Result<Installation, StartError> {
    let found = directories().filter_map(|directory| {
        let version = version_of(&directory)?;
        Some(Installation { directory, version })
    });
    newest_supported(found).ok_or(StartError::NotInstalled {
        programs: "postgres and initdb",
    })
}

pub(crate) fn newest_supported(found: impl Iterator<Item = Installation>) -> Option<Installation> {
    found
        .filter(|installation| installation.version.0 >= OLDEST_MAJOR)
        .max_by_key(|installation| installation.version)
}

/// Directories that hold both programs, links resolved: the other programs lie beside the real file.
fn directories() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = env::split_paths(&path).collect();
    let versioned = VERSIONED_ROOTS
        .into_iter()
        .flat_map(|root| std::fs::read_dir(root).into_iter().flatten().flatten())
        .map(|entry| entry.path().join("bin"));
    on_path
        .into_iter()
        .chain(versioned)
        .filter_map(|directory| {
            let server = directory.join("postgres").canonicalize().ok()?;
            let real = server.parent()?.to_path_buf();
            real.join("initdb").is_file().then_some(real)
        })
}

fn version_of(directory: &Path) -> Option<Version> {
    let output = Command::new(directory.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian …)`; pre-releases such as `18beta1` count as minor version 0.
pub(crate) fn parse_version(text: &str) -> Option<Version> {
    let number = text
        .split_once("(PostgreSQL)")?
        .1
        .split_whitespace()
        .next()?;
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    let digits: String = major.chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, minor.parse().unwrap_or(0)))
}
