//! Why there is no server.

use std::{fmt, io};

/// Why no server could be started or reached; one line that says what to do.
#[derive(Debug)]
pub enum StartError {
    /// No PostgreSQL of a supported version is installed.
    NotInstalled {
        /// The programs that were looked for.
        programs: &'static str,
    },
    /// A program could not be run, or the file system refused.
    Io {
        /// What was being done.
        action: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A program of PostgreSQL ended with an error.
    Failed {
        /// Which program.
        program: String,
        /// The last lines that it printed.
        output: String,
    },
}

impl StartError {
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }

    /// Keeps the last lines of `output`: the reason is at the end of a server log.
    pub(crate) fn failed(program: &str, output: &str) -> Self {
        let mut lines: Vec<_> = output.lines().rev().take(5).map(str::trim).collect();
        lines.reverse();
        Self::Failed {
            program: program.to_owned(),
            output: lines.join(" | "),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled { programs } => write!(
                f,
                "PostgreSQL 15 or later was not found ({programs} on PATH or in /usr/lib/postgresql/*/bin): \
                 run `apt-get install postgresql`, or set {} to a running server",
                crate::URL_VARIABLE
            ),
            Self::Io { action, source } => write!(f, "{action}: {source}"),
            Self::Failed { program, output } => write!(f, "{program} failed: {output}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::NotInstalled { .. } | Self::Failed { .. } => None,
        }
    }
}
