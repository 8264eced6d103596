use super::{OperatorCaller, Operators};
use crate::error::{Error, Resource};
use domain::{
    id::OperatorId,
    operator::{Operator, OperatorEvent},
    ports::Access,
};

impl Operators {
    /// Takes an operator's key away. Repeating it changes and records nothing.
    ///
    /// # Errors
    /// [`Error::OperatorKey`], [`Error::NotFound`].
    pub async fn revoke(&self, caller: &OperatorCaller, id: OperatorId) -> Result<Operator, Error> {
        let mut operation = self.begin(caller, Access::Write).await?;
        let (by, operators) = (&operation.by, operation.work.tx.operators());
        let found = operators.find(id).await?;
        let mut operator = found.ok_or(Error::NotFound(Resource::Operator))?;
        if !operator.revoke(by.origin.at) {
            return Ok(operator);
        }
        operators.revoke(&operator).await?;
        let event = OperatorEvent::revoked(&by.name, &operator);
        operation.work.commit_operated(&event, &by.origin).await?;
        Ok(operator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn other(revoked: bool) -> Operator {
        Operator {
            id: OperatorId::from_uuid(made_id(7)),
            name: operator_name("ada"),
            revoked_at: revoked.then_some(BEFORE),
            ..operator()
        }
    }

    fn finding(found: Option<Operator>) -> Fixture {
        let mut fixture = Fixture::operator();
        let find = fixture.on.operators.expect_find();
        find.withf(|id| *id == other(false).id)
            .returning(move |_| Ok(found.clone()));
        fixture
    }

    #[tokio::test]
    async fn the_key_is_taken_away_with_its_event() {
        let mut fixture = finding(Some(other(false)));
        let expected = Operator {
            revoked_at: Some(NOW),
            ..other(false)
        };
        let stored = expected.clone();
        let revoke = fixture.on.operators.expect_revoke().once();
        revoke
            .withf(move |new| *new == stored)
            .returning(|_| Ok(()));
        let world = fixture.start();
        let operators = &world.app.operators;
        let revoked = operators.revoke(&world.operating(), expected.id).await;
        assert_eq!(revoked.unwrap(), expected);
        let event = OperatorEvent::revoked(&operator().name, &expected);
        assert_eq!(world.operated(), [(event, origin())]);
    }

    #[tokio::test]
    async fn taking_it_away_again_changes_and_records_nothing() {
        let world = finding(Some(other(true))).start();
        let operators = &world.app.operators;
        let revoked = operators.revoke(&world.operating(), other(true).id).await;
        assert_eq!(revoked.unwrap(), other(true));
        assert_eq!(world.operated(), []);
    }

    #[tokio::test]
    async fn an_operator_whom_there_is_not_is_not_found() {
        let world = finding(None).start();
        let operators = &world.app.operators;
        let refused = operators.revoke(&world.operating(), other(true).id).await;
        assert!(matches!(refused, Err(Error::NotFound(Resource::Operator))));
    }
}
