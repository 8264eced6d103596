//! SQLite: one writer, read-only readers
