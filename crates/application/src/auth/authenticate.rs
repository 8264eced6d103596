use super::Auth;
use crate::{
    error::{Challenge, Error},
    gate::Caller,
};
use domain::{access::Credential, id::UserId};

impl Auth {
    /// Turns a bearer credential into a caller. Costs no database work: whether the user or the key still counts is
    /// read together with the data.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when it is not a valid token, nor, where one is accepted, a well-formed API key.
    pub fn authenticate(&self, bearer: &str, challenge: Challenge) -> Result<Caller, Error> {
        let key = match challenge {
            Challenge::TokenOrKey => self.ports.mint.recognise(bearer),
            Challenge::Token => None,
        };
        let credential = match key {
            Some((key_id, digest)) => Credential::ApiKey { key_id, digest },
            None => Credential::User(self.user(bearer, challenge)?),
        };
        Ok(Caller {
            credential,
            challenge,
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
