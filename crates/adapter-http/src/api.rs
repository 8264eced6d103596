//! What every handler works with.

use crate::{
    HttpSettings, RequestMetrics, Traces, idempotency,
    problem::{Code, Problem},
    wire::CursorScope,
};
use actix_web::{HttpRequest, rt, web::Data};
use application::{App, error::Error};
use domain::{idempotency::IdempotencyKey, ports::IdGenerator};
use serde_json::Value;
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use tokio::time::timeout;
use tracing::Instrument;
use uuid::Uuid;

/// The REST API, before it is mounted.
pub struct Api {
    /// The use cases.
    pub app: Arc<App>,
    /// What the operator set.
    pub settings: HttpSettings,
    /// Key of the MACs of cursors; every instance that serves the same clients needs the same one.
    pub cursor_key: [u8; 32],
    /// The key set at `/.well-known/jwks.json` (RFC 7517); public keys only.
    pub jwks: Value,
    /// Request metrics.
    pub metrics: Arc<dyn RequestMetrics>,
    /// Distributed traces; none when nobody collects them.
    pub traces: Option<Arc<dyn Traces>>,
    /// Makes request ids.
    pub ids: Arc<dyn IdGenerator>,
    /// Set when the server is about to stop: from then on `/readyz` says that it is not ready.
    pub draining: Arc<AtomicBool>,
}

impl Api {
    /// The API that serves a request.
    pub(crate) fn of(request: &HttpRequest) -> &Data<Self> {
        request
            .app_data()
            .expect("every application but the one that waits gives its Api to every request")
    }

    /// Carries out a use case in a task of its own: a client that goes away cannot drop it halfway, and a panic in it
    /// ends nothing else.
    ///
    /// # Errors
    /// The use case's own, 503 after the deadline (the use case goes on), 500 after a panic.
    pub(crate) async fn run<T: 'static>(
        &self,
        work: impl AsyncFnOnce(Arc<App>) -> Result<T, Error> + 'static,
    ) -> Result<T, Problem> {
        let app = self.app.clone();
        let task = rt::spawn(async move { work(app).await }.in_current_span());
        match timeout(self.settings.handler_deadline, task).await {
            Ok(Ok(result)) => Ok(result?),
            Ok(Err(gone)) => {
                // The panic's message may hold anything; the panic hook is where it is told.
                tracing::error!(panic = gone.is_panic(), "a use case did not return");
                Err(Code::InternalError.into())
            }
            Err(_) => {
                tracing::warn!("a use case took longer than the handler deadline");
                Err(Code::HandlerTimeout.into())
            }
        }
    }

    /// Carries out a use case in a task of its own, and waits for it so long at most. It goes on without whoever asked;
    /// what goes wrong is logged.
    pub(crate) async fn run_for<T: 'static>(
        &self,
        patience: Duration,
        work: impl AsyncFnOnce(Arc<App>) -> Result<T, Error> + 'static,
    ) -> Option<T> {
        let app = self.app.clone();
        let task = async move { work(app).await.map_err(Problem::from).ok() };
        let done = timeout(patience, rt::spawn(task.in_current_span()));
        done.await.ok()?.ok()?
    }

    /// The cursors of a list that belongs to an organisation or a user.
    pub(crate) fn cursors(&self, list: &'static str, owner: Uuid) -> CursorScope {
        CursorScope::new(&self.cursor_key, list, owner)
    }

    /// Ties an idempotency key, if there is one, to a `POST` of a valid body on a canonical path.
    pub(crate) fn bind(
        &self,
        key: Option<String>,
        path: &str,
        body: &Value,
    ) -> Option<IdempotencyKey> {
        key.map(|key| idempotency::bind(key, path, body, self.settings.idempotency_keep))
    }

    /// Where a path is to be found from outside.
    pub(crate) fn located(&self, path: &str) -> String {
        format!("{}{path}", self.settings.base_path)
    }
}
