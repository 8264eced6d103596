//! Whether a secret could be guessed.

use crate::config::key::{self, Kind};

/// Parts of texts that were meant to be replaced.
const PLACEHOLDERS: [&str; 8] = [
    "changeme",
    "change-me",
    "secret",
    "local",
    "example",
    "test",
    "placeholder",
    "password",
];

/// The published example, so that its values are never used in earnest.
const EXAMPLE: &str = include_str!("../../../../../example.env");

/// Fewest bytes of a secret.
const LEAST_BYTES: usize = 32;

/// Least estimated entropy, in bits.
const LEAST_BITS: f64 = 128.0;

/// Why a secret is too weak, or `None`.
pub(super) fn weakness(secret: &str) -> Option<&'static str> {
    let lower = secret.to_ascii_lowercase();
    if secret.len() < LEAST_BYTES {
        Some("is shorter than 32 bytes")
    } else if PLACEHOLDERS.iter().any(|word| lower.contains(word)) {
        Some("contains a placeholder word")
    } else if example_secrets().any(|known| known == secret) {
        Some("is a published example")
    } else if estimated_bits(secret) < LEAST_BITS {
        Some("is too regular: use 32 random bytes")
    } else {
        None
    }
}

/// Secrets of `example.env`, commented out or not.
fn example_secrets() -> impl Iterator<Item = &'static str> {
    EXAMPLE.lines().filter_map(|line| {
        let (name, value) = line.trim_start_matches(['#', ' ']).split_once('=')?;
        let key = key::by_variable(name.trim())?;
        (key.kind == Kind::Secret).then_some(value.trim())
    })
}

/// Shannon entropy of the bytes as they are distributed in the text, times its length.
fn estimated_bits(secret: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in secret.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(counts.iter().sum::<u32>());
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) * (length / f64::from(*count)).log2())
        .sum()
}
