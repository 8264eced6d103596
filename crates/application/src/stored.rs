//! The stored form of answers that can be replayed: the entity as it was, without anything secret.

mod api_key;
mod resource;

use crate::{api_keys::IssuedKey, error::Error, onboarding::Founded};
use api_key::ApiKeyForm;
use domain::{
    api_key::ApiKey,
    email::Email,
    id::{MembershipId, ProjectId, TenantId, UserId},
    idempotency::StoredOutcome,
    membership::{Member, Membership},
    project::{Project, ProjectState, ProjectStatus},
    role::Role,
    slug::Slug,
    tenant::{Isolation, Placement, Tenant, TenantState, TenantStatus, Tier},
    text::{DatabaseName, Description, DisplayName, ProjectName, TenantName},
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
pub(crate) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

pub(crate) fn instant(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok()
}

#[derive(Serialize, Deserialize)]
pub(crate) struct TenantForm {
    id: Uuid,
    name: String,
    slug: String,
    tier: String,
    status: String,
    isolation: String,
    database: Option<String>,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl Stored for Tenant {
    type Form = TenantForm;

    fn to_form(&self) -> TenantForm {
        let state = self.state();
        let database = state.placement.database.as_ref();
        TenantForm {
            id: state.id.as_uuid(),
            name: state.name.as_str().to_owned(),
            slug: state.slug.as_str().to_owned(),
            tier: state.tier.as_str().to_owned(),
            status: state.status.as_str().to_owned(),
            isolation: state.placement.isolation.as_str().to_owned(),
            database: database.map(|name| name.as_str().to_owned()),
            created_at: micros(state.created_at),
            updated_at: micros(state.updated_at),
            version: self.version(),
        }
    }

    fn from_form(form: TenantForm) -> Option<Self> {
        let database = form.database.map(DatabaseName::parse);
        let state = TenantState {
            id: TenantId::from_uuid(form.id),
            name: TenantName::parse(form.name).ok()?,
            slug: Slug::parse(form.slug).ok()?,
            tier: Tier::parse(&form.tier)?,
            status: TenantStatus::parse(&form.status)?,
            placement: Placement {
                isolation: Isolation::parse(&form.isolation)?,
                database: database.transpose().ok()?,
            },
            api_key_max_days: None,
            delete_after: None,
            created_at: instant(form.created_at)?,
            updated_at: instant(form.updated_at)?,
        };
        Some(Self::restore(state, form.version))
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
    /// None while it is as it was created.
    #[serde(default)]
    changed: Option<ChangedForm>,
}

/// A later version than the first one.
#[derive(Serialize, Deserialize)]
struct ChangedForm {
    by: Option<Uuid>,
    at: i64,
    version: i64,
}

impl Stored for Project {
    type Form = ProjectForm;

    fn to_form(&self) -> ProjectForm {
        let state = self.state();
        let changed = ChangedForm {
            by: state.updated_by.map(UserId::as_uuid),
            at: micros(state.updated_at),
            version: self.version(),
        };
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
            changed: (self.version() > 1).then_some(changed),
        }
    }

    fn from_form(form: ProjectForm) -> Option<Self> {
        let changed = form.changed.unwrap_or(ChangedForm {
            by: form.by,
            at: form.created_at,
            version: 1,
        });
        let state = ProjectState {
            id: ProjectId::from_uuid(form.id),
            tenant: TenantId::from_uuid(form.tenant),
            name: ProjectName::parse(form.name).ok()?,
            status: ProjectStatus::parse(&form.status)?,
            description: form.description.map(Description::parse).transpose().ok()?,
            created_by: form.by.map(UserId::from_uuid),
            updated_by: changed.by.map(UserId::from_uuid),
            created_at: instant(form.created_at)?,
            updated_at: instant(changed.at)?,
        };
        Some(Self::restore(state, changed.version))
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct FoundedForm {
    tenant: TenantForm,
    key: Option<ApiKeyForm>,
}

impl Stored for Founded {
    type Form = FoundedForm;

    fn to_form(&self) -> FoundedForm {
        FoundedForm {
            tenant: self.tenant.to_form(),
            key: self.key.as_ref().map(|issued| issued.key.to_form()),
        }
    }

    fn from_form(form: FoundedForm) -> Option<Self> {
        let key = match form.key {
            None => None,
            Some(key) => Some(IssuedKey {
                key: ApiKey::from_form(key)?,
                raw: None,
            }),
        };
        Some(Self {
            tenant: Tenant::from_form(form.tenant)?,
            key,
            answer: None,
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
    use time::Duration;

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
            let mut project = Project::create(id, tenant, (name, description, status), by, at);
            prop_assert_eq!(round_trip(&project), project.clone());
            project.undelete(Some(UserId::from_uuid(Uuid::from_u128(9))), at + Duration::MICROSECOND);
            prop_assert_eq!(round_trip(&project), project);
        }
    }
}
