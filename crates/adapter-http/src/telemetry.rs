//! What the server's telemetry has to offer to the REST API.

use tracing::Span;

/// Request metrics and the page they are scraped from.
pub trait RequestMetrics: Send + Sync {
    /// Counts a request that was answered. `route` is the template without the base path, or `unmatched`; `method` is
    /// upper-case, or `other` for a word that HTTP does not know, so that neither grows without bounds.
    fn request(&self, method: &str, route: &str, status: u16, seconds: f64);

    /// Counts a request that was turned away with 503: `hashing`, `storage` or `deadline`.
    fn shed(&self, reason: &'static str);

    /// All metrics, as `/metrics` shows them.
    fn render(&self) -> String;

    /// The content type of that page.
    fn content_type(&self) -> &'static str;
}

/// Distributed traces, where they are collected.
pub trait Traces: Send + Sync {
    /// A request begins; `traceparent` is the header of that name (W3C Trace Context), as it was sent.
    fn begin(&self, span: &Span, traceparent: Option<&str>);

    /// The request was answered; method and route as in [`RequestMetrics::request`].
    fn end(&self, span: &Span, method: &str, route: &str, status: u16);
}
