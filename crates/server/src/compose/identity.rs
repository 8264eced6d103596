use crate::config::Settings;
use adapter_local::{
    api_key::{ApiKeyMint, Brand},
    password::{Argon2Hasher, Argon2Params, Limits},
    root_secret::{CURSOR, HS256, RootSecret, derive},
    secret_file::Loaded,
    token::{JwtTokens, KeySet, SigningKey, TokenSettings, VerificationKey, load_or_create},
};
use anyhow::{Context, bail};
use domain::ports::IdGenerator;
use std::{fs, path::Path, sync::Arc};
use time::Duration;

/// Everything that holds a secret.
pub(super) struct Identity {
    pub(super) hasher: Arc<Argon2Hasher>,
    pub(super) tokens: Arc<JwtTokens>,
    pub(super) mint: Arc<ApiKeyMint>,
    pub(super) operator_mint: Arc<ApiKeyMint>,
    pub(super) bootstrap_mint: Arc<ApiKeyMint>,
    pub(super) cursor_key: [u8; 32],
}

impl Identity {
    pub(super) fn load(settings: &Settings, ids: Arc<dyn IdGenerator>) -> anyhow::Result<Self> {
        let root = root_secret(settings)?;
        let secret = root.as_bytes();
        let brand = Brand::parse(&settings.api_keys.brand)?;
        let seconds = |seconds: u64| Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
        let tokens = TokenSettings {
            issuer: settings.tokens.issuer.clone(),
            audience: settings.tokens.audience.clone(),
            ttl: seconds(settings.tokens.access_ttl_seconds),
            leeway: seconds(settings.tokens.leeway_seconds),
        };
        Ok(Self {
            hasher: Arc::new(hasher(settings)?),
            tokens: Arc::new(JwtTokens::new(key_set(settings)?, tokens, ids)),
            operator_mint: Arc::new(ApiKeyMint::of_operators(brand.clone(), secret)),
            bootstrap_mint: Arc::new(ApiKeyMint::of_bootstrap_tokens(brand.clone(), secret)),
            mint: Arc::new(ApiKeyMint::new(brand, secret)),
            cursor_key: derive(CURSOR, secret),
        })
    }
}

fn root_secret(settings: &Settings) -> anyhow::Result<RootSecret> {
    if let Some(secret) = &settings.secrets.root_secret {
        return Ok(RootSecret::new(secret.expose().as_bytes().to_vec()));
    }
    let path = settings.secrets.data_dir.join("root.secret");
    announce(&path, settings, RootSecret::load_or_create(&path)?)
}

fn key_set(settings: &Settings) -> anyhow::Result<KeySet> {
    let tokens = &settings.tokens;
    let active = match (&tokens.secret, &tokens.key_file) {
        (Some(secret), _) => SigningKey::from_secret(&derive(HS256, secret.expose().as_bytes()))?,
        (None, Some(path)) => SigningKey::from_pem(&read(path)?).with_context(|| unusable(path))?,
        (None, None) => {
            let path = settings.secrets.data_dir.join("signing-key.pem");
            announce(&path, settings, load_or_create(&path)?)?
        }
    };
    let mut keys = KeySet::new(active);
    for path in &tokens.previous_key_files {
        let key = VerificationKey::from_pem(&read(path)?).with_context(|| unusable(path))?;
        keys = keys.with_verification_key(key);
    }
    Ok(keys)
}

fn hasher(settings: &Settings) -> anyhow::Result<Argon2Hasher> {
    let passwords = &settings.passwords;
    let params = Argon2Params {
        memory_kib: passwords.argon2.memory_kib,
        iterations: passwords.argon2.iterations,
        parallelism: passwords.argon2.parallelism,
    };
    let threads = passwords
        .hashing_threads
        .map_or(Limits::default().threads, usize::from);
    let limits = Limits {
        threads,
        queue: passwords.queue as usize,
    };
    Ok(Argon2Hasher::new(params, limits)?)
}

/// Says that a secret was made, and in production refuses one that others can read.
fn announce<T>(path: &Path, settings: &Settings, loaded: Loaded<T>) -> anyhow::Result<T> {
    if loaded.created {
        tracing::info!(path = %path.display(), "made a new secret");
    }
    if loaded.exposed && settings.is_production() {
        bail!("{} is open to others: chmod 600 it", path.display());
    }
    if loaded.exposed {
        tracing::warn!(path = %path.display(), "the secret is open to others: chmod 600 it");
    }
    Ok(loaded.value)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path)
        .with_context(|| format!("the key file {} cannot be read", path.display()))
}

fn unusable(path: &Path) -> String {
    format!("the key file {} holds no usable key", path.display())
}
