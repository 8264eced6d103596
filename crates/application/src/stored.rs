//! The stored form of answers that can be replayed: the entity as it was, without anything secret.

use crate::error::Error;
use domain::{
    api_key::ApiKey,
    email::Email,
    id::{ApiKeyId, MembershipId, ProjectId, TenantId, UserId},
    idempotency::StoredOutcome,
    membership::{Member, Membership},
    project::{Project, ProjectState, ProjectStatus},
    role::{Permission, Role},
    slug::Slug,
    tenant::Tenant,
    text::{ApiKeyName, Description, DisplayName, ProjectName, TenantName},
    user::User,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use time::OffsetDateTime;
use uuid::Uuid;

/// An answer with a stored form.
pub(crate) trait Stored: Sized {
    type Form: Serialize + DeserializeOwned;
    fn to_form(&self) -> Self::Form;
    /// `None` when a stored value breaks a rule.
    fn from_form(form: Self::Form) -> Option<Self>;
}

pub(crate) fn encode<T: Stored>(answer: &T) -> Result<StoredOutcome, Error> {
    let text =
        serde_json::to_string(&answer.to_form()).map_err(|e| Error::Internal(Box::new(e)))?;
    Ok(StoredOutcome(text))
}

pub(crate) fn decode<T: Stored>(outcome: &StoredOutcome) -> Result<T, Error> {
    let form = serde_json::from_str(&outcome.0).map_err(|e| Error::Internal(Box::new(e)))?;
    T::from_form(form).ok_or_else(|| Error::Internal("a stored outcome is corrupt".into()))
}

/// Microseconds since the epoch: exact, and the same on every database.
fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

fn instant(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok()
}

#[derive(Serialize, Deserialize)]
pub(crate) struct TenantForm {
    id: Uuid,
    name: String,
    slug: String,
    created_at: i64,
}

impl Stored for Tenant {
    type Form = TenantForm;

    fn to_form(&self) -> TenantForm {
        TenantForm {
            id: self.id().as_uuid(),
            name: self.name().as_str().to_owned(),
            slug: self.slug().as_str().to_owned(),
            created_at: micros(self.created_at()),
        }
    }

    fn from_form(form: TenantForm) -> Option<Self> {
        let name = TenantName::parse(form.name).ok()?;
        let slug = Slug::parse(form.slug).ok()?;
        Some(Self::found(
            TenantId::from_uuid(form.id),
            name,
            Some(slug),
            instant(form.created_at)?,
        ))
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ProjectForm {
    id: Uuid,
    tenant: Uuid,
    name: String,
    status: String,
    description: Option<String>,
    by: Option<Uuid>,
    created_at: i64,
}

impl Stored for Project {
    type Form = ProjectForm;

    fn to_form(&self) -> ProjectForm {
        let state = self.state();
        ProjectForm {
            id: state.id.as_uuid(),
            tenant: state.tenant.as_uuid(),
            name: state.name.as_str().to_owned(),
            status: state.status.as_str().to_owned(),
            description: state
                .description
                .as_ref()
                .map(|text| text.as_str().to_owned()),
            by: state.created_by.map(UserId::as_uuid),
            created_at: micros(state.created_at),
        }
    }

    fn from_form(form: ProjectForm) -> Option<Self> {
        let by = form.by.map(UserId::from_uuid);
        let at = instant(form.created_at)?;
        let state = ProjectState {
            id: ProjectId::from_uuid(form.id),
            tenant: TenantId::from_uuid(form.tenant),
            name: ProjectName::parse(form.name).ok()?,
            status: ProjectStatus::parse(&form.status)?,
            description: form.description.map(Description::parse).transpose().ok()?,
            created_by: by,
            updated_by: by,
            created_at: at,
            updated_at: at,
        };
        Some(Self::restore(state, 1))
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ApiKeyForm {
    id: Uuid,
    tenant: Uuid,
    name: String,
    prefix: String,
    scopes: Vec<String>,
    created_by: Uuid,
    created_at: i64,
}

impl Stored for ApiKey {
    type Form = ApiKeyForm;

    fn to_form(&self) -> ApiKeyForm {
        ApiKeyForm {
            id: self.id.as_uuid(),
            tenant: self.tenant.as_uuid(),
            name: self.name.as_str().to_owned(),
            prefix: self.prefix.clone(),
            scopes: self
                .scopes
                .iter()
                .map(|scope| scope.as_str().to_owned())
                .collect(),
            created_by: self.created_by.as_uuid(),
            created_at: micros(self.created_at),
        }
    }

    fn from_form(form: ApiKeyForm) -> Option<Self> {
        let at = instant(form.created_at)?;
        Some(Self {
            id: ApiKeyId::from_uuid(form.id),
            tenant: TenantId::from_uuid(form.tenant),
            name: ApiKeyName::parse(form.name).ok()?,
            prefix: form.prefix,
            scopes: form
                .scopes
                .iter()
                .map(|s| Permission::parse(s))
                .collect::<Option<_>>()?,
            created_by: UserId::from_uuid(form.created_by),
            revoked_at: None,
            last_used_at: None,
            created_at: at,
            updated_at: at,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberForm {
    id: Uuid,
    tenant: Uuid,
    role: String,
    joined_at: i64,
    user: Uuid,
    email: String,
    display_name: String,
    is_active: bool,
    registered_at: i64,
    user_updated_at: i64,
}

impl Stored for Member {
    type Form = MemberForm;

    fn to_form(&self) -> MemberForm {
        let (membership, user) = (&self.membership, &self.user);
        MemberForm {
            id: membership.id.as_uuid(),
            tenant: membership.tenant.as_uuid(),
            role: membership.role.as_str().to_owned(),
            joined_at: micros(membership.created_at),
            user: user.id.as_uuid(),
            email: user.email.as_str().to_owned(),
            display_name: user.display_name.as_str().to_owned(),
            is_active: user.is_active,
            registered_at: micros(user.created_at),
            user_updated_at: micros(user.updated_at),
        }
    }

    fn from_form(form: MemberForm) -> Option<Self> {
        let user = User {
            id: UserId::from_uuid(form.user),
            email: Email::parse(&form.email).ok()?,
            display_name: DisplayName::parse(form.display_name).ok()?,
            is_active: form.is_active,
            created_at: instant(form.registered_at)?,
            updated_at: instant(form.user_updated_at)?,
        };
        let (id, tenant) = (
            MembershipId::from_uuid(form.id),
            TenantId::from_uuid(form.tenant),
        );
        let (role, at) = (Role::parse(&form.role)?, instant(form.joined_at)?);
        let membership = Membership::join(id, tenant, user.id, role, at);
        Some(Self { membership, user })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{api_key, corrupt_outcome, new_key, project, tenant};
    use domain::api_key::NewKey;
    use proptest::{prelude::*, sample::select};

    fn round_trip<T: Stored>(answer: &T) -> T {
        decode(&encode(answer).unwrap()).unwrap()
    }

    #[test]
    fn every_field_of_a_fresh_answer_comes_back() {
        assert_eq!(round_trip(&tenant()), tenant());
        assert_eq!(round_trip(&project()), project());
        assert_eq!(round_trip(&api_key()), api_key());
    }

    #[test]
    fn a_stored_key_has_no_secret() {
        let StoredOutcome(text) = encode(&api_key()).unwrap();
        let NewKey { raw, key_id, .. } = new_key();
        assert!(!text.contains(&raw) && !text.contains(key_id.as_str()));
    }

    #[test]
    fn what_breaks_a_rule_is_corrupt_and_not_an_answer() {
        assert!(matches!(
            decode::<Tenant>(&corrupt_outcome()),
            Err(Error::Internal(_))
        ));
        let StoredOutcome(text) = encode(&tenant()).unwrap();
        let broken = text.replace("\"acme\"", "\"Not A Slug\"");
        assert_ne!(text, broken);
        assert!(matches!(
            decode::<Tenant>(&StoredOutcome(broken)),
            Err(Error::Internal(_))
        ));
    }

    proptest! {
        #[test]
        fn any_project_comes_back_to_the_microsecond(
            name in ".{1,160}",
            description in prop::option::of(".{0,40}"),
            status in select(ProjectStatus::ALL),
            by in prop::option::of(any::<u128>()),
            at in 0..253_402_300_799_999_999i64,
        ) {
            let Ok(name) = ProjectName::parse(name) else { return Ok(()) };
            let description = description.map(Description::parse);
            let Ok(description) = description.transpose() else { return Ok(()) };
            let id = ProjectId::from_uuid(Uuid::from_u128(5));
            let tenant = TenantId::from_uuid(Uuid::from_u128(1));
            let by = by.map(|n| UserId::from_uuid(Uuid::from_u128(n)));
            let at = instant(at).unwrap();
            let project = Project::create(id, tenant, (name, description, status), by, at);
            prop_assert_eq!(round_trip(&project), project);
        }
    }
}
