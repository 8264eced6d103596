use crate::{
    extract::{Checked, Fields, Noted, choice, email, flag, slug, text, uuid},
    openapi,
    routes::{
        auth::address,
        organisations::{isolation, name, nullable_slug, tier},
        sign_up::FirstKeyBody,
    },
};
use application::{
    operators::Appoint,
    tenants::{CreateTenant, Owner, PurgeTenant},
};
use domain::{
    access::Origin,
    email::Email,
    id::UserId,
    idempotency::IdempotencyKey,
    slug::Slug,
    tenant::{Isolation, Tier},
    text::{DatabaseName, OperatorName, Reason, TenantName, TextError},
};
use serde_json::{Value, json};
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// Who is to become an operator.
#[derive(ToSchema)]
#[schema(as = AppointOperator, example = json!({ "token": "saasboot_…", "name": "grace" }))]
pub(super) struct AppointBody {
    /// What `saas-api admin bootstrap` printed.
    #[schema(schema_with = openapi::text::<1, { AppointBody::MAX_TOKEN }>)]
    token: String,
    #[schema(schema_with = openapi::text::<{ OperatorName::MIN_CHARS }, { OperatorName::MAX_CHARS }>)]
    name: OperatorName,
}

impl AppointBody {
    /// More than any token has.
    const MAX_TOKEN: usize = 200;

    pub(super) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let token = fields.required("token", text(token));
        let name = fields.required("name", text(OperatorName::parse));
        Ok(Self {
            token: token?,
            name: name?,
        })
    }

    pub(super) fn command(self, origin: Origin) -> Appoint {
        Appoint {
            token: self.token,
            name: self.name,
            origin,
        }
    }
}

fn token(raw: String) -> Result<String, TextError> {
    domain::text::check(&raw, 1, AppointBody::MAX_TOKEN)?;
    Ok(raw)
}

/// A user, by id or by e-mail.
#[derive(ToSchema)]
#[schema(as = Owner)]
#[expect(dead_code, reason = "describes an owner for the API document only")]
struct OwnerBody {
    #[schema(required = false)]
    user_id: Option<Uuid>,
    #[schema(schema_with = nullable_address, required = false)]
    email: Option<Email>,
}

fn owner(fields: &mut Fields<'_>) -> Checked<Owner> {
    let id = fields.nullable("user_id", uuid);
    let email = fields.nullable("email", email);
    let owner = match (id?, email?) {
        (Some(id), None) => Ok(Owner::Id(UserId::from_uuid(id))),
        (None, Some(email)) => Ok(Owner::Email(email)),
        _ => Err(Noted),
    };
    let rule = "exactly one of user_id and email must be provided";
    fields.needs_one(rule, owner.is_ok());
    owner
}

/// An organisation to be founded for somebody.
#[derive(ToSchema)]
#[schema(as = CreateTenant, example = json!({
    "name": "Acme", "tier": "enterprise", "isolation": "silo", "owner": { "email": "ada@example.com" },
    "reason": "contract 4711"
}))]
pub(super) struct CreateTenantBody {
    #[schema(schema_with = name)]
    name: TenantName,
    /// Unique over the whole platform; derived from the name when it is null or left out.
    #[schema(schema_with = nullable_slug, required = false)]
    slug: Option<Slug>,
    /// As the deployment has it for new ones when it is null or left out.
    #[schema(schema_with = nullable_tier, required = false)]
    tier: Option<Tier>,
    /// Likewise.
    #[schema(schema_with = nullable_isolation, required = false)]
    isolation: Option<Isolation>,
    /// The configured database to put its data into; the main one when it is null or left out.
    #[schema(schema_with = nullable_database, required = false)]
    database: Option<DatabaseName>,
    #[schema(value_type = OwnerBody)]
    owner: Owner,
    /// A first API key; none when it is null or left out.
    #[schema(required = false)]
    api_key: Option<FirstKeyBody>,
    #[schema(schema_with = reason)]
    reason: Reason,
}

impl CreateTenantBody {
    pub(super) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let name = fields.required("name", text(TenantName::parse));
        let slug = fields.nullable("slug", slug);
        let tier = fields.nullable("tier", choice(Tier::ALL, Tier::as_str));
        let isolation = fields.nullable("isolation", choice(Isolation::ALL, Isolation::as_str));
        let database = fields.nullable("database", text(DatabaseName::parse));
        let owner = fields.object("owner", owner);
        let api_key = fields.nullable_object("api_key", FirstKeyBody::read);
        let reason = fields.required("reason", text(Reason::parse));
        Ok(Self {
            name: name?,
            slug: slug?,
            tier: tier?,
            isolation: isolation?,
            database: database?,
            owner: owner?,
            api_key: api_key?,
            reason: reason?,
        })
    }

    /// The body with its defaults, keys in order: two bodies that mean the same are the same here.
    pub(super) fn canonical(&self) -> Value {
        let owner = match &self.owner {
            Owner::Id(id) => json!({ "user_id": id.as_uuid() }),
            Owner::Email(email) => json!({ "email": email.as_str() }),
        };
        json!({
            "name": self.name.as_str(),
            "slug": self.slug.as_ref().map(Slug::as_str),
            "tier": self.tier.map(Tier::as_str),
            "isolation": self.isolation.map(Isolation::as_str),
            "database": self.database.as_ref().map(DatabaseName::as_str),
            "owner": owner,
            "api_key": self.api_key.as_ref().map(|key| key.name.as_str()),
            "reason": self.reason.as_str(),
        })
    }

    pub(super) fn command(self, key: Option<IdempotencyKey>) -> CreateTenant {
        CreateTenant {
            name: self.name,
            slug: self.slug,
            tier: self.tier,
            isolation: self.isolation,
            database: self.database,
            owner: self.owner,
            key_name: self.api_key.map(|key| key.name),
            reason: self.reason,
            key,
        }
    }
}

/// Why something is done.
#[derive(ToSchema)]
#[schema(as = Because, example = json!({ "reason": "invoice 4711 is overdue" }))]
pub(super) struct ReasonBody {
    #[schema(schema_with = reason)]
    pub(super) reason: Reason,
}

impl ReasonBody {
    pub(super) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let reason = fields.required("reason", text(Reason::parse))?;
        Ok(Self { reason })
    }
}

/// A tier, and why.
#[derive(ToSchema)]
#[schema(as = SetTier, example = json!({ "tier": "pro", "reason": "upgrade ordered" }))]
pub(super) struct TierBody {
    #[schema(schema_with = tier)]
    pub(super) tier: Tier,
    #[schema(schema_with = reason)]
    pub(super) reason: Reason,
}

impl TierBody {
    pub(super) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let tier = fields.required("tier", choice(Tier::ALL, Tier::as_str));
        let reason = fields.required("reason", text(Reason::parse));
        Ok(Self {
            tier: tier?,
            reason: reason?,
        })
    }
}

/// What is to be purged early, and why.
#[derive(ToSchema)]
#[schema(as = PurgeTenant, example = json!({ "early": true, "reason": "the customer asked for it" }))]
pub(super) struct PurgeBody {
    /// Within the grace period too.
    #[schema(required = false, default = false)]
    early: bool,
    #[schema(schema_with = reason)]
    reason: Reason,
}

impl PurgeBody {
    pub(super) fn read(fields: &mut Fields<'_>) -> Checked<Self> {
        let early = fields.defaulted("early", false, flag);
        let reason = fields.required("reason", text(Reason::parse));
        Ok(Self {
            early: early?,
            reason: reason?,
        })
    }

    pub(super) fn command(self) -> PurgeTenant {
        PurgeTenant {
            early: self.early,
            reason: self.reason,
        }
    }
}

fn reason() -> Object {
    openapi::text::<{ Reason::MIN_CHARS }, { Reason::MAX_CHARS }>()
}

fn nullable_tier() -> Object {
    openapi::nullable(tier())
}

fn nullable_isolation() -> Object {
    openapi::nullable(isolation())
}

fn nullable_database() -> Object {
    openapi::nullable_text::<{ DatabaseName::MIN_CHARS }, { DatabaseName::MAX_CHARS }>()
}

fn nullable_address() -> Object {
    openapi::nullable(address())
}
