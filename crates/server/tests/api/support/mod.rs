//! What all tests of the API share.

mod callers;
mod document;
mod instants;
mod json_shape;
mod matrix;
mod operations;
mod refusal;
mod schema;
mod servers;
mod values;

pub use callers::Callers;
pub use document::Document;
pub use instants::{audited, clock, eventually, later, micros};
pub use json_shape::shape;
pub use matrix::{Row, Verdict, matrix};
pub use operations::{Ids, body};
pub use refusal::*;
pub use servers::{mixed, own, postgres, sqlite};
pub use values::{assert_id, assert_timestamp, permissions, random_id};

/// Runs tests, functions of a server, on both databases, and on one server with organisations in all places.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { super::$test($crate::support::sqlite()); })+
        }
        mod postgres {
            $(#[test] fn $test() { super::$test($crate::support::postgres()); })+
        }
        mod mixed {
            $(#[test] fn $test() { super::$test($crate::support::mixed()); })+
        }
    };
}
pub(crate) use on_both;
