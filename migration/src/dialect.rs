//! One table definition for two databases: the words in which they differ.

use sea_orm_migration::sea_orm::DbBackend;

/// Each word with its PostgreSQL and its SQLite form. Names are compared by code point on both; SQLite has no schemas,
/// and compares instants as text, so that all have to be equally long.
const WORDS: [(&str, &str, &str); 9] = [
    ("{platform}", "platform.", ""),
    ("{pool}", "pool.", ""),
    ("{uuid}", "uuid", "BLOB"),
    ("{bytes}", "bytea", "BLOB"),
    ("{instant}", "timestamptz", "TEXT"),
    ("{json}", "jsonb", "TEXT"),
    ("{bool}", "boolean", "BOOLEAN"),
    ("{name}", "text COLLATE \"C\"", "TEXT"),
    ("{now}", "now()", "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"),
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
