//! Tests alone: what `domain::policy` decides is held against [Cedar](https://www.cedarpolicy.com), an engine that
//! somebody else wrote, proved and tests. Run them on their own, so that nothing else is built with Cedar:
//! `cargo test -p policy-oracle --features cedar`.
