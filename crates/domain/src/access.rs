//! The only door to a tenant's data.
//!
//! A caller comes with a [`Credential`]. Storage answers with what it knows about that caller in that tenant
//! ([`AccessFacts`]) and, from the same snapshot, with the data, [`Sealed`]. A seal opens only through
//! [`TenantScope::authorize`], the one pure rule about who may do what.

mod facts;
mod scope;
mod sealed;

pub use facts::{AccessFacts, CallerFacts, Credential, KeyFacts, UserFacts};
pub use scope::{AccessDenied, Actor, Origin, TenantScope};
pub use sealed::Sealed;

#[cfg(test)]
mod tests;
