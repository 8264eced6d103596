//! Exchanges that no HTTP client would begin.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

/// Longer than any deadline of the server itself.
const LIMIT: Duration = Duration::from_secs(30);

/// Sends these bytes and gives back what comes until the server closes the connection.
///
/// # Panics
/// When the connection fails before anything was answered.
pub fn exchange(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    try_exchange(address, request)
        .unwrap_or_else(|error| panic!("no answer from {address}: {error}"))
}

/// As [`exchange`], with the failure.
///
/// # Errors
/// When there is no connection, or it fails before anything was answered.
pub fn try_exchange(address: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(address)?;
    // A server that has refused already may have closed its side.
    let sent = stream.write_all(request);
    let mut answer = Vec::new();
    match (stream.read_to_end(&mut answer), sent) {
        (Err(error), _) | (_, Err(error)) if answer.is_empty() => Err(error),
        _ => Ok(answer),
    }
}

/// As [`exchange`], with our side of the connection closed after sending.
///
/// # Errors
/// When the connection fails before anything was answered.
pub fn half_closed(address: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(address)?;
    stream.write_all(request)?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The status of an answer; `None` when it is no HTTP.
pub fn status(answer: &[u8]) -> Option<u16> {
    let line = answer
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| answer.strip_prefix(b"HTTP/1.0 "))?;
    std::str::from_utf8(line.get(..3)?).ok()?.parse().ok()
}

/// A connection with time-outs, to be used freely.
///
/// # Errors
/// When there is no connection.
pub fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
