use super::{Stored, instant, micros};
use domain::{
    api_key::{ApiKey, KeyTerms},
    id::{ApiKeyId, TenantId, UserId},
    network::AddressList,
    permission::Permission,
    text::{ApiKeyDescription, ApiKeyName},
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
pub(crate) struct ApiKeyForm {
    id: Uuid,
    tenant: Uuid,
    name: String,
    description: Option<String>,
    prefix: String,
    scopes: Vec<String>,
    expires_at: Option<i64>,
    allowed_from: Option<String>,
    created_by: Uuid,
    created_at: i64,
    /// None while it is as it was created.
    #[serde(default)]
    changed: Option<ChangedForm>,
}

#[derive(Serialize, Deserialize)]
struct ChangedForm {
    at: i64,
    previous_valid_until: Option<i64>,
    last_used_at: Option<i64>,
    last_used_from: Option<IpAddr>,
}

impl Stored for ApiKey {
    type Form = ApiKeyForm;

    fn to_form(&self) -> ApiKeyForm {
        let terms = &self.terms;
        let scopes = terms.scopes.iter().map(|scope| scope.as_str().to_owned());
        let description = terms.description.as_ref();
        let changed = ChangedForm {
            at: micros(self.updated_at),
            previous_valid_until: self.previous_valid_until.map(micros),
            last_used_at: self.last_used_at.map(micros),
            last_used_from: self.last_used_from,
        };
        ApiKeyForm {
            id: self.id.as_uuid(),
            tenant: self.tenant.as_uuid(),
            name: terms.name.as_str().to_owned(),
            description: description.map(|text| text.as_str().to_owned()),
            prefix: self.prefix.clone(),
            scopes: scopes.collect(),
            expires_at: terms.expires_at.map(micros),
            allowed_from: terms.allowed_from.as_ref().map(ToString::to_string),
            created_by: self.created_by.as_uuid(),
            created_at: micros(self.created_at),
            changed: (self.updated_at != self.created_at).then_some(changed),
        }
    }

    fn from_form(form: ApiKeyForm) -> Option<Self> {
        let changed = form.changed.unwrap_or(ChangedForm {
            at: form.created_at,
            previous_valid_until: None,
            last_used_at: None,
            last_used_from: None,
        });
        let at = |micros: Option<i64>| match micros {
            None => Some(None),
            Some(micros) => instant(micros).map(Some),
        };
        let description = form.description.map(ApiKeyDescription::parse);
        let scopes = form.scopes.iter().map(|scope| Permission::parse(scope));
        let allowed_from = form.allowed_from.as_deref().map(AddressList::parse);
        let terms = KeyTerms {
            name: ApiKeyName::parse(form.name).ok()?,
            description: description.transpose().ok()?,
            scopes: scopes.collect::<Option<_>>()?,
            expires_at: at(form.expires_at)?,
            allowed_from: allowed_from.transpose().ok()?,
        };
        Some(Self {
            id: ApiKeyId::from_uuid(form.id),
            tenant: TenantId::from_uuid(form.tenant),
            terms,
            prefix: form.prefix,
            created_by: UserId::from_uuid(form.created_by),
            previous_valid_until: at(changed.previous_valid_until)?,
            revoked_at: None,
            last_used_at: at(changed.last_used_at)?,
            last_used_from: changed.last_used_from,
            created_at: instant(form.created_at)?,
            updated_at: instant(changed.at)?,
        })
    }
}
