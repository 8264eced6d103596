//! Secrets on disk: made once, whole or not at all, for their owner's eyes only.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// A secret that was read or made.
#[derive(Debug)]
pub struct Loaded<T> {
    /// The secret.
    pub value: T,
    /// Whether it was made just now.
    pub created: bool,
    /// Whether the file's mode lets anyone but its owner at it (wider than 0600); the caller decides what follows.
    pub exposed: bool,
}

/// A secret file that cannot be used. Never shows what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It can be neither read nor written.
    #[error("cannot read or create the secret file {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Its content is not what it should be.
    #[error("the secret file {path} is not usable")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl<T> Loaded<T> {
    /// Makes something of the file's content.
    pub(crate) fn try_map<U, E: std::error::Error + Send + Sync + 'static>(
        self,
        path: &Path,
        convert: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<Loaded<U>, SecretFileError> {
        let value = convert(self.value).map_err(|error| unusable(path, error))?;
        Ok(Loaded {
            value,
            created: self.created,
            exposed: self.exposed,
        })
    }
}

/// Reads a secret file; where there is none, writes what `make` returns, with mode 0600.
///
/// The file appears with its whole content or not at all. Of several processes that start at once, one creates it and
/// all read the same. The directory has to exist, on a file system that has hard links.
///
/// # Errors
/// When the file cannot be read or written, or `make` fails.
pub fn load_or_create<E: std::error::Error + Send + Sync + 'static>(
    path: &Path,
    make: impl FnOnce() -> Result<Zeroizing<String>, E>,
) -> Result<Loaded<Zeroizing<String>>, SecretFileError> {
    let failed = |source| SecretFileError::Io {
        path: path.to_owned(),
        source,
    };
    let created = if fs::exists(path).map_err(failed)? {
        false
    } else {
        let content = make().map_err(|error| unusable(path, error))?;
        publish(path, &content).map_err(failed)?
    };
    let value = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    let exposed = is_exposed(&fs::metadata(path).map_err(failed)?);
    Ok(Loaded {
        value,
        created,
        exposed,
    })
}

fn unusable(
    path: &Path,
    source: impl std::error::Error + Send + Sync + 'static,
) -> SecretFileError {
    SecretFileError::Content {
        path: path.to_owned(),
        source: Box::new(source),
    }
}

/// Writes a file beside the target and links it there, which fails where another process was first: `false`.
fn publish(path: &Path, content: &str) -> io::Result<bool> {
    let draft = draft_path(path)?;
    let published =
        write_private(&draft, content).and_then(|()| match fs::hard_link(&draft, path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        });
    let removed = fs::remove_file(&draft);
    let created = published?;
    removed.map(|()| created)
}

fn draft_path(path: &Path) -> io::Result<PathBuf> {
    let mut suffix = [0; 8];
    getrandom::fill(&mut suffix).map_err(|error| io::Error::other(error.to_string()))?;
    let mut name = path
        .file_name()
        .ok_or(io::ErrorKind::InvalidInput)?
        .to_owned();
    name.push(format!(".{:016x}.tmp", u64::from_ne_bytes(suffix)));
    Ok(path.with_file_name(name))
}

fn write_private(path: &Path, content: &str) -> io::Result<()> {
    let mut file: File = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(unix)]
fn is_exposed(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o177 != 0
}

/// Access is inherited from the directory where there are no modes.
#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn is_exposed(_: &fs::Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{convert::Infallible, fmt, os::unix::fs::PermissionsExt};

    fn text(content: &str) -> impl FnOnce() -> Result<Zeroizing<String>, Infallible> {
        let content = Zeroizing::new(content.to_owned());
        || Ok(content)
    }

    #[test]
    fn a_new_file_is_for_its_owner_only_and_nothing_else_is_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let made = load_or_create(&path, text("one")).unwrap();
        assert!(made.created && !made.exposed);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_existing_file_is_read_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        load_or_create(&path, text("one")).unwrap();
        let read = load_or_create(&path, text("two")).unwrap();
        assert_eq!((read.value.as_str(), read.created), ("one", false));
    }

    #[test]
    fn a_wider_mode_is_reported() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        load_or_create(&path, text("one")).unwrap();
        for (mode, exposed) in [
            (0o640, true),
            (0o604, true),
            (0o700, true),
            (0o600, false),
            (0o400, false),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(
                load_or_create(&path, text("two")).unwrap().exposed,
                exposed,
                "{mode:o}"
            );
        }
    }

    #[test]
    fn of_many_that_create_it_at_once_one_does_and_all_read_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let threads: Vec<_> = (0..8)
            .map(|i| {
                let path = path.clone();
                std::thread::spawn(move || load_or_create(&path, text(&i.to_string())).unwrap())
            })
            .collect();
        let all: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        assert_eq!(all.iter().filter(|loaded| loaded.created).count(), 1);
        assert!(all.iter().all(|loaded| loaded.value == all[0].value));
    }

    #[test]
    fn where_no_secret_can_be_made_no_file_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let error = load_or_create(&path, || Err(fmt::Error)).unwrap_err();
        assert!(matches!(error, SecretFileError::Content { .. }));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_directory_is_an_error_that_names_the_file() {
        let error = load_or_create(Path::new("no/such/directory/key"), text("one")).unwrap_err();
        assert!(
            error.to_string().contains("no/such/directory/key"),
            "{error}"
        );
    }
}
