use crate::{
    extract::{Checked, Fields, Given, Input, integer, slug, text},
    openapi::{self, nullable_text},
    wire::Timestamp,
};
use domain::{
    slug::Slug,
    tenant::{Isolation, Tenant, TenantChange, TenantStatus, Tier},
    text::TenantName,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// An organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
pub(in crate::routes) struct OrganisationView<'a> {
    id: Uuid,
    #[schema(schema_with = name)]
    name: &'a str,
    #[schema(schema_with = slug_schema)]
    slug: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// What it is entitled to; operators decide that.
    #[schema(schema_with = tier)]
    tier: &'static str,
    /// Where it is in its life; it can be worked in while it is `active`.
    #[schema(schema_with = status)]
    status: &'static str,
    /// What keeps its data apart from others': shared tables behind row-level security, or a place of its own.
    #[schema(schema_with = isolation)]
    isolation: &'static str,
    /// The longest that a new API key may live, in days; null when API keys need not expire.
    #[schema(required = true, minimum = 1, maximum = 3650)]
    api_key_max_days: Option<u16>,
}

impl<'a> From<&'a Tenant> for OrganisationView<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        Self {
            id: tenant.id().as_uuid(),
            name: tenant.name().as_str(),
            slug: tenant.slug().as_str(),
            created_at: Timestamp(tenant.state().created_at),
            updated_at: Timestamp(tenant.state().updated_at),
            tier: tenant.state().tier.as_str(),
            status: tenant.status().as_str(),
            isolation: tenant.state().placement.isolation.as_str(),
            api_key_max_days: tenant.state().api_key_max_days,
        }
    }
}

/// An organisation to be founded.
#[derive(ToSchema)]
#[schema(as = CreateOrganisation, example = json!({ "name": "Acme Demo", "slug": "acme-demo" }))]
pub(in crate::routes) struct CreateOrganisationBody {
    /// Need not be unique.
    #[schema(schema_with = name)]
    pub(in crate::routes) name: TenantName,
    /// Unique over the whole platform; derived from the name when it is null or left out.
    #[schema(schema_with = nullable_slug, required = false)]
    pub(in crate::routes) slug: Option<Slug>,
}

impl CreateOrganisationBody {
    pub(in crate::routes) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let name = fields.required("name", text(TenantName::parse));
        let slug = fields.nullable("slug", slug);
        Ok(Self {
            name: name?,
            slug: slug?,
        })
    }

    /// The body with its defaults, keys in order: two bodies that mean the same are the same here.
    pub(super) fn canonical(&self) -> Value {
        json!({ "name": self.name.as_str(), "slug": self.slug.as_ref().map(Slug::as_str) })
    }
}

/// What is to be changed; at least one field has to be there and, where null changes nothing, not null.
#[derive(ToSchema)]
#[schema(as = UpdateOrganisation, example = json!({ "name": "Acme" }))]
pub(super) struct UpdateOrganisationBody {
    /// Null changes nothing.
    #[schema(schema_with = nullable_name, required = false)]
    name: Option<TenantName>,
    /// Null changes nothing.
    #[schema(schema_with = nullable_slug, required = false)]
    slug: Option<Slug>,
    /// The longest that a new API key may live, in days. Null lifts the bound; keys that exist stay as they are.
    #[schema(value_type = Option<u16>, required = false, minimum = 1, maximum = 3650)]
    api_key_max_days: Given<u16>,
}

impl UpdateOrganisationBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.nullable("name", text(TenantName::parse));
            let slug = fields.nullable("slug", slug);
            let days = fields.sent("api_key_max_days", integer(Tenant::API_KEY_MAX_DAYS));
            let (name, slug, api_key_max_days) = (name?, slug?, days?);
            let says_something = name.is_some() || slug.is_some() || api_key_max_days.is_present();
            fields.needs_one(
                "at least one organisation field must be provided",
                says_something,
            );
            Ok(Self {
                name,
                slug,
                api_key_max_days,
            })
        })
    }

    pub(super) fn change(self) -> TenantChange {
        TenantChange {
            name: self.name,
            slug: self.slug,
            api_key_max_days: self.api_key_max_days.change(),
        }
    }
}

pub(in crate::routes) fn tier() -> Object {
    openapi::choice(Tier::ALL, Tier::as_str)
}

pub(in crate::routes) fn status() -> Object {
    openapi::choice(TenantStatus::ALL, TenantStatus::as_str)
}

pub(in crate::routes) fn isolation() -> Object {
    openapi::choice(Isolation::ALL, Isolation::as_str)
}

pub(in crate::routes) fn name() -> Object {
    openapi::text::<{ TenantName::MIN_CHARS }, { TenantName::MAX_CHARS }>()
}

fn nullable_name() -> Object {
    nullable_text::<{ TenantName::MIN_CHARS }, { TenantName::MAX_CHARS }>()
}

fn slug_schema() -> Object {
    let mut object = openapi::text::<{ Slug::MIN_CHARS }, { Slug::MAX_CHARS }>();
    object.pattern = Some(Slug::PATTERN.to_owned());
    object
}

pub(in crate::routes) fn nullable_slug() -> Object {
    openapi::nullable(slug_schema())
}
