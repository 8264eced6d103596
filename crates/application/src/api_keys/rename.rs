use super::ApiKeys;
use crate::{
    error::{Error, Resource},
    gate::Caller,
};
use domain::{
    api_key::ApiKey,
    audit::{AuditEvent, AuditTrail},
    id::{ApiKeyId, TenantId},
    permission::Permission,
    text::{ApiKeyDescription, ApiKeyName},
};

/// Change what people call an API key and what they say about it; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct RenameApiKey {
    /// A new name.
    pub name: Option<ApiKeyName>,
    /// A new description, or none any more.
    pub description: Option<Option<ApiKeyDescription>>,
}

impl ApiKeys {
    /// Sets an API key's name and description. Recorded also when nothing changed.
    ///
    /// # Errors
    /// The gate's refusals, [`Error::NotFound`].
    pub async fn rename(
        &self,
        caller: &Caller,
        tenant: TenantId,
        id: ApiKeyId,
        command: RenameApiKey,
    ) -> Result<ApiKey, Error> {
        let mut work = self
            .gate
            .write(caller, tenant, Permission::UpdateApiKeys)
            .await?;
        let found = work.tx.api_keys().find(id).await?;
        let mut key = found.ok_or(Error::NotFound(Resource::ApiKey))?;
        let before = key.clone();
        if key.rename(command.name, command.description, work.scope.at()) {
            work.tx.api_keys().rename(&key).await?;
        }
        let event = AuditEvent::api_key_updated(&before, &key);
        work.commit(AuditTrail::of(event)).await?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{audit::Fact, ports::Counted, role::Role};

    fn command() -> RenameApiKey {
        RenameApiKey {
            name: Some(ApiKeyName::parse("robot").unwrap()),
            description: Some(Some(ApiKeyDescription::parse("builds").unwrap())),
        }
    }

    fn renamed() -> ApiKey {
        let (mut key, command) = (api_key(), command());
        assert!(key.rename(command.name, command.description, NOW));
        key
    }

    fn finding(key: fn() -> ApiKey) -> Fixture {
        let mut fixture = Fixture::member(Role::Admin);
        let find = fixture.on.api_keys.expect_find();
        find.returning(move |_| Ok(Some(key())));
        fixture
    }

    #[tokio::test]
    async fn the_new_name_is_committed_with_the_old_one_in_its_event() {
        let mut fixture = finding(api_key);
        let rename = fixture.on.api_keys.expect_rename().once();
        rename.withf(|key| *key == renamed()).returning(|_| Ok(()));
        let world = fixture.start();

        let api_keys = &world.app.api_keys;
        let answer = api_keys
            .rename(&caller(), tenant_id(), api_key_id(), command())
            .await;
        assert_eq!(answer.unwrap(), renamed());
        let event = AuditEvent::api_key_updated(&api_key(), &renamed());
        let changes: Vec<_> = event.changes().iter().map(|one| &one.before).collect();
        assert_eq!(changes, [&Fact::from("deploy"), &Fact::Nothing]);
        let counted = Counted::AuditEventRecorded(event.action());
        assert_eq!(world.commits()[0].trail, AuditTrail::of(event));
        assert_eq!(world.counted(), [counted]);
    }

    #[tokio::test]
    async fn a_change_of_nothing_is_recorded_without_touching_the_row() {
        let world = finding(renamed).start();
        let api_keys = &world.app.api_keys;
        let answer = api_keys
            .rename(&caller(), tenant_id(), api_key_id(), command())
            .await;
        assert_eq!(answer.unwrap(), renamed());
        assert_eq!(world.committed(), ["api_key.updated"]);
    }

    #[tokio::test]
    async fn a_key_that_is_not_there_is_not_found() {
        let mut fixture = Fixture::member(Role::Admin);
        fixture.on.api_keys.expect_find().returning(|_| Ok(None));
        let world = fixture.start();

        let api_keys = &world.app.api_keys;
        let answer = api_keys
            .rename(&caller(), tenant_id(), api_key_id(), command())
            .await;
        assert!(matches!(answer, Err(Error::NotFound(Resource::ApiKey))));
        world.assert_untouched();
    }

    #[tokio::test]
    async fn whoever_may_not_change_keys_is_refused_before_anything_is_read() {
        assert_refused(Permission::UpdateApiKeys, async |app, caller| {
            app.api_keys
                .rename(caller, tenant_id(), api_key_id(), command())
                .await
        })
        .await;
    }
}
