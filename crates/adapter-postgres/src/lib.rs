//! PostgreSQL: leased connections, row-level security, roles
