//! What the system tests share.

mod audit;
mod memory;
mod parallel;
mod random;
mod servers;
mod wire;

pub use audit::Audit;
pub use memory::Memory;
pub use parallel::{Over, together};
pub use random::Random;
pub use servers::{BINARY, builder, shared};
pub use wire::{Answer, Wire, head};

/// How often something is done: `count` times, or ten times that with `SAAS_TEST_LONG=1`.
pub fn rounds(count: usize) -> usize {
    match std::env::var("SAAS_TEST_LONG") {
        Ok(long) if long == "1" => count * 10,
        _ => count,
    }
}

/// Runs tests, functions of the kind of database, on both of them.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { super::$test(&test_server::Database::Sqlite); })+
        }
        mod postgres {
            $(#[test] fn $test() { super::$test(&test_server::Database::Postgres); })+
        }
    };
}
pub(crate) use on_both;
