//! Keys, secrets, passwords and tokens.

use super::{CheckItem, Outcome, mode_problem, strength::weakness};
use crate::config::{Argon2Settings, Secret, Settings};

/// Memory in KiB and passes that the OWASP password storage cheat sheet treats as equivalent minima.
const ARGON2_FLOOR: [(u32, u32); 5] = [
    (47_104, 1),
    (19_456, 2),
    (12_288, 3),
    (9_216, 4),
    (7_168, 5),
];

pub(super) fn items(settings: &Settings) -> Vec<CheckItem> {
    let tokens = &settings.tokens;
    let long_life = tokens.access_ttl_seconds > 3600;
    vec![
        CheckItem::new(
            "signing-key",
            "a strong signing key is set",
            "tokens.secret",
            signing_key(settings),
        ),
        CheckItem::new(
            "signing-key-file",
            "only the owner reads key files",
            "tokens.key_file",
            key_files(settings),
        ),
        CheckItem::new(
            "root-secret",
            "a strong root secret is set",
            "secrets.root_secret",
            root_secret(settings),
        ),
        CheckItem::new(
            "distinct-secrets",
            "no secret serves two purposes",
            "secrets.root_secret",
            distinct(settings),
        ),
        CheckItem::new(
            "password-hashing",
            "Argon2id is at the OWASP floor or above",
            "passwords.argon2.memory_kib",
            Outcome::fail_when(
                below_floor(settings.passwords.argon2),
                "is below the OWASP floor for Argon2id",
            ),
        ),
        CheckItem::new(
            "password-length",
            "passwords have 8 characters or more",
            "passwords.min_length",
            Outcome::fail_when(settings.passwords.min_length < 8, "is less than 8"),
        ),
        CheckItem::new(
            "token-lifetime",
            "access tokens live an hour at most",
            "tokens.access_ttl_seconds",
            Outcome::fail_when(long_life, "is more than an hour"),
        ),
        CheckItem::new(
            "token-leeway",
            "a minute of clock difference at most",
            "tokens.leeway_seconds",
            Outcome::fail_when(tokens.leeway_seconds > 60, "is more than a minute"),
        ),
    ]
}

fn signing_key(settings: &Settings) -> Outcome {
    match (&settings.tokens.secret, &settings.tokens.key_file) {
        (Some(secret), _) => Outcome::fail_with(weakness(secret.expose()).map(str::to_owned)),
        (None, Some(_)) => Outcome::Pass,
        (None, None) => {
            Outcome::Fail("neither tokens.secret nor tokens.key_file is set".to_owned())
        }
    }
}

fn key_files(settings: &Settings) -> Outcome {
    let tokens = &settings.tokens;
    let mut files = tokens.key_file.iter().chain(&tokens.previous_key_files);
    Outcome::fail_with(files.find_map(|path| mode_problem(path, 0o177)))
}

fn root_secret(settings: &Settings) -> Outcome {
    match &settings.secrets.root_secret {
        Some(secret) => Outcome::fail_with(weakness(secret.expose()).map(str::to_owned)),
        None => Outcome::Warn(
            "is generated on this machine: set it when there are several, and back it up"
                .to_owned(),
        ),
    }
}

fn distinct(settings: &Settings) -> Outcome {
    let passwords = [
        Some(&settings.database.url),
        settings.database.owner_url.as_ref(),
    ];
    let passwords = passwords
        .into_iter()
        .flatten()
        .filter_map(|url| url.server()?.password().map(str::to_owned));
    let root = settings.secrets.root_secret.as_ref().map(Secret::expose);
    let signing = settings.tokens.secret.as_ref().map(Secret::expose);
    let shared = root.is_some() && root == signing
        || passwords
            .into_iter()
            .any(|password| [root, signing].contains(&Some(password.as_str())));
    Outcome::fail_when(shared, "the same value is used for two purposes")
}

fn below_floor(cost: Argon2Settings) -> bool {
    !ARGON2_FLOOR
        .iter()
        .any(|(memory, passes)| cost.memory_kib >= *memory && cost.iterations >= *passes)
}
