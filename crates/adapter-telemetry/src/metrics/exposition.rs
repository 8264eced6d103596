//! The Prometheus text format.

use super::families;
use prometheus::{
    TextEncoder,
    proto::{MetricFamily, MetricType},
};
use std::fmt::Write;

/// The `Content-Type` of [`super::Metrics::render`].
pub const CONTENT_TYPE: &str = "text/plain; version=1.0.0; charset=utf-8";

/// All families by name; one without a series yet shows its HELP and TYPE lines.
pub(super) fn render(gathered: &[MetricFamily]) -> String {
    let mut text = String::with_capacity(16 * 1024);
    for family in families::ALL {
        match gathered.iter().find(|found| found.name() == family.name) {
            Some(found) => TextEncoder::new()
                .encode_utf8(std::slice::from_ref(found), &mut text)
                .expect(
                    "a gathered family has a name and series, and writing to a string cannot fail",
                ),
            None => writeln!(
                text,
                "# HELP {name} {help}\n# TYPE {name} {kind}",
                name = family.name,
                help = family.help,
                kind = type_name(family.kind)
            )
            .expect("writing to a string cannot fail"),
        }
    }
    text
}

const fn type_name(kind: MetricType) -> &'static str {
    match kind {
        MetricType::COUNTER => "counter",
        MetricType::HISTOGRAM => "histogram",
        _ => "gauge",
    }
}
