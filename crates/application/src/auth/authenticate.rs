use super::Auth;
use crate::{
    error::{Challenge, Error},
    gate::Caller,
};
use domain::{
    access::{Credential, Origin},
    id::UserId,
};

impl Auth {
    /// Turns a bearer credential into a caller. Costs no database work: whether the user or the key still counts is
    /// read together with the data.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when it is not a valid token, nor, where one is accepted, a well-formed API key.
    pub fn authenticate(
        &self,
        bearer: &str,
        challenge: Challenge,
        origin: Origin,
    ) -> Result<Caller, Error> {
        let key = match challenge {
            Challenge::TokenOrKey | Challenge::TokenOrGrantedKey => {
                self.ports.mint.recognise(bearer)
            }
            Challenge::Token => None,
        };
        let credential = match key {
            Some((key_id, digest)) => Credential::ApiKey { key_id, digest },
            None => Credential::User(self.user(bearer, challenge)?),
        };
        Ok(Caller {
            credential,
            challenge,
            origin,
        })
    }

    /// Turns an access token into the user it was issued to, for what happens outside all organisations.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when it is not a valid token.
    pub fn authenticate_user(&self, token: &str) -> Result<UserId, Error> {
        self.user(token, Challenge::Token)
    }

    fn user(&self, token: &str, challenge: Challenge) -> Result<UserId, Error> {
        let now = self.ports.clock.now();
        self.ports
            .verifier
            .verify(token, now)
            .ok_or(Error::Unauthenticated(challenge))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use domain::role::Role;

    /// `token` is a token, `key` an API key, anything else neither.
    fn world() -> World {
        let mut fixture = Fixture::member(Role::Viewer);
        fixture
            .verifier
            .expect_verify()
            .withf(|_, now| *now == NOW)
            .returning(|token, _| (token == "token").then(user_id));
        fixture.mint.expect_recognise().returning(|raw| {
            let key = new_key();
            (raw == "key").then_some((key.key_id, key.digest))
        });
        fixture.start()
    }

    #[test]
    fn a_token_is_its_user_wherever_it_comes() {
        for challenge in [Challenge::Token, Challenge::TokenOrKey] {
            let known = world()
                .app
                .auth
                .authenticate("token", challenge, caller().origin)
                .unwrap();
            assert_eq!(
                known,
                Caller {
                    challenge,
                    ..caller()
                }
            );
        }
        let user = world().app.auth.authenticate_user("token");
        assert_eq!(user.unwrap(), user_id());
    }

    #[test]
    fn a_key_is_one_only_where_keys_are_accepted() {
        let auth = world().app.auth;
        for challenge in [Challenge::TokenOrKey, Challenge::TokenOrGrantedKey] {
            let known = auth.authenticate("key", challenge, caller().origin);
            let expected = Caller {
                challenge,
                ..key_caller()
            };
            assert_eq!(known.unwrap(), expected);
        }
        let refused = auth.authenticate("key", Challenge::Token, caller().origin);
        assert!(matches!(
            refused,
            Err(Error::Unauthenticated(Challenge::Token))
        ));
        let refused = auth.authenticate_user("key");
        assert!(matches!(
            refused,
            Err(Error::Unauthenticated(Challenge::Token))
        ));
    }

    #[test]
    fn anything_else_is_asked_for_what_would_do() {
        for challenge in [Challenge::Token, Challenge::TokenOrKey] {
            let refused = world()
                .app
                .auth
                .authenticate("nonsense", challenge, caller().origin);
            let Err(Error::Unauthenticated(asked)) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(asked, challenge);
        }
    }
}
