//! Credential ports that refuse to work while a transaction is open.

use super::store::State;
use async_trait::async_trait;
use domain::{
    api_key::{KeyDigest, KeyId, NewKey},
    id::UserId,
    password::{Password, PasswordHash},
    ports::{
        AccessToken, HashingUnavailable, KeyMint, PasswordHasher, TokenIssuer, TokenVerifier,
        Verdict,
    },
};
use std::sync::Arc;
use time::OffsetDateTime;

pub(super) struct Outside<T> {
    state: Arc<State>,
    inner: T,
}

pub(super) fn outside<T>(state: &Arc<State>, inner: T) -> Arc<Outside<T>> {
    Arc::new(Outside {
        state: state.clone(),
        inner,
    })
}

impl<T> Outside<T> {
    fn inner(&self) -> &T {
        self.state.assert_no_transaction();
        &self.inner
    }
}

#[async_trait]
impl<T: PasswordHasher> PasswordHasher for Outside<T> {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashingUnavailable> {
        self.inner().hash(password).await
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<Verdict, HashingUnavailable> {
        self.inner().verify(password, stored).await
    }
}

impl<T: TokenIssuer> TokenIssuer for Outside<T> {
    fn issue(&self, user: UserId, now: OffsetDateTime) -> AccessToken {
        self.inner().issue(user, now)
    }
}

impl<T: TokenVerifier> TokenVerifier for Outside<T> {
    fn verify(&self, token: &str, now: OffsetDateTime) -> Option<UserId> {
        self.inner().verify(token, now)
    }
}

impl<T: KeyMint> KeyMint for Outside<T> {
    fn mint(&self) -> NewKey {
        self.inner().mint()
    }

    fn recognise(&self, raw: &str) -> Option<(KeyId, KeyDigest)> {
        self.inner().recognise(raw)
    }
}
