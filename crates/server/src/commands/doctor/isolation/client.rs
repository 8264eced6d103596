//! A client that keeps every byte of an answer, and one connection for each request.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Longer than any deadline of the server itself.
const LIMIT: Duration = Duration::from_mins(1);

/// A request, to be sent.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// The path without the base path, with its query.
    pub(super) target: String,
    /// A header with the caller's credential.
    pub(super) credential: (&'static str, String),
    /// The media type and the bytes.
    pub(super) body: Option<(String, String)>,
}

impl Request {
    /// Whether the text is anywhere in it.
    pub(super) fn names(&self, text: &str) -> bool {
        let body = self.body.as_ref().map_or("", |(_, body)| body);
        self.target.contains(text) || body.contains(text)
    }

    fn head(&self, base: &str) -> String {
        let Self { method, target, .. } = self;
        let (name, credential) = &self.credential;
        let body = self.body.as_ref();
        let media_type = body.map_or(String::new(), |(media_type, _)| {
            format!("Content-Type: {media_type}\r\n")
        });
        let length = body.map_or(0, |(_, body)| body.len());
        format!(
            "{method} {base}{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             {name}: {credential}\r\n{media_type}Content-Length: {length}\r\n\r\n"
        )
    }
}

/// Sends a request to what is mounted at `base`, and reads until the server closes the connection.
pub(super) fn exchange(address: SocketAddr, base: &str, request: &Request) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let body = request.body.as_ref().map_or("", |(_, body)| body);
    stream.write_all((request.head(base) + body).as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}
