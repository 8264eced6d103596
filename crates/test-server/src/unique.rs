use std::{
    process,
    sync::atomic::{AtomicU64, Ordering},
};

/// `stem` made unique among all test processes of this machine, in characters that fit into slugs and e-mail
/// addresses.
pub fn unique(stem: &str) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    format!(
        "{stem}-{}-{}",
        process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    )
}
