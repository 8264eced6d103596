use super::{Acting, Operation, Operators};
use crate::{error::Error, gate::PlatformWork};
use domain::{
    access::Origin,
    api_key::{KeyDigest, KeyId},
    operator::Operator,
    ports::Access,
};
use std::sync::atomic::Ordering;

/// Who operates, as far as that is known before storage is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorCaller {
    credential: Credential,
    origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Credential {
    Key(KeyId, KeyDigest),
    Console,
}

impl OperatorCaller {
    /// Whoever has a console on a server of ours, where the database is at hand anyway.
    pub fn console(origin: impl Into<Origin>) -> Self {
        Self {
            credential: Credential::Console,
            origin: origin.into(),
        }
    }

    /// The public part of the key, unless there is none.
    pub const fn key_id(&self) -> Option<&KeyId> {
        match &self.credential {
            Credential::Key(id, _) => Some(id),
            Credential::Console => None,
        }
    }
}

impl Operators {
    /// Turns an operator's key into a caller. Costs no database work: whether the key still counts is read together
    /// with the data.
    ///
    /// # Errors
    /// [`Error::OperatorKey`] when it is not a well-formed one.
    pub fn authenticate(&self, bearer: &str, origin: Origin) -> Result<OperatorCaller, Error> {
        let recognised = self.ports.operator_mint.recognise(bearer);
        let (id, digest) = recognised.ok_or_else(|| self.refuse())?;
        Ok(OperatorCaller {
            credential: Credential::Key(id, digest),
            origin,
        })
    }

    /// How many credentials were refused since this was last asked.
    pub fn take_refused(&self) -> u64 {
        self.refused.swap(0, Ordering::Relaxed)
    }

    /// Begins a transaction for an operator.
    pub(crate) async fn begin(
        &self,
        caller: &OperatorCaller,
        access: Access,
    ) -> Result<Operation, Error> {
        let origin = Origin {
            at: self.ports.clock.now(),
            ..caller.origin.clone()
        };
        let mut work = PlatformWork::begin(&self.ports, None, access).await?;
        let by = match &caller.credential {
            Credential::Console => Acting::nobody(Operator::CONSOLE, origin),
            Credential::Key(_, digest) => {
                let found = work.tx.operators().find_by_digest(digest).await?;
                let counts = |(operator, stored): &(Operator, KeyDigest)| {
                    stored == digest && operator.revoked_at.is_none()
                };
                let (operator, _) = found.filter(counts).ok_or_else(|| self.refuse())?;
                Acting {
                    id: operator.id,
                    name: operator.name,
                    origin,
                }
            }
        };
        Ok(Operation { by, work })
    }

    fn refuse(&self) -> Error {
        self.note_refusal();
        Error::OperatorKey
    }

    pub(super) fn note_refusal(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn what_is_no_operator_key_costs_no_database_work_and_is_counted() {
        let world = Fixture::operator().start();
        for bearer in ["", "nonsense", &new_key().raw, &bootstrap_token().raw] {
            let refused = world.app.operators.authenticate(bearer, arrival());
            assert!(matches!(refused, Err(Error::OperatorKey)), "{bearer}");
        }
        assert_eq!(world.app.operators.take_refused(), 4);
        assert_eq!(world.app.operators.take_refused(), 0);
    }

    #[tokio::test]
    async fn a_key_that_is_unknown_or_was_taken_away_lets_nobody_in() {
        let revoked = Operator {
            revoked_at: Some(BEFORE),
            ..operator()
        };
        for known in [None, Some(revoked)] {
            let world = Fixture::knowing(known).start();
            let refused = world.app.operators.list(&world.operating()).await;
            assert!(matches!(refused, Err(Error::OperatorKey)));
            assert_eq!(world.app.operators.take_refused(), 1);
        }
    }

    #[tokio::test]
    async fn a_digest_that_is_not_the_stored_one_lets_nobody_in() {
        let mut fixture = Fixture::operator();
        fixture.on.operators.checkpoint();
        let find = fixture.on.operators.expect_find_by_digest();
        find.returning(|_| Ok(Some((operator(), KeyDigest::new([1; 32])))));
        let world = fixture.start();
        let refused = world.app.operators.list(&world.operating()).await;
        assert!(matches!(refused, Err(Error::OperatorKey)));
    }

    #[tokio::test]
    async fn a_console_needs_no_key() {
        let mut fixture = Fixture::operator();
        let all = fixture.on.operators.expect_all().once();
        all.returning(|| Ok(vec![operator()]));
        let world = fixture.start();
        let console = OperatorCaller::console(NOW);
        assert_eq!(console.key_id(), None);
        let found = world.app.operators.list(&console).await;
        assert_eq!(found.unwrap(), [operator()]);
    }
}
