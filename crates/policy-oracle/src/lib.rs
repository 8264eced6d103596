//! Tests alone: what `domain::policy` decides is held against [Cedar](https://www.cedarpolicy.com), an engine that
//! somebody else wrote, proved and tests. It is a crate of its own so that nothing else waits for Cedar to be built.
