//! What is served while the database cannot be reached.

use super::http_settings;
use crate::config::{DatabaseTarget, Settings};
use actix_web::{HttpServer, dev::ServerHandle};
use adapter_http::Waiting;
use adapter_local::ambient::UuidV7;
use std::{net::TcpListener, sync::Arc, time::Duration};

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
pub(super) struct StandIn(ServerHandle);

impl StandIn {
    pub(super) fn serve(settings: &Settings, listener: TcpListener) -> anyhow::Result<Self> {
        let database = match settings.database.url.target() {
            DatabaseTarget::Sqlite(_) => "SQLite",
            DatabaseTarget::Postgres(_) => "PostgreSQL",
        };
        let waiting = Arc::new(Waiting {
            settings: http_settings(settings, database)?,
            ids: Arc::new(UuidV7),
        });
        let server = HttpServer::new(move || adapter_http::waiting(waiting.clone()))
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
