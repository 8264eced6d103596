//! The system's clock and version 7 UUIDs: the only place that takes them from the surroundings.

use domain::ports::{Clock, IdGenerator};
use time::OffsetDateTime;
use uuid::Uuid;

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Clock port's implementation"
    )]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc().truncate_to_microsecond()
    }
}

/// UUIDs version 7 (RFC 9562), ordered by their creation over all generators of the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct UuidV7;

impl IdGenerator for UuidV7 {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the IdGenerator port's implementation"
    )]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_has_whole_microseconds_and_is_utc() {
        for _ in 0..1_000 {
            let now = SystemClock.now();
            assert_eq!(now.nanosecond() % 1_000, 0);
            assert!(now.offset().is_utc());
        }
    }

    #[test]
    fn ids_are_version_7_and_each_sorts_after_the_one_before() {
        let ids: Vec<Uuid> = (0..20_000).map(|_| UuidV7.uuid()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn ids_of_several_threads_are_distinct_and_ordered_within_each_thread() {
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| (0..5_000).map(|_| UuidV7.uuid()).collect::<Vec<_>>()))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            let ids = thread.join().unwrap();
            assert!(ids.is_sorted_by(|a, b| a < b));
            all.extend(ids);
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 20_000);
    }
}
