//! Schema history for PostgreSQL and SQLite
