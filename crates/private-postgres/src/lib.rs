//! A private PostgreSQL server for tests and benchmarks, started from the installed binaries
