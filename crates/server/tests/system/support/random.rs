use std::{
    env,
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

/// Numbers from a seed (`SplitMix64`), which the output of a failed test shows and `SAAS_TEST_SEED` sets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of one test.
    pub fn new() -> Self {
        let seed = match env::var("SAAS_TEST_SEED") {
            Ok(seed) => seed.parse().expect("SAAS_TEST_SEED is a number"),
            Err(_) => RandomState::new().build_hasher().finish(),
        };
        println!("SAAS_TEST_SEED={seed}");
        Self(seed)
    }

    /// Numbers for a part of the test, so that parallel parts do not depend on one another.
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of these.
    pub fn choose<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len() as u64);
        &from[usize::try_from(at).expect("below the length")]
    }

    /// A duration of so many milliseconds, from the first number up to the second.
    pub fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from + 1))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
