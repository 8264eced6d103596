//! Time and identifiers, which nothing else in the workspace may take from its surroundings.

use time::OffsetDateTime;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in UTC, cut to whole microseconds (what every database here keeps).
    fn now(&self) -> OffsetDateTime;
}

/// Makes identifiers.
pub trait IdGenerator: Send + Sync {
    /// A new UUID version 7 (RFC 9562), later ones of one process sorting after earlier ones.
    fn uuid(&self) -> uuid::Uuid;
}
