//! The listener and its limits.

use super::error::{ConfigError, not_blank, require, within};
use domain::network::Cidr;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use url::Url;

const METRICS_LISTEN: &str = "http.metrics_listen";

/// The section `http`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// Address or name to listen on.
    pub host: String,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Path under which everything is mounted: empty, or like `/api/v1`.
    pub base_path: String,
    /// Whether the documentation page is served; see [`super::Settings::docs_enabled`].
    pub docs_enabled: Option<bool>,
    /// Addresses or CIDR blocks whose forwarded headers are believed.
    pub trusted_proxies: Vec<String>,
    /// The URL under which clients reach the service.
    pub public_url: Option<String>,
    /// Worker threads; unset means one a core.
    pub workers: Option<u16>,
    /// Open connections over all workers.
    pub max_connections: u32,
    /// How long an idle connection is kept, in seconds.
    pub keep_alive_seconds: u64,
    /// Time to send the request head, in seconds.
    pub header_read_seconds: u64,
    /// Time to send the whole body, in seconds.
    pub body_seconds: u64,
    /// Time to answer, in seconds.
    pub handler_seconds: u64,
    /// Time for running requests to finish after SIGTERM, in seconds.
    pub shutdown_seconds: u64,
    /// Largest body, in bytes.
    pub max_body_bytes: usize,
    /// Largest body of registration and login, in bytes.
    pub max_auth_body_bytes: usize,
    /// Whether `/metrics` is served at all.
    pub metrics_enabled: bool,
    /// A listener of its own for `/metrics` (`127.0.0.1:9090`); unset serves it on the public one.
    pub metrics_listen: Option<String>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8000,
            base_path: String::new(),
            docs_enabled: None,
            trusted_proxies: Vec::new(),
            public_url: None,
            workers: None,
            max_connections: 10_000,
            keep_alive_seconds: 75,
            header_read_seconds: 5,
            body_seconds: 10,
            handler_seconds: 15,
            shutdown_seconds: 20,
            max_body_bytes: 1 << 20,
            max_auth_body_bytes: 16 << 10,
            metrics_enabled: true,
            metrics_listen: None,
        }
    }
}

impl HttpSettings {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        not_blank("http.host", &self.host)?;
        self.validate_addresses()?;
        if let Some(workers) = self.workers {
            within("http.workers", workers, 1..=1024)?;
        }
        within("http.max_connections", self.max_connections, 1..=1_000_000)?;
        within("http.keep_alive_seconds", self.keep_alive_seconds, 1..=3600)?;
        within(
            "http.header_read_seconds",
            self.header_read_seconds,
            1..=300,
        )?;
        within("http.body_seconds", self.body_seconds, 1..=3600)?;
        within("http.handler_seconds", self.handler_seconds, 1..=3600)?;
        within("http.shutdown_seconds", self.shutdown_seconds, 1..=3600)?;
        within("http.max_body_bytes", self.max_body_bytes, 1024..=1 << 30)?;
        within(
            "http.max_auth_body_bytes",
            self.max_auth_body_bytes,
            1024..=1 << 30,
        )
    }

    fn validate_addresses(&self) -> Result<(), ConfigError> {
        require(
            is_base_path(&self.base_path),
            "http.base_path",
            "must be empty or like /api/v1, without a slash at the end",
        )?;
        require(
            self.trusted_proxies
                .iter()
                .all(|block| block.parse::<Cidr>().is_ok()),
            "http.trusted_proxies",
            "must be IP addresses or CIDR blocks like 10.0.0.0/8, without bits behind the prefix",
        )?;
        require(
            self.public_url.as_deref().is_none_or(is_web_url),
            "http.public_url",
            "must be an http or https URL without credentials",
        )?;
        self.validate_metrics_listen()
    }

    fn validate_metrics_listen(&self) -> Result<(), ConfigError> {
        let Some(listen) = &self.metrics_listen else {
            return Ok(());
        };
        require(
            listen.parse::<SocketAddr>().is_ok(),
            METRICS_LISTEN,
            "must be an IP address and a port like 127.0.0.1:9090",
        )?;
        let public = format!("{}:{}", self.host, self.port);
        require(
            *listen != public,
            METRICS_LISTEN,
            "must differ from the public listener",
        )
    }
}

fn is_base_path(path: &str) -> bool {
    path.is_empty()
        || path.strip_prefix('/').is_some_and(|segments| {
            segments.split('/').all(|segment| {
                !segment.is_empty()
                    && !matches!(segment, "." | "..")
                    && segment
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
            })
        })
}

fn is_web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    })
}
