//! What all tests of the API share.

mod document;
mod json_shape;
mod matrix;
mod operations;
mod refusal;
mod schema;
mod servers;
mod values;

pub use document::Document;
pub use json_shape::shape;
pub use matrix::{Row, Verdict, matrix};
pub use operations::{Ids, body};
pub use refusal::*;
pub use servers::{own, postgres, sqlite};
pub use values::{assert_id, assert_timestamp, permissions, random_id};

/// Runs tests, functions of a server, on both databases.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { super::$test($crate::support::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $test() { super::$test($crate::support::postgres()); })+
        }
    };
}
pub(crate) use on_both;
