use crate::{Reply, TestServer};
use serde_json::Value;
use std::net::SocketAddr;
use ureq::http;

/// One request, to be sent.
#[must_use]
#[derive(Clone, Debug)]
pub struct Call<'a> {
    server: &'a TestServer,
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        server: &'a TestServer,
        address: SocketAddr,
        method: &str,
        target: &str,
    ) -> Self {
        Self {
            server,
            address,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds a header, in addition to one of the same name.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Adds `Authorization: Bearer`.
    pub fn bearer(self, credential: impl AsRef<str>) -> Self {
        self.header("Authorization", format!("Bearer {}", credential.as_ref()))
    }

    /// Adds `Idempotency-Key`.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// Sets a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// Sets a body that claims to be JSON.
    pub fn text(self, body: &str) -> Self {
        self.header("Content-Type", "application/json").bytes(body)
    }

    /// Sets a body without saying what it is.
    pub fn bytes(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Some(body.as_ref().to_vec());
        self
    }

    /// Sends the request.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn send(self) -> Reply {
        let what = format!("{} {}", self.method, self.target);
        self.attempt()
            .unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Sends the request, and demands this status.
    ///
    /// # Panics
    /// With the answer and what the log says about it when the status is another one.
    pub fn expect(self, status: u16) -> Reply {
        self.send().expect(status)
    }

    /// Sends the request and reads its answer, if there is one.
    ///
    /// # Errors
    /// When the connection fails, before the answer or in it.
    pub fn attempt(self) -> Result<Reply, ureq::Error> {
        let what = format!("{} {}", self.method, self.target);
        let log = self.server.log_path();
        Reply::read(what, log, self.try_send()?)
    }

    fn try_send(self) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let agent = self.server.agent();
        let uri = format!("http://{}{}", self.address, self.target);
        let mut request = http::Request::builder()
            .method(self.method.as_str())
            .uri(uri);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        match self.body {
            Some(body) => agent.run(request.body(body)?),
            // Without any body the client would announce a chunked one for these methods.
            None if ["POST", "PUT", "PATCH"].contains(&self.method.as_str()) => {
                agent.run(request.body(Vec::new())?)
            }
            None => agent.run(request.body(())?),
        }
    }
}
