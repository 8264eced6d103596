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
            Some(found) => {
                let encoded = TextEncoder::new()
                    .encode_to_string(std::slice::from_ref(found))
                    .expect("a gathered family has a name and series");
                for line in encoded.lines() {
                    push_line(&mut text, line);
                }
            }
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

/// Writes a line of the encoder in the contract's spelling, which clients compare as text: numbers have a decimal
/// point, and in buckets `le` is the first label.
fn push_line(text: &mut String, line: &str) {
    let sample = line.rsplit_once(' ').filter(|_| !line.starts_with('#'));
    if let Some((series, value)) = sample {
        match bucket(series) {
            Some((name, labels, bound)) => {
                text.extend([name, "{le=\"", bound, point(bound), "\",", labels, "}"]);
            }
            None => text.push_str(series),
        }
        text.extend([" ", value, point(value)]);
    } else {
        text.push_str(line);
    }
    text.push('\n');
}

/// The name of a bucket's series, its labels without `le`, which the encoder writes last, and the bound.
fn bucket(series: &str) -> Option<(&str, &str, &str)> {
    let (name, labels) = series.split_once('{')?;
    let (labels, bound) = labels.strip_suffix("\"}")?.rsplit_once(",le=\"")?;
    name.ends_with("_bucket").then_some((name, labels, bound))
}

/// What a number lacks to be written with a decimal point.
fn point(number: &str) -> &'static str {
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        ".0"
    } else {
        ""
    }
}

const fn type_name(kind: MetricType) -> &'static str {
    match kind {
        MetricType::COUNTER => "counter",
        MetricType::HISTOGRAM => "histogram",
        _ => "gauge",
    }
}
