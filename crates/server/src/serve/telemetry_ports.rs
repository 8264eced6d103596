//! What the API reports about requests, handed to telemetry.

use adapter_http::{RequestMetrics, Traces};
use adapter_telemetry::{
    Metrics,
    metrics::{CONTENT_TYPE, Shed},
    tracing_export,
};
use tracing::Span;

/// Request metrics.
pub(super) struct HttpMetrics(pub(super) Metrics);

impl RequestMetrics for HttpMetrics {
    fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.0.request(method, route, status, seconds);
    }

    fn shed(&self, reason: &'static str) {
        self.0.shed(match reason {
            "hashing" => Shed::Hashing,
            "deadline" => Shed::Deadline,
            _ => Shed::Pool,
        });
    }

    fn render(&self) -> String {
        self.0.render()
    }

    fn content_type(&self) -> &'static str {
        CONTENT_TYPE
    }
}

/// Distributed traces.
pub(super) struct HttpTraces;

impl Traces for HttpTraces {
    fn begin(&self, span: &Span, traceparent: Option<&str>) {
        if let Some(traceparent) = traceparent {
            tracing_export::continue_trace(span, traceparent);
        }
    }

    fn end(&self, span: &Span, method: &str, route: &str, status: u16) {
        tracing_export::finish(span, method, route, status);
    }
}
