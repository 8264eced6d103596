//! Tenants, which the API calls organisations: the roots that every other row hangs from.

use crate::{id::TenantId, slug::Slug, text::TenantName};
use time::OffsetDateTime;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    id: TenantId,
    name: TenantName,
    slug: Slug,
    version: i64,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
}

impl Tenant {
    /// A tenant that has just been founded; without a slug of its own it gets one from its name.
    pub fn found(id: TenantId, name: TenantName, slug: Option<Slug>, now: OffsetDateTime) -> Self {
        let slug = slug.unwrap_or_else(|| Slug::derive(&name));
        Self {
            id,
            name,
            slug,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// A tenant as it was stored.
    pub fn restore(
        id: TenantId,
        name: TenantName,
        slug: Slug,
        version: i64,
        created_at: OffsetDateTime,
        updated_at: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            name,
            slug,
            version,
            created_at,
            updated_at,
        }
    }

    /// Sets what is given; `false` when that changes nothing, and then neither version nor time move.
    pub fn update(
        &mut self,
        name: Option<TenantName>,
        slug: Option<Slug>,
        now: OffsetDateTime,
    ) -> bool {
        let name = name.unwrap_or_else(|| self.name.clone());
        let slug = slug.unwrap_or_else(|| self.slug.clone());
        if name == self.name && slug == self.slug {
            return false;
        }
        (self.name, self.slug, self.updated_at) = (name, slug, now);
        self.version += 1;
        true
    }

    /// The tenant's id.
    pub const fn id(&self) -> TenantId {
        self.id
    }

    /// The tenant's name.
    pub const fn name(&self) -> &TenantName {
        &self.name
    }

    /// The tenant's slug.
    pub const fn slug(&self) -> &Slug {
        &self.slug
    }

    /// Row version, 1 for a new row, one more for each change.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// When the tenant was founded.
    pub const fn created_at(&self) -> OffsetDateTime {
        self.created_at
    }

    /// When the row last changed.
    pub const fn updated_at(&self) -> OffsetDateTime {
        self.updated_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;

    #[test]
    fn setting_what_is_already_set_changes_nothing() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let name = TenantName::parse("Acme").unwrap();
        let id = TenantId::from_uuid(uuid::Uuid::nil());
        let mut tenant = Tenant::found(id, name.clone(), None, now);
        let later = now + Duration::SECOND;

        assert!(!tenant.update(Some(name), Some(Slug::parse("acme").unwrap()), later));
        assert_eq!((tenant.version(), tenant.updated_at()), (1, now));
        assert!(tenant.update(None, Some(Slug::parse("acme-2").unwrap()), later));
        assert_eq!((tenant.version(), tenant.updated_at()), (2, later));
    }
}
