//! The composition root: the only place where ports meet their implementations.

mod identity;
mod rules;
mod schema;
mod storage;

pub use schema::{migrate, outstanding};
use storage::Storage;
pub use storage::{postgres_settings, unreachable, unsafe_role};

use crate::config::Settings;
use adapter_local::ambient::{SystemClock, UuidV7};
use adapter_telemetry::{Metrics, metrics::PoolConnections};
use anyhow::Context;
use application::{App, Ports};
use domain::ports::IdGenerator;
use std::{fs::DirBuilder, io, os::unix::fs::DirBuilderExt, path::Path, sync::Arc};

/// The application with what its surroundings need of its parts.
pub struct Composition {
    /// All use cases.
    pub app: Arc<App>,
    /// What they are built on.
    pub ports: Ports,
    /// Identifiers.
    pub ids: Arc<dyn IdGenerator>,
    /// Public keys of access tokens, as a JWK set.
    pub key_set: serde_json::Value,
    /// Authenticates pagination cursors.
    pub cursor_key: [u8; 32],
}

/// Creates a directory that only its owner can look into, where there is none: secrets and data go there.
fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Builds the application on the configured database.
///
/// # Errors
/// When the database cannot be opened, or a secret cannot be read or made.
pub async fn compose(settings: &Settings, metrics: &Metrics) -> anyhow::Result<Composition> {
    private_directory(&settings.secrets.data_dir).with_context(|| {
        format!(
            "the data directory {} cannot be created",
            settings.secrets.data_dir.display()
        )
    })?;
    let ids: Arc<dyn IdGenerator> = Arc::new(UuidV7);
    let storage = Storage::open(settings, ids.clone()).await?;
    let identity = identity::Identity::load(settings, ids.clone())?;

    let ports = Ports {
        store: storage.store(),
        clock: Arc::new(SystemClock),
        ids: ids.clone(),
        hasher: identity.hasher.clone(),
        issuer: identity.tokens.clone(),
        verifier: identity.tokens.clone(),
        mint: identity.mint,
        operator_mint: identity.operator_mint,
        bootstrap_mint: identity.bootstrap_mint,
        counters: Arc::new(metrics.clone()),
    };
    let hasher = identity.hasher;
    metrics.observe_hashing_queue(move || hasher.waiting() as u64);
    metrics.observe_pool(move || {
        let usage = storage.usage();
        PoolConnections {
            idle: usage.idle as u64,
            in_use: usage.in_use as u64,
        }
    });
    Ok(Composition {
        app: Arc::new(App::new(&ports, rules::rules(settings)?)),
        ports,
        ids,
        key_set: identity.tokens.jwks(),
        cursor_key: identity.cursor_key,
    })
}
