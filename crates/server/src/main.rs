//! The `saas-api` binary.

mod config;

fn main() {}
