//! What is served while the database cannot be reached.

use super::http_settings;
use crate::config::Settings;
use actix_web::{HttpServer, dev::ServerHandle};
use adapter_http::Waiting;
use adapter_local::ambient::UuidV7;
use std::{net::TcpListener, sync::Arc};

/// The stand-in server.
pub(super) struct StandIn(ServerHandle);

impl StandIn {
    pub(super) fn serve(settings: &Settings, listener: TcpListener) -> anyhow::Result<Self> {
        let waiting = Arc::new(Waiting {
            settings: http_settings(settings)?,
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
