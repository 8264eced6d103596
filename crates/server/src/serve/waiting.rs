//! What is served while the database cannot be reached: alive, not ready.

use crate::config::Settings;
use actix_web::{
    App, HttpResponse, HttpServer,
    dev::{Server, ServerHandle},
    http::header::RETRY_AFTER,
    web,
};
use serde_json::json;
use std::{net::TcpListener, time::Duration};

/// How long to wait before the database is tried again.
pub(super) struct BackOff(Duration);

/// See [`BackOff`].
pub(super) const BACK_OFF: BackOff = BackOff(Duration::from_millis(500));

impl BackOff {
    pub(super) async fn elapsed(&self) {
        tokio::time::sleep(self.0).await;
    }
}

/// The stand-in server.
pub(super) struct Waiting(ServerHandle);

impl Waiting {
    pub(super) fn serve(settings: &Settings, listener: TcpListener) -> std::io::Result<Self> {
        let base_path = settings.http.base_path.clone();
        let alive = json!({
            "status": "ok",
            "app_name": settings.app.name,
            "version": settings.app.version,
            "environment": settings.environment,
        });
        let server: Server = HttpServer::new(move || {
            let alive = alive.clone();
            let healthz = move || std::future::ready(HttpResponse::Ok().json(&alive));
            App::new()
                .route(&format!("{base_path}/healthz"), web::get().to(healthz))
                .default_service(web::to(not_ready))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)?
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self(handle))
    }

    pub(super) async fn stop(self) {
        self.0.stop(true).await;
    }
}

async fn not_ready() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, "1"))
        .content_type("application/problem+json")
        .body(
            json!({
                "type": "urn:saas-api:problem:storage-unavailable",
                "title": "Service Unavailable",
                "status": 503,
                "code": "STORAGE_UNAVAILABLE",
                "detail": "storage is unavailable",
            })
            .to_string(),
        )
}
