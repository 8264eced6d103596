//! What the application needs from the world, one trait a capability.
//!
//! | port | what for |
//! | --- | --- |
//! | [`Store`], [`PlatformTx`], [`TenantTx`] | units of work, the doors to all data |
//! | [`TenantReads`] | hot reads: authority and data in one round trip |
//! | [`UserRepository`], [`TenantDirectory`], [`TenantRepository`], [`MembershipRepository`], [`RoleRepository`], [`ProjectRepository`], [`ResourceRepository`], [`ApiKeyRepository`], [`AuditLog`], [`UserEventLog`], [`OperatorRepository`], [`IdempotencyRepository`] | what a transaction offers |
//! | [`Clock`], [`IdGenerator`] | time and identifiers |
//! | [`PasswordHasher`], [`TokenIssuer`], [`TokenVerifier`], [`KeyMint`] | credentials |
//! | [`Counters`] | business metrics |
//!
//! With the feature `mocks` every repository has a `mockall` mock.

mod ambient;
mod counters;
mod credentials;
mod operators;
mod repositories;
mod store;

pub use ambient::{Clock, IdGenerator};
pub use counters::{AuthOperation, Counted, Counters};
pub use credentials::{
    AccessToken, HashingUnavailable, KeyMint, PasswordHasher, TokenIssuer, TokenVerifier, Verdict,
};
#[cfg(feature = "mocks")]
pub use credentials::{MockKeyMint, MockPasswordHasher, MockTokenIssuer, MockTokenVerifier};
#[cfg(feature = "mocks")]
pub use operators::MockOperatorRepository;
pub use operators::OperatorRepository;
pub use repositories::{
    ApiKeyRepository, AuditLog, IdempotencyRepository, MembershipRepository, ProjectRepository,
    ResourceRepository, RoleRepository, TenantDirectory, TenantRepository, UserEventLog,
    UserRepository,
};
#[cfg(feature = "mocks")]
pub use repositories::{
    MockApiKeyRepository, MockAuditLog, MockIdempotencyRepository, MockMembershipRepository,
    MockProjectRepository, MockResourceRepository, MockRoleRepository, MockTenantDirectory,
    MockTenantRepository, MockUserEventLog, MockUserRepository,
};
pub use store::{
    Access, KeyUse, PlatformTx, Reference, Store, StoreError, StoreResult, TenantReads, TenantTx,
    Unique,
};
