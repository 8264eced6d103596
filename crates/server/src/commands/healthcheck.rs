//! `healthcheck`: one request to the running server, for containers that have no other client.

use crate::config::Settings;
use anyhow::{Context, ensure};
use std::{
    io::{Read, Write},
    net::TcpStream,
    process::ExitCode,
    time::Duration,
};

const TIMEOUT: Duration = Duration::from_secs(3);

/// Succeeds when the configured server answers `GET /healthz` with 200.
///
/// # Errors
/// When it does not.
pub fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let http = &settings.http;
    // A wildcard address is listened on, not connected to.
    let host = match http.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" | "[::]" => "::1",
        host => host,
    };
    let mut stream = TcpStream::connect((host, http.port)).context("nothing is listening")?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let path = format!("{}/healthz", http.base_path);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = [0; 12];
    stream
        .read_exact(&mut answer)
        .context("the server does not answer")?;
    ensure!(answer.ends_with(b" 200"), "the server is not healthy");
    println!("healthy");
    Ok(ExitCode::SUCCESS)
}
