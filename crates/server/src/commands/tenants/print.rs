use application::onboarding::Founded;
use domain::{id::TenantId, tenant::Tenant, text::DatabaseName};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Prints organisations, one a line.
pub(super) fn all(tenants: &[Tenant], json: bool) {
    if json {
        let all: Vec<Value> = tenants.iter().map(value).collect();
        println!("{}", Value::from(all));
    } else {
        for tenant in tenants {
            println!("{}", line(tenant));
        }
    }
}

/// Prints an organisation.
pub(super) fn one(tenant: &Tenant, json: bool) {
    if json {
        println!("{}", value(tenant));
    } else {
        println!("{}", line(tenant));
    }
}

/// Prints a new organisation with the raw key, which is shown this once.
pub(super) fn founded(founded: &Founded, json: bool) {
    let raw_key = founded.key.as_ref().and_then(|key| key.raw.as_deref());
    if json {
        let mut value = value(&founded.tenant);
        value["raw_key"] = raw_key.into();
        println!("{value}");
    } else {
        one(&founded.tenant, false);
        if let Some(key) = raw_key {
            println!("API key (shown this once): {key}");
        }
    }
}

/// Prints what a purge removed.
pub(super) fn purged(id: TenantId, rows: u64, json: bool) {
    if json {
        println!("{}", json!({ "id": id.to_string(), "purged_rows": rows }));
    } else {
        println!("{id}  purged, {rows} rows");
    }
}

fn line(tenant: &Tenant) -> String {
    let state = tenant.state();
    let due = state.delete_after.map_or_else(String::new, |at| {
        format!("  to be purged after {}", instant(at))
    });
    format!(
        "{}  {:<12} {:<10} {:<4}  {}{due}",
        state.id,
        state.status.as_str(),
        state.tier.as_str(),
        state.placement.isolation.as_str(),
        state.slug.as_str(),
    )
}

fn value(tenant: &Tenant) -> Value {
    let state = tenant.state();
    json!({
        "id": state.id.to_string(),
        "name": state.name.as_str(),
        "slug": state.slug.as_str(),
        "tier": state.tier.as_str(),
        "status": state.status.as_str(),
        "isolation": state.placement.isolation.as_str(),
        "database": state.placement.database.as_ref().map(DatabaseName::as_str),
        "delete_after": state.delete_after.map(instant),
        "created_at": instant(state.created_at),
        "updated_at": instant(state.updated_at),
    })
}

fn instant(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}
