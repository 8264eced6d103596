//! The server's own application on a port of this machine, for as long as a run takes.

use crate::{compose::Composition, config::Settings, serve};
use actix_web::dev::ServerHandle;
use adapter_telemetry::Metrics;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
};

/// A running server.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    /// Starts it, with all that the configured one has but its address.
    ///
    /// # Errors
    /// When the settings cannot be served with, or there is no free port.
    pub(super) fn start(
        settings: &Settings,
        composition: &Composition,
        metrics: Metrics,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let api = serve::api(settings, composition, metrics)?;
        let server = serve::public(settings, Arc::new(api), listener)?;
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Ok(Self { address, handle })
    }

    pub(super) async fn stop(self) {
        self.handle.stop(false).await;
    }
}
