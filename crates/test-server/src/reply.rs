use serde_json::Value;
use std::{fs, path::PathBuf};
use ureq::http;

/// More than any answer has.
const MAX_BODY: u64 = 64 * 1024 * 1024;

/// The answer to one request.
#[derive(Clone, Debug)]
pub struct Reply {
    what: String,
    log: PathBuf,
    /// The HTTP status.
    pub status: u16,
    /// The headers in order, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Reads the whole answer.
    ///
    /// # Errors
    /// When the body ends early.
    pub(crate) fn read(
        what: String,
        log: PathBuf,
        answer: http::Response<ureq::Body>,
    ) -> Result<Self, ureq::Error> {
        let (head, mut body) = answer.into_parts();
        let text =
            |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)));
        Ok(Self {
            status: head.status.as_u16(),
            headers: headers.collect(),
            body: body.with_config().limit(MAX_BODY).read_to_vec()?,
            what,
            log,
        })
    }

    /// Demands this status.
    ///
    /// # Panics
    /// With the answer and what the log says about it when the status is another one.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected {status}, got {self}");
        self
    }

    /// The value of a header; of several with this name the first one.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self
            .headers
            .iter()
            .filter(|(found, _)| found.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self}"))
    }

    /// A text in the body, by its JSON pointer.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn string(&self, pointer: &str) -> String {
        let body = self.json();
        let found = body.pointer(pointer).and_then(Value::as_str);
        found
            .unwrap_or_else(|| panic!("no text {pointer} in {self}"))
            .to_owned()
    }

    /// The `items` of a list.
    ///
    /// # Panics
    /// When the body is no list.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        let body = self.json();
        body["items"]
            .as_array()
            .unwrap_or_else(|| panic!("no items in {self}"))
            .clone()
    }

    /// The lines of the server's log about this request.
    pub fn log(&self) -> Vec<String> {
        let Some(id) = self.header("X-Request-ID") else {
            return Vec::new();
        };
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        log.lines()
            .filter(|line| line.contains(id))
            .map(str::to_owned)
            .collect()
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} for {}: {}", self.status, self.what, self.text())?;
        self.log()
            .iter()
            .try_for_each(|line| write!(f, "\n  log: {line}"))
    }
}
