//! A session that stays open, and with it what its statements hold.

use crate::{PrivatePostgres, StartError};
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

/// What the session prints once its statements are through.
const THROUGH: &str = "every statement is through";

/// An open session; when this is dropped it ends, and an open transaction in it is rolled back.
#[derive(Debug)]
pub struct Session(Child);

impl PrivatePostgres {
    /// Runs statements in a session that stays open.
    ///
    /// # Panics
    /// When the server refuses one of them.
    pub fn session(&self, url: &str, statements: &str) -> Session {
        let open = || -> Result<Session, StartError> {
            let mut child = Command::new(self.psql.program())
                .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .map_err(StartError::io("cannot run psql"))?;
            let input = child.stdin.as_mut().expect("it is piped");
            let script = format!("{statements};\n\\echo {THROUGH}\n");
            input
                .write_all(script.as_bytes())
                .and_then(|()| input.flush())
                .map_err(StartError::io("cannot write to psql"))?;
            Ok(Session(child))
        };
        let mut session = open().unwrap_or_else(|error| panic!("{error}"));
        let output = BufReader::new(session.0.stdout.as_mut().expect("it is piped"));
        let through = output
            .lines()
            .any(|line| line.is_ok_and(|line| line == THROUGH));
        assert!(through, "the server refused: {statements}");
        session
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The end of its input ends it, in order.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
