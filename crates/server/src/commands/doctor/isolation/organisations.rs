//! The organisations that are probed: made by the use cases of operators and owners, and purged again.

use super::{
    accounts::Puppet,
    contents::{self, Contents},
    names::{Caller, Names},
    places::Place,
};
use anyhow::{Context, ensure};
use application::{
    App, Ports,
    error::Error,
    gate,
    operators::OperatorCaller,
    tenants::{CreateTenant, Owner, PurgeTenant},
};
use domain::{
    access::Origin,
    id::{TenantId, UserId},
    page::{PageRequest, Start},
    slug::Slug,
    tenant::{TenantStatus, Tier},
    text::{Reason, TenantName},
};
use std::{cell::RefCell, sync::Arc};

/// An organisation with one thing of each kind.
#[derive(Debug)]
pub(super) struct Organisation {
    pub(super) names: Names,
    pub(super) owner: Puppet,
    pub(super) slug: String,
    /// A text that is in everything that belongs to it, and nowhere else.
    pub(super) canary: String,
    /// The raw key.
    pub(super) key: String,
}

impl Organisation {
    /// Texts that nobody else has.
    pub(super) fn marks(&self) -> Vec<String> {
        let names = self.names.all().into_iter().map(str::to_owned);
        let key = self.key.chars().take(16).collect();
        names.chain([self.canary.clone(), key]).collect()
    }

    /// Its owner, as bodies name whoever calls.
    pub(super) fn caller(&self) -> Caller {
        Caller {
            user: self.owner.id.to_string(),
            email: self.owner.address.clone(),
            slug: self.slug.clone(),
        }
    }
}

/// Makes organisations, and purges every one that it made.
pub(super) struct Organisations {
    app: Arc<App>,
    ports: Ports,
    made: RefCell<Vec<TenantId>>,
}

impl Organisations {
    pub(super) fn new(app: Arc<App>, ports: Ports) -> Self {
        let made = RefCell::default();
        Self { app, ports, made }
    }

    /// Founds an organisation and fills it.
    ///
    /// # Errors
    /// Those of the use cases; what was made is purged with the rest.
    pub(super) async fn found(
        &self,
        owner: &Puppet,
        place: &Place,
    ) -> anyhow::Result<Organisation> {
        let canary = format!("canary{}", self.ports.ids.uuid().simple());
        let slug = format!("isolation-probe-{canary}");
        let tenant = self.open(owner.id, place, &canary, &slug).await;
        let tenant = tenant.with_context(|| format!("no organisation in {}", place.name))?;
        let by = self.caller(owner.id);
        let Contents { names, key } =
            contents::fill(&self.app, &self.ports, &by, tenant, owner.id, &canary).await?;
        Ok(Organisation {
            names,
            owner: owner.clone(),
            slug,
            canary,
            key,
        })
    }

    async fn open(
        &self,
        owner: UserId,
        place: &Place,
        canary: &str,
        slug: &str,
    ) -> anyhow::Result<TenantId> {
        let command = CreateTenant {
            name: TenantName::parse(format!("Isolation probe {canary}"))?,
            slug: Some(Slug::parse(slug)?),
            tier: Some(Tier::Enterprise),
            isolation: Some(place.isolation),
            database: place.database.clone(),
            owner: Owner::Id(owner),
            key_name: None,
            reason: reason()?,
            key: None,
        };
        let founded = self.app.tenants.create(&self.console(), command).await?;
        let founded = contents::fresh(founded)?;
        let id = founded.tenant.id();
        self.made.borrow_mut().push(id);
        if founded.tenant.status() == TenantStatus::Provisioning {
            let origin = Origin::from(self.ports.clock.now());
            let opened = self.app.onboarding.settle(&founded, &origin).await?;
            ensure!(opened.is_some(), "somebody else has ended it");
        }
        Ok(id)
    }

    /// Purges everything that was made here, whatever became of it.
    ///
    /// # Errors
    /// With the ids of what is left.
    pub(super) async fn purge_made(&self) -> anyhow::Result<()> {
        let made = self.made.take();
        let mut left = Vec::new();
        for tenant in made {
            if let Err(error) = self.purge(tenant).await {
                left.push(format!("{tenant}: {error:#}"));
            }
        }
        ensure!(
            left.is_empty(),
            "these organisations have to be purged by hand: {}",
            left.join("; ")
        );
        Ok(())
    }

    /// Purges what a run that was killed has left: organisations that nobody but the account belongs to. Where others
    /// belong, somebody has invited the account, and it is not ours.
    ///
    /// # Errors
    /// Those of the use cases.
    pub(super) async fn purge_leftovers(&self, account: UserId) -> anyhow::Result<()> {
        let page = |limit| PageRequest {
            limit,
            start: Start::Offset(0),
        };
        let (by, one, all) = (self.caller(account), page(1), page(PageRequest::MAX_LIMIT));
        let found = self.app.organisations.list(account, &all).await?;
        for tenant in found.items.iter().map(domain::tenant::Tenant::id) {
            let members = self.app.members.list(&by, tenant, &one).await;
            if members.is_ok_and(|members| members.total == Some(1)) {
                self.purge(tenant).await?;
            }
        }
        Ok(())
    }

    async fn purge(&self, tenant: TenantId) -> anyhow::Result<()> {
        let (tenants, by) = (&self.app.tenants, self.console());
        match tenants.delete(&by, tenant, reason()?).await {
            // Not open yet, or closed by an earlier attempt: it is gone on with.
            Ok(_) | Err(Error::Closed(_) | Error::Transition(_) | Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let command = PurgeTenant {
            early: true,
            reason: reason()?,
        };
        match tenants.purge(&by, tenant, command).await {
            Ok(_) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn console(&self) -> OperatorCaller {
        OperatorCaller::console(self.ports.clock.now())
    }

    fn caller(&self, user: UserId) -> gate::Caller {
        contents::caller(user, self.ports.clock.now())
    }
}

fn reason() -> anyhow::Result<Reason> {
    Reason::parse("isolation probe").context("a reason of ours is one")
}
