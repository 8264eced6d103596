//! Things of an organisation, stored and not.

use super::{IssuedKey, Organisation, START, World};
use domain::{
    api_key::{ApiKey, KeyDigest, KeyId, KeyTerms, NewKey},
    document::{Document, Json},
    id::{ApiKeyId, ProjectId, ResourceId, RoleId, UserId},
    permission::PermissionSet,
    policy::Grants,
    project::{Project, ProjectStatus},
    resource::Resource,
    role::Role,
    role_definition::RoleDefinition,
    text::{ApiKeyName, Description, ProjectName, ResourceName, RoleDescription},
};
use time::OffsetDateTime;

/// The terms of a key of this name that lives for ever and may be used from anywhere.
pub fn terms(name: &str, scopes: PermissionSet) -> KeyTerms {
    KeyTerms {
        name: ApiKeyName::parse(name).unwrap(),
        description: None,
        scopes,
        expires_at: None,
        allowed_from: None,
    }
}

/// A document with one member.
pub fn document(key: &str, value: &str) -> Document {
    let value = Json::Text(value.to_owned());
    Document::new(Json::Object(vec![(key.to_owned(), value)])).unwrap()
}

impl World {
    /// A project that is not stored yet, made by the organisation's owner.
    pub fn draft(&self, home: &Organisation, name: &str) -> Project {
        let id = ProjectId::from_uuid(self.uuid());
        let fields = (
            ProjectName::parse(name).unwrap(),
            Some(Description::parse("moon 🌕").unwrap()),
            ProjectStatus::Active,
        );
        Project::create(id, home.id(), fields, Some(home.owner), START)
    }

    /// A stored project.
    pub async fn project(&self, home: &Organisation, name: &str) -> Project {
        let project = self.draft(home, name);
        let mut work = self.write(home).await;
        work.tx.projects().insert(&project).await.unwrap();
        work.done().await;
        project
    }

    /// A resource that is not stored yet, of the organisation's owner and no project.
    pub fn resource_draft(&self, home: &Organisation, name: &str) -> Resource {
        let id = ResourceId::from_uuid(self.uuid());
        let name = ResourceName::parse(name).unwrap();
        let fields = (name, None, document("colour", "blau"));
        Resource::create(id, home.id(), home.owner, fields, START)
    }

    /// A stored resource.
    pub async fn resource(&self, home: &Organisation, name: &str) -> Resource {
        let resource = self.resource_draft(home, name);
        self.keep(home, &resource).await;
        resource
    }

    /// Stores a resource.
    pub async fn keep(&self, home: &Organisation, resource: &Resource) {
        let mut work = self.write(home).await;
        work.tx.resources().insert(resource).await.unwrap();
        work.done().await;
    }

    /// A definition of a role that is not stored yet.
    pub fn undefined(&self, home: &Organisation, role: &str, grants: &str) -> RoleDefinition {
        RoleDefinition {
            id: RoleId::from_uuid(self.uuid()),
            tenant: home.id(),
            role: Role::parse(role).unwrap(),
            description: Some(RoleDescription::parse("for audits 🔎").unwrap()),
            grants: Grants::parse(grants).unwrap(),
            version: 1,
            created_by: Some(home.owner),
            created_at: START,
            updated_at: START,
        }
    }

    /// A stored definition of a role.
    pub async fn define(&self, home: &Organisation, role: &str, grants: &str) -> RoleDefinition {
        let definition = self.undefined(home, role, grants);
        let mut work = self.write(home).await;
        work.tx.roles().insert(&definition).await.unwrap();
        work.done().await;
        definition
    }

    /// What a new raw key consists of.
    pub fn secret(&self) -> NewKey {
        let (_, n) = self.uuid().as_u64_pair();
        let key_id = format!("{n:022}");
        let mut digest = [0xA5; 32];
        digest[..8].copy_from_slice(&n.to_be_bytes());
        NewKey {
            raw: format!("saas_{key_id}_secret"),
            key_id: KeyId::parse(&key_id).unwrap(),
            digest: KeyDigest::new(digest),
        }
    }

    /// An API key that is not stored yet.
    pub fn unissued(
        &self,
        home: &Organisation,
        creator: UserId,
        terms: KeyTerms,
        at: OffsetDateTime,
    ) -> IssuedKey {
        let id = ApiKeyId::from_uuid(self.uuid());
        let secret = self.secret();
        let key = ApiKey::issue(id, home.id(), terms, &secret, creator, at);
        IssuedKey { key, secret }
    }

    /// Stores an API key.
    pub async fn issue(&self, home: &Organisation, issued: &IssuedKey) {
        let mut work = self.write(home).await;
        let IssuedKey { key, secret } = issued;
        work.tx.api_keys().insert(key, secret).await.unwrap();
        work.done().await;
    }

    /// A stored API key of this creator, with the default scopes.
    pub async fn api_key(&self, home: &Organisation, creator: UserId) -> IssuedKey {
        let scopes = KeyTerms::DEFAULT_SCOPES.into_iter().collect();
        let issued = self.unissued(home, creator, terms("deploy", scopes), START);
        self.issue(home, &issued).await;
        issued
    }
}
