//! An initialised data directory, made once and copied for each server: `initdb` takes seconds, a copy does not.

use std::{
    env,
    ffi::OsStr,
    fs::{self, DirBuilder, File},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use crate::{StartError, account::Account, installation::Installation};

/// Raised when the `initdb` options below change, so that an older copy is not used.
const LAYOUT: u32 = 1;

const INITDB_OPTIONS: [&str; 6] = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
];

/// Fills `target`, which must not exist yet, with an initialised data directory.
pub fn copy_to(
    target: &Path,
    installation: &Installation,
    account: Account,
) -> Result<(), StartError> {
    let template = prepared(installation, account)?;
    let arguments: [&OsStr; 3] = ["-R".as_ref(), template.as_os_str(), target.as_os_str()];
    account.run("cp".as_ref(), &arguments)?;
    account.run("chmod".as_ref(), &["0700".as_ref(), target.as_os_str()])
}

/// The template of this version and account; the lock lets one of several processes make it.
fn prepared(installation: &Installation, account: Account) -> Result<PathBuf, StartError> {
    let cache = cache_directory(account)?;
    let (major, minor) = installation.version;
    let template = cache.join(format!("{major}.{minor}-{LAYOUT}"));
    let lock = File::create(cache.join("lock")).map_err(StartError::io("cannot create a lock"))?;
    lock.lock().map_err(StartError::io("cannot take a lock"))?;
    if !template.is_dir() {
        initialise(&template, installation, account)?;
    }
    Ok(template)
}

/// Initialises beside the template and renames, so that an interrupted run leaves nothing half done.
fn initialise(
    template: &Path,
    installation: &Installation,
    account: Account,
) -> Result<(), StartError> {
    let partial = template.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(StartError::io("cannot remove an old template"))?;
    }
    let mut arguments: Vec<&OsStr> = INITDB_OPTIONS.iter().map(OsStr::new).collect();
    arguments.extend([OsStr::new("--pgdata"), partial.as_os_str()]);
    account.run(&installation.program("initdb"), &arguments)?;
    fs::rename(&partial, template).map_err(StartError::io("cannot keep the template"))
}

/// A directory of the account under the system's temporary one: unlike a build directory, every account can
/// reach it. One that somebody else made under this name is refused.
fn cache_directory(account: Account) -> Result<PathBuf, StartError> {
    let directory = env::temp_dir().join(format!("private-postgres-{}", account.user()));
    let problem = || StartError::io(format!("cannot use {}", directory.display()));
    if DirBuilder::new().mode(0o700).create(&directory).is_ok() {
        account.take_over(&directory)?;
    }
    let owner = fs::symlink_metadata(&directory).map_err(problem())?;
    // Root is accepted too: another process may be between creating the directory and handing it over.
    if !owner.is_dir() || ![account.user(), 0].contains(&owner.uid()) {
        let reason = std::io::Error::other("it belongs to another account");
        return Err(problem()(reason));
    }
    Ok(directory)
}
