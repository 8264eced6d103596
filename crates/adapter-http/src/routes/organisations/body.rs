use crate::{
    extract::{Checked, Input, slug, text},
    openapi::{self, nullable_text},
    wire::Timestamp,
};
use domain::{slug::Slug, tenant::Tenant, text::TenantName};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// An organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
pub(super) struct OrganisationView<'a> {
    id: Uuid,
    #[schema(schema_with = name)]
    name: &'a str,
    #[schema(schema_with = slug_schema)]
    slug: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Tenant> for OrganisationView<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        Self {
            id: tenant.id().as_uuid(),
            name: tenant.name().as_str(),
            slug: tenant.slug().as_str(),
            created_at: Timestamp(tenant.created_at()),
            updated_at: Timestamp(tenant.updated_at()),
        }
    }
}

/// An organisation to be founded.
#[derive(ToSchema)]
#[schema(as = CreateOrganisation, example = json!({ "name": "Acme Demo", "slug": "acme-demo" }))]
pub(super) struct CreateOrganisationBody {
    /// Need not be unique.
    #[schema(schema_with = name)]
    pub(super) name: TenantName,
    /// Unique over the whole platform; derived from the name when it is null or left out.
    #[schema(schema_with = nullable_slug, required = false)]
    pub(super) slug: Option<Slug>,
}

impl CreateOrganisationBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.required("name", text(TenantName::parse));
            let slug = fields.nullable("slug", slug);
            Ok(Self {
                name: name?,
                slug: slug?,
            })
        })
    }

    /// The body with its defaults, keys in order: two bodies that mean the same are the same here.
    pub(super) fn canonical(&self) -> Value {
        json!({ "name": self.name.as_str(), "slug": self.slug.as_ref().map(Slug::as_str) })
    }
}

/// What is to be changed; at least one field has to be there and not null.
#[derive(ToSchema)]
#[schema(as = UpdateOrganisation, example = json!({ "name": "Acme" }))]
pub(super) struct UpdateOrganisationBody {
    /// Null changes nothing.
    #[schema(schema_with = nullable_name, required = false)]
    pub(super) name: Option<TenantName>,
    /// Null changes nothing.
    #[schema(schema_with = nullable_slug, required = false)]
    pub(super) slug: Option<Slug>,
}

impl UpdateOrganisationBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.nullable("name", text(TenantName::parse));
            let slug = fields.nullable("slug", slug);
            let (name, slug) = (name?, slug?);
            let says_something = name.is_some() || slug.is_some();
            fields.needs_one(
                "at least one organisation field must be provided",
                says_something,
            );
            Ok(Self { name, slug })
        })
    }
}

fn name() -> Object {
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

fn nullable_slug() -> Object {
    openapi::nullable(slug_schema())
}
