//! A connection on which anything can be sent, and several answers can be read.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};
use test_server::raw;

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The status line and the headers, in lower case.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// One connection.
#[derive(Debug)]
pub struct Wire {
    /// The socket itself.
    pub stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// Connects.
    ///
    /// # Panics
    /// When nobody listens.
    pub fn connect(address: SocketAddr) -> Self {
        Self {
            stream: raw::connect(address).expect("the server listens"),
            read: Vec::new(),
        }
    }

    /// Sends bytes; a server that has refused already may have closed its side.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Reads one answer with a body of known length; `None` when the connection is closed or fails.
    pub fn answer(&mut self) -> Option<Answer> {
        let mut chunk = [0; 16 * 1024];
        loop {
            if let Some((answer, length)) = parse(&self.read) {
                self.read.drain(..length);
                return Some(answer);
            }
            match self.stream.read(&mut chunk) {
                Ok(count) if count > 0 => self.read.extend_from_slice(&chunk[..count]),
                _ => return None,
            }
        }
    }

    /// Whether nothing has come, not even the end of the connection.
    pub fn is_silent(&mut self) -> bool {
        let nonblocking = |stream: &TcpStream, on| stream.set_nonblocking(on).is_ok();
        assert!(nonblocking(&self.stream, true));
        let peeked = self.stream.peek(&mut [0]);
        assert!(nonblocking(&self.stream, false));
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Whether the server closes the connection within this time; what it still sends is dropped.
    pub fn is_closed_within(&mut self, limit: Duration) -> bool {
        self.stream
            .set_read_timeout(Some(limit))
            .expect("the limit is not zero");
        let mut rest = [0; 4096];
        loop {
            match self.stream.read(&mut rest) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() == io::ErrorKind::ConnectionReset,
            }
        }
    }
}

fn parse(buffer: &[u8]) -> Option<(Answer, usize)> {
    let status = raw::status(buffer)?;
    let end = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let mut answer = Answer {
        status,
        head,
        body: String::new(),
    };
    let length = answer
        .header("content-length")
        .map_or(Some(0), |length| length.parse().ok())?;
    let body = buffer.get(end..end + length)?;
    answer.body = String::from_utf8_lossy(body).into_owned();
    Some((answer, end + length))
}

/// The beginning of a request up to the blank line, which the caller adds with what is to come before it.
pub fn head(method: &str, target: &str, token: &str) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    )
}
