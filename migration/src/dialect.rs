//! One table definition for two databases: the words in which they differ.

use sea_orm_migration::sea_orm::DbBackend;

/// Each word with its PostgreSQL and its SQLite form. Names are compared by code point on both.
const WORDS: [(&str, &str, &str); 6] = [
    ("{uuid}", "uuid", "BLOB"),
    ("{bytes}", "bytea", "BLOB"),
    ("{instant}", "timestamptz", "TEXT"),
    ("{json}", "jsonb", "TEXT"),
    ("{bool}", "boolean", "BOOLEAN"),
    ("{name}", "text COLLATE \"C\"", "TEXT"),
];

/// Puts a database's own words into a definition.
pub(crate) fn render(template: &str, backend: DbBackend) -> String {
    let mut sql = template.to_owned();
    for (word, postgres, sqlite) in WORDS {
        let own = if backend == DbBackend::Sqlite {
            sqlite
        } else {
            postgres
        };
        sql = sql.replace(word, own);
    }
    sql
}
