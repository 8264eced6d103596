//! What can be reached from outside, and what is told there.

use super::{CheckItem, Outcome};
use crate::config::Settings;
use adapter_telemetry::LogLevel;
use domain::network::Cidr;
use std::net::{IpAddr, SocketAddr};

/// Largest body that production accepts: 32 MiB.
const MOST_BODY_BYTES: usize = 32 << 20;

pub(super) fn items(settings: &Settings) -> Vec<CheckItem> {
    let http = &settings.http;
    let insecure = http
        .public_url
        .as_deref()
        .is_some_and(|url| !url.starts_with("https://"));
    let everyone = http
        .trusted_proxies
        .iter()
        .filter_map(|block| block.parse().ok())
        .any(|block: Cidr| block.is_everything());
    let public_metrics = http.metrics_enabled && http.metrics_listen.is_none();
    let admin = settings.admin.listen.as_deref();
    let open_admin = admin.is_some_and(|listen| {
        listen
            .parse()
            .is_ok_and(|address: SocketAddr| address.ip().is_unspecified())
    });
    let large = http.max_body_bytes.max(http.max_auth_body_bytes) > MOST_BODY_BYTES;
    let verbose = matches!(settings.log.level, LogLevel::Debug | LogLevel::Trace);
    vec![
        CheckItem::new(
            "public-url",
            "the public URL is https",
            "http.public_url",
            Outcome::fail_when(insecure, "is not https"),
        ),
        CheckItem::new(
            "open-listener",
            "an open listener is behind a known proxy",
            "http.trusted_proxies",
            Outcome::fail_when(
                is_open(&http.host) && http.trusted_proxies.is_empty(),
                "is empty while http.host listens on every address",
            ),
        ),
        CheckItem::new(
            "narrow-proxies",
            "not everyone is a trusted proxy",
            "http.trusted_proxies",
            Outcome::fail_when(everyone, "trusts every address"),
        ),
        CheckItem::new(
            "docs",
            "no documentation page",
            "http.docs_enabled",
            Outcome::fail_when(settings.docs_enabled(), "is on"),
        ),
        CheckItem::new(
            "metrics",
            "metrics are not public",
            "http.metrics_listen",
            Outcome::fail_when(
                public_metrics,
                "is unset, so /metrics is on the public listener",
            ),
        ),
        CheckItem::new(
            "admin-listener",
            "operators are not served on every address",
            "admin.listen",
            if open_admin {
                Outcome::Warn("listens on every address".to_owned())
            } else {
                Outcome::Pass
            },
        ),
        CheckItem::new(
            "body-limit",
            "bodies of 32 MiB at most",
            "http.max_body_bytes",
            Outcome::fail_when(large, "is more than 32 MiB"),
        ),
        CheckItem::new(
            "log-level",
            "no debugging output",
            "log.level",
            Outcome::fail_when(verbose, "is DEBUG or TRACE"),
        ),
    ]
}

fn is_open(host: &str) -> bool {
    host.parse()
        .is_ok_and(|address: IpAddr| address.is_unspecified())
}
