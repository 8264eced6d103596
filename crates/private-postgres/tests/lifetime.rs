//! The server must not outlive the process that started it.

use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The program, once it has printed its URL, and the address that it serves.
fn started() -> (Child, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_private-postgres"))
        .env_remove("TEST_POSTGRES_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program was built with this test");
    let mut url = String::new();
    let stdout = program.stdout.take().expect("stdout is piped");
    BufReader::new(stdout)
        .read_line(&mut url)
        .expect("a line of text");
    let address = url
        .split(['@', '/'])
        .nth(3)
        .expect("a URL with an address")
        .to_owned();
    assert!(TcpStream::connect(&address).is_ok(), "{address}");
    (program, address)
}

fn stops_serving(address: &str) -> bool {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if TcpStream::connect(address).is_err() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

#[test]
fn a_killed_process_takes_its_server_with_it() {
    let (mut program, address) = started();
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(stops_serving(&address));
}

#[test]
fn closing_standard_input_ends_program_and_server() {
    let (mut program, address) = started();
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    assert!(TcpStream::connect(&address).is_err());
}

#[test]
fn an_unknown_argument_is_refused_with_the_usage() {
    let output = Command::new(env!("CARGO_BIN_EXE_private-postgres"))
        .arg("--fast")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage:"));
}
