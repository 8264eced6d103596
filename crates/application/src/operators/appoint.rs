use super::{Acting, Operators};
use crate::{error::Error, gate::PlatformWork};
use domain::{
    access::Origin,
    id::OperatorId,
    operator::{BootstrapToken, Operator, OperatorEvent},
    ports::{Access, Unique},
    text::OperatorName,
};

/// Become an operator.
#[derive(Clone)]
pub struct Appoint {
    /// The raw bootstrap token.
    pub token: String,
    /// What to be called.
    pub name: OperatorName,
    /// Where the request came from.
    pub origin: Origin,
}

/// A new operator with the raw key, which is shown this once.
#[derive(Clone)]
pub struct Appointed {
    /// The operator.
    pub operator: Operator,
    /// The raw key.
    pub key: String,
}

impl Operators {
    /// Issues a bootstrap token, which makes its bearer an operator, once, within [`BootstrapToken::LIFE`].
    ///
    /// # Errors
    /// Those of storage.
    pub async fn issue_token(&self) -> Result<String, Error> {
        let secret = self.ports.bootstrap_mint.mint();
        let by = Acting::nobody(Operator::CONSOLE, self.ports.clock.now().into());
        let token = BootstrapToken::issue(secret.digest, by.origin.at);
        let mut work = PlatformWork::begin(&self.ports, None, Access::Write).await?;
        work.tx.operators().insert_token(&token).await?;
        let event = OperatorEvent::bootstrap_issued(&by.name);
        work.commit_operated(&event, &by.origin).await?;
        Ok(secret.raw)
    }

    /// Makes the bearer of a bootstrap token an operator. The token is used up only when that succeeds.
    ///
    /// # Errors
    /// [`Error::BootstrapToken`], [`Error::Taken`] for the name.
    pub async fn appoint(&self, command: Appoint) -> Result<Appointed, Error> {
        let recognised = self.ports.bootstrap_mint.recognise(&command.token);
        let (_, token) = recognised.ok_or_else(|| self.refuse_token())?;
        let key = self.ports.operator_mint.mint();
        let origin = Origin {
            at: self.ports.clock.now(),
            ..command.origin
        };
        let id = OperatorId::from_uuid(self.ports.ids.uuid());

        let mut work = PlatformWork::begin(&self.ports, None, Access::Write).await?;
        if !work.tx.operators().take_token(&token, origin.at).await? {
            return Err(self.refuse_token());
        }
        let operator = Operator::appoint(id, command.name, origin.at)
            .map_err(|_| Error::Taken(Unique::Operator))?;
        work.tx.operators().insert(&operator, &key.digest).await?;
        let event = OperatorEvent::appointed(&operator);
        work.commit_operated(&event, &origin).await?;
        Ok(Appointed {
            operator,
            key: key.raw,
        })
    }

    fn refuse_token(&self) -> Error {
        self.note_refusal();
        Error::BootstrapToken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::{access::CallerFacts, ports::StoreError};

    fn command(name: &str) -> Appoint {
        Appoint {
            token: bootstrap_token().raw,
            name: operator_name(name),
            origin: arrival(),
        }
    }

    fn appointed() -> Operator {
        let id = OperatorId::from_uuid(made_id(1));
        Operator::appoint(id, operator_name("grace"), NOW).unwrap()
    }

    /// The token is recognised, and good or not.
    fn fixture(good: bool) -> Fixture {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let recognise = fixture.bootstrap_mint.expect_recognise();
        recognise.returning(|raw| {
            let token = bootstrap_token();
            (raw == token.raw).then_some((token.key_id, token.digest))
        });
        let take = fixture.on.operators.expect_take_token();
        take.withf(|digest, now| (*digest, *now) == (bootstrap_token().digest, NOW))
            .returning(move |_, _| Ok(good));
        fixture
    }

    #[tokio::test]
    async fn a_token_is_stored_by_its_hash_for_a_quarter_of_an_hour() {
        let mut fixture = Fixture::with(CallerFacts::User(None));
        let insert = fixture.on.operators.expect_insert_token().once();
        insert
            .withf(|new| *new == BootstrapToken::issue(bootstrap_token().digest, NOW))
            .returning(|_| Ok(()));
        let world = fixture.start();
        let token = world.app.operators.issue_token().await.unwrap();
        assert_eq!(token, bootstrap_token().raw);
        let event = OperatorEvent::bootstrap_issued(&operator_name("cli"));
        assert_eq!(world.operated(), [(event, NOW.into())]);
    }

    #[tokio::test]
    async fn the_bearer_of_a_token_becomes_an_operator_with_a_key() {
        let mut fixture = fixture(true);
        let insert = fixture.on.operators.expect_insert().once();
        insert
            .withf(|new, digest| (new, *digest) == (&appointed(), operator_key().digest))
            .returning(|_, _| Ok(()));
        let world = fixture.start();
        let made = world.app.operators.appoint(command("grace")).await.unwrap();
        assert_eq!((made.operator, made.key), (appointed(), operator_key().raw));
        let event = OperatorEvent::appointed(&appointed());
        assert_eq!(world.operated(), [(event, origin())]);
        assert_eq!(world.app.operators.take_refused(), 0);
    }

    #[tokio::test]
    async fn a_token_that_is_no_good_makes_nobody_an_operator() {
        let world = fixture(false).start();
        let operators = &world.app.operators;
        let nonsense = Appoint {
            token: "nonsense".to_owned(),
            ..command("grace")
        };
        for command in [command("grace"), nonsense] {
            let refused = operators.appoint(command).await;
            assert!(matches!(refused, Err(Error::BootstrapToken)));
        }
        assert_eq!(world.operated(), []);
        assert_eq!(operators.take_refused(), 2);
    }

    /// The transaction is not committed, and so the token is not used up.
    #[tokio::test]
    async fn a_name_that_is_taken_or_reserved_makes_nobody_an_operator() {
        let mut fixture = fixture(true);
        let insert = fixture.on.operators.expect_insert();
        insert.returning(|_, _| Err(StoreError::Taken(Unique::Operator)));
        let world = fixture.start();
        for name in ["grace", "cli", "system"] {
            let refused = world.app.operators.appoint(command(name)).await;
            assert!(
                matches!(refused, Err(Error::Taken(Unique::Operator))),
                "{name}"
            );
        }
        assert_eq!(world.operated(), []);
    }
}
