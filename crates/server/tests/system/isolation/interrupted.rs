//! Runs that do not come to their end.

use super::{assert_alone, command, organisations, probe};
use crate::support::{builder, on_both};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};
use test_server::{Database, TestServer, World};

/// Starts a run, and waits until it has begun to probe.
fn begun(server: &TestServer) -> (Child, impl Read + use<>) {
    let mut child = command(server, &["doctor", "--isolation"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    lines.read_line(&mut first).unwrap();
    assert!(first.starts_with("pool: "), "{first}");
    (child, lines)
}

fn a_run_that_is_stopped_cleans_up(database: &Database) {
    let server = builder(database).start();
    let world = World::new(&server, "bystander");
    let (mut child, mut rest) = begun(&server);
    let kill = format!("kill -INT {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );
    let mut printed = String::new();
    rest.read_to_string(&mut printed).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{printed}");
    assert!(printed.ends_with("saas-api: stopped\n"), "{printed}");
    assert_alone(&server, &world);
}

fn what_a_killed_run_leaves_goes_with_the_next_one(database: &Database) {
    let server = builder(database).start();
    let world = World::new(&server, "bystander");
    let (mut child, _rest) = begun(&server);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(organisations(&server).len() > 1);
    let (code, report) = probe(&server);
    assert_eq!(code, Some(0), "{report:#}");
    assert_alone(&server, &world);
}

on_both!(
    a_run_that_is_stopped_cleans_up,
    what_a_killed_run_leaves_goes_with_the_next_one,
);
