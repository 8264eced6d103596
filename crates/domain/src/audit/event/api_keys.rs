use super::{AuditEvent, Metadata, listed};
use crate::{
    api_key::ApiKey,
    audit::{AuditAction, Fact, changes::changed},
    text::ApiKeyDescription,
};

impl AuditEvent {
    /// An API key was created.
    pub fn api_key_created(key: &ApiKey) -> Self {
        let scopes = ("scopes", Fact::Nothing, listed(key.terms.scopes));
        Self::new(
            AuditAction::ApiKeyCreated,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
        .with(changed([scopes]))
    }

    /// An API key's name or description was set.
    pub fn api_key_updated(before: &ApiKey, key: &ApiKey) -> Self {
        let description = |key: &ApiKey| {
            Fact::from(
                key.terms
                    .description
                    .as_ref()
                    .map(ApiKeyDescription::as_str),
            )
        };
        let changes = changed([
            (
                "name",
                before.terms.name.as_str().into(),
                key.terms.name.as_str().into(),
            ),
            ("description", description(before), description(key)),
        ]);
        Self::new(
            AuditAction::ApiKeyUpdated,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
        .with(changes)
    }

    /// An API key got a new secret.
    pub fn api_key_rotated(before: &ApiKey, key: &ApiKey) -> Self {
        let prefix = (
            "key_prefix",
            before.prefix.as_str().into(),
            key.prefix.as_str().into(),
        );
        Self::new(
            AuditAction::ApiKeyRotated,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
        .with(changed([prefix]))
    }

    /// An API key was revoked.
    pub fn api_key_revoked(key: &ApiKey) -> Self {
        Self::new(
            AuditAction::ApiKeyRevoked,
            key.id.as_uuid(),
            name_and_prefix(key),
        )
    }
}

fn name_and_prefix(key: &ApiKey) -> Metadata {
    vec![
        ("api_key_name", key.terms.name.as_str().into()),
        ("key_prefix", key.prefix.as_str().into()),
    ]
}
