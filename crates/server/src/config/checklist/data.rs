//! Databases and files.

use super::{CheckItem, Outcome, mode_problem};
use crate::config::{DatabaseUrl, Settings, database_url::is_local};
use url::Url;

pub(super) fn items(settings: &Settings) -> Vec<CheckItem> {
    vec![
        CheckItem::new(
            "database-password",
            "database passwords cannot be guessed",
            "database.url",
            Outcome::fail_when(
                any_server(settings, weak_password),
                "a password is missing, a well-known word or the user's name",
            ),
        ),
        CheckItem::new(
            "database-tls",
            "remote databases are verified",
            "database.url",
            Outcome::fail_when(
                any_server(settings, unverified),
                "a remote host needs sslmode=verify-full",
            ),
        ),
        CheckItem::new(
            "sqlite",
            "SQLite is a decision",
            "database.allow_sqlite_in_production",
            sqlite(settings),
        ),
        CheckItem::new(
            "settings-in-range",
            "every limit and time-out is in range",
            "configuration",
            Outcome::fail_with(settings.validate().err().map(|error| error.to_string())),
        ),
        CheckItem::new(
            "settings-file",
            "only the owner reads secrets in files",
            "SAAS_API_CONFIG",
            settings_file(settings),
        ),
    ]
}

fn any_server(settings: &Settings, holds: impl Fn(&Url) -> bool) -> bool {
    let database = &settings.database;
    let urls = [Some(&database.url), database.owner_url.as_ref()];
    urls.into_iter()
        .flatten()
        .filter_map(DatabaseUrl::server)
        .any(|server| holds(&server))
}

/// A local server may know its users by their sockets; a remote one needs a password.
fn weak_password(server: &Url) -> bool {
    match server.password() {
        Some(password) => {
            password == server.username() || ["", "postgres", "password"].contains(&password)
        }
        None => !is_local(server),
    }
}

fn unverified(server: &Url) -> bool {
    let verified = server
        .query_pairs()
        .any(|(name, value)| name == "sslmode" && value == "verify-full");
    !is_local(server) && !verified
}

fn sqlite(settings: &Settings) -> Outcome {
    let undecided =
        settings.database.url.server().is_none() && !settings.database.allow_sqlite_in_production;
    Outcome::fail_when(
        undecided,
        "database.url is an SQLite file: set this to true if one machine is enough",
    )
}

fn settings_file(settings: &Settings) -> Outcome {
    let secret_file = settings.file.as_ref().filter(|file| file.holds_secrets);
    Outcome::fail_with(secret_file.and_then(|file| mode_problem(&file.path, 0o077)))
}
