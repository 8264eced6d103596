//! What an operator can say about the HTTP side.

use crate::Cidr;
use std::time::Duration;

/// Settings of the REST API.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Name of the application, as `/healthz` and the API document show it.
    pub app_name: String,
    /// Version of the application, likewise.
    pub app_version: String,
    /// Name of the environment, as `/healthz` shows it.
    pub environment: String,
    /// What `/readyz` calls the database: `PostgreSQL` or `SQLite`.
    pub database_name: &'static str,
    /// Prefix of every path, such as `/api/v1`; empty for none. Begins with a slash and does not end with one.
    pub base_path: String,
    /// Whether `/docs`, `/redoc` and `/openapi.json` are served.
    pub docs_enabled: bool,
    /// Whether anyone may sign up for an organisation at `POST /tenants`.
    pub sign_up: bool,
    /// Whether `/metrics` is served on this listener.
    pub metrics_enabled: bool,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Largest request body, in bytes.
    pub max_body_bytes: usize,
    /// Largest body of a registration or a login, in bytes.
    pub max_auth_body_bytes: usize,
    /// How long a whole body may take to arrive.
    pub body_deadline: Duration,
    /// How long a use case may take before the client is told to try again. The use case itself goes on.
    pub handler_deadline: Duration,
    /// How long the outcome of a request with an idempotency key is kept.
    pub idempotency_keep: Duration,
    /// Whether to promise that only HTTPS is spoken (RFC 6797); only right behind TLS.
    pub hsts: bool,
}
