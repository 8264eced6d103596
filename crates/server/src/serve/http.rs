//! The HTTP server around the API.

use super::{
    signals,
    telemetry_ports::{HttpMetrics, HttpTraces},
};
use crate::{compose::Composition, config::Settings};
use actix_web::{
    HttpServer,
    dev::{Server, ServerHandle},
};
use adapter_http::{Api, HttpSettings, RequestMetrics};
use adapter_telemetry::Metrics;
use anyhow::Context;
use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How long `/readyz` says "not ready" before the listener closes, so that an orchestrator sends nothing any more.
const PRE_DRAIN: Duration = Duration::from_secs(2);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Serves until a signal, then lets running requests finish.
pub(super) async fn serve(
    settings: &Settings,
    composition: &Composition,
    metrics: Metrics,
    listener: TcpListener,
) -> anyhow::Result<()> {
    let api = Arc::new(api(settings, composition, metrics)?);
    let http = &settings.http;
    let server = public(settings, api.clone(), listener)?;
    if let Some(address) = &http.metrics_listen {
        let private = api.clone();
        let server = HttpServer::new(move || adapter_http::metrics_only(private.clone()))
            .workers(1)
            .disable_signals()
            .bind(address)
            .with_context(|| format!("cannot listen on {address} for metrics"))?
            .run();
        tokio::spawn(server);
    }
    if let Some(address) = &settings.admin.listen {
        let private = api.clone();
        let server = HttpServer::new(move || adapter_http::admin_only(private.clone()))
            .workers(1)
            .client_request_timeout(Duration::from_secs(http.header_read_seconds))
            .disable_signals()
            .bind(address)
            .with_context(|| format!("cannot listen on {address} for operators"))?
            .run();
        tokio::spawn(server);
    }
    tokio::spawn(stop_on_signal(server.handle(), api.draining.clone()));
    Ok(server.await?)
}

/// The server of the API itself, which runs when it is polled.
pub fn public(
    settings: &Settings,
    api: Arc<Api>,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let http = &settings.http;
    let workers = http.workers.map_or_else(cores, usize::from);
    let server = HttpServer::new(move || adapter_http::application(api.clone()))
        .workers(workers)
        .backlog(BACKLOG)
        .max_connections((http.max_connections as usize).div_ceil(workers))
        .keep_alive(Duration::from_secs(http.keep_alive_seconds))
        .client_request_timeout(Duration::from_secs(http.header_read_seconds))
        .shutdown_timeout(http.shutdown_seconds)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// The first signal drains, a second one ends the process at once.
async fn stop_on_signal(server: ServerHandle, draining: Arc<AtomicBool>) {
    let stop = signals::next().await;
    tracing::info!("stopping");
    draining.store(true, Ordering::Relaxed);
    tokio::spawn(async {
        signals::stop().await;
        tracing::warn!("stopped at once by a second signal");
        std::process::exit(1);
    });
    if stop == signals::Stop::Terminate {
        tokio::time::sleep(PRE_DRAIN).await;
    }
    server.stop(true).await;
}

/// Everything that the API is made of.
pub fn api(
    settings: &Settings,
    composition: &Composition,
    metrics: Metrics,
) -> anyhow::Result<Api> {
    let metrics: Arc<dyn RequestMetrics> = Arc::new(HttpMetrics(metrics));
    let traced = settings.telemetry.otlp_endpoint.is_some();
    Ok(Api {
        app: composition.app.clone(),
        settings: http_settings(settings)?,
        cursor_key: composition.cursor_key,
        jwks: composition.key_set.clone(),
        metrics,
        traces: traced.then(|| Arc::new(HttpTraces) as _),
        ids: composition.ids.clone(),
        draining: Arc::default(),
    })
}

/// The part of the settings that the API itself needs.
pub fn http_settings(settings: &Settings) -> anyhow::Result<HttpSettings> {
    let http = &settings.http;
    let trusted = http.trusted_proxies.iter().map(|block| block.parse());
    Ok(HttpSettings {
        app_name: settings.app.name.clone(),
        app_version: settings.app.version.clone(),
        environment: settings.environment.clone(),
        database_name: settings.database.url.target().name(),
        base_path: http.base_path.clone(),
        docs_enabled: settings.docs_enabled(),
        sign_up: settings.sign_up(),
        metrics_enabled: http.metrics_enabled && http.metrics_listen.is_none(),
        trusted_proxies: trusted
            .collect::<Result<_, _>>()
            .context("http.trusted_proxies")?,
        max_body_bytes: http.max_body_bytes,
        max_auth_body_bytes: http.max_auth_body_bytes,
        body_deadline: Duration::from_secs(http.body_seconds),
        handler_deadline: Duration::from_secs(http.handler_seconds),
        idempotency_keep: Duration::from_secs(u64::from(settings.idempotency.keep_hours) * 3600),
        hsts: http
            .public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://")),
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
