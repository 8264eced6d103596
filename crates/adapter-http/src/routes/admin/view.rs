use crate::{
    routes::{
        api_keys::IssuedKeyView,
        organisations::{isolation, status, tier},
    },
    wire::Timestamp,
};
use application::{onboarding::Founded, operators::Appointed};
use domain::{operator::Operator, tenant::Tenant, text::DatabaseName};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An operator.
#[derive(Serialize, ToSchema)]
#[schema(as = Operator)]
pub(super) struct OperatorView<'a> {
    id: Uuid,
    name: &'a str,
    created_at: Timestamp,
    #[schema(required = true)]
    revoked_at: Option<Timestamp>,
}

impl<'a> From<&'a Operator> for OperatorView<'a> {
    fn from(operator: &'a Operator) -> Self {
        Self {
            id: operator.id.as_uuid(),
            name: operator.name.as_str(),
            created_at: Timestamp(operator.created_at),
            revoked_at: operator.revoked_at.map(Timestamp),
        }
    }
}

/// All operators.
#[derive(Serialize, ToSchema)]
#[schema(as = Operators)]
pub(super) struct OperatorsView<'a> {
    items: Vec<OperatorView<'a>>,
}

impl<'a> From<&'a [Operator]> for OperatorsView<'a> {
    fn from(operators: &'a [Operator]) -> Self {
        Self {
            items: operators.iter().map(OperatorView::from).collect(),
        }
    }
}

/// A new operator.
#[derive(Serialize, ToSchema)]
#[schema(as = AppointedOperator)]
pub(super) struct AppointedView<'a> {
    operator: OperatorView<'a>,
    /// What the operator signs in with, shown this once.
    key: &'a str,
}

impl<'a> From<&'a Appointed> for AppointedView<'a> {
    fn from(appointed: &'a Appointed) -> Self {
        Self {
            operator: OperatorView::from(&appointed.operator),
            key: &appointed.key,
        }
    }
}

/// An organisation, as operators see it.
#[derive(Serialize, ToSchema)]
#[schema(as = Tenant)]
pub(super) struct TenantView<'a> {
    id: Uuid,
    name: &'a str,
    slug: &'a str,
    #[schema(schema_with = tier)]
    tier: &'static str,
    #[schema(schema_with = status)]
    status: &'static str,
    #[schema(schema_with = isolation)]
    isolation: &'static str,
    /// The configured database that has its data; null for the main one.
    #[schema(required = true)]
    database: Option<&'a str>,
    /// When it may be purged; only while it is `deleting`.
    #[schema(required = true)]
    delete_after: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> From<&'a Tenant> for TenantView<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        let state = tenant.state();
        Self {
            id: state.id.as_uuid(),
            name: state.name.as_str(),
            slug: state.slug.as_str(),
            tier: state.tier.as_str(),
            status: state.status.as_str(),
            isolation: state.placement.isolation.as_str(),
            database: state.placement.database.as_ref().map(DatabaseName::as_str),
            delete_after: state.delete_after.map(Timestamp),
            created_at: Timestamp(state.created_at),
            updated_at: Timestamp(state.updated_at),
        }
    }
}

/// A new organisation, with its first API key where one was asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedTenant)]
pub(super) struct CreatedView<'a> {
    tenant: TenantView<'a>,
    #[schema(required = true)]
    api_key: Option<IssuedKeyView<'a>>,
}

impl<'a> From<&'a Founded> for CreatedView<'a> {
    fn from(founded: &'a Founded) -> Self {
        Self {
            tenant: TenantView::from(&founded.tenant),
            api_key: founded.key.as_ref().map(IssuedKeyView::from),
        }
    }
}

/// What is left of a purged organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = PurgedTenant)]
pub(super) struct PurgedView {
    pub(super) id: Uuid,
    /// How many rows it had.
    pub(super) purged_rows: u64,
}
