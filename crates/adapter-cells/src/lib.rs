//! Several databases behind one [`Store`](domain::ports::Store): who may do what is in the main one, a tenant's data may
//! be in another, its *cell*.
//!
//! The main database keeps the control plane of every tenant: users, organisations, members, roles, API keys. Projects,
//! resources and the events about them are where the tenant was placed. A request in a tenant of a cell therefore has
//! two transactions, and at most one of them has effects:
//!
//! - Events and the outcome of an idempotency key commit together with the effect, in the database of the effect, first.
//! - The other database gets a copy of the outcome afterwards. A key counts as used when either database says so, so
//!   that it does not matter if the copy is lost.
//! - The audit trail is the two databases' events, merged by time.
//!
//! Between the two transactions lies the moment of judgement: a right that is revoked in it may be used once more by a
//! request that is under way. In the main database there is no such moment.

mod audit;
mod data;
mod idempotency;
mod place;
mod platform;
mod store;
mod tx;

pub use store::CellStore;
