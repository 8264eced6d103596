//! Sequences of whatever can happen, on a store and on plain collections under the domain's rules, which have to come to
//! the same at every step and in the end.
//!
//! A failed sequence is simplified and printed, with the seed that [`run`] takes from `SAAS_TEST_SEED`. There are forty
//! sequences, 2,000 with `SAAS_TEST_LONG=1`.

mod book;
mod check;
mod deed;
mod drafts;
mod play;
mod rules;
mod steps;

use crate::{HANGS, Harness, world::World};
use book::Book;
use deed::Deed;
use domain::{id::MembershipId, tenant::Placement};
use drafts::Drafts;
use proptest::{
    collection::vec,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    env,
    future::Future,
    hash::{BuildHasher, RandomState},
};
use steps::{Kind, Step, step};
use time::{Duration, OffsetDateTime};

const STEPS: usize = 50;
/// Between two steps: secrets before a rotation and keys come to their ends within a sequence.
const PACE: Duration = Duration::hours(2);

/// Runs the sequences on one store, whose organisations are founded in these places.
pub fn run<O: Future<Output = Harness>>(open: impl FnOnce() -> O, places: &[Placement]) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let harness = runtime.block_on(open());
    let world = World::new(
        harness.store.clone(),
        harness.places.clone(),
        harness.tamper.clone(),
    );
    let config = Config {
        cases: match env::var("SAAS_TEST_LONG") {
            Ok(long) if long == "1" => 2_000,
            _ => 40,
        },
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, seeded());
    let tally = RefCell::new(Tally::new());
    let outcome = runner.run(&vec(step(), STEPS), |steps| {
        let mut tally = tally.borrow_mut();
        let played = sequence(&world, places, steps, &mut tally);
        let played = async { tokio::time::timeout(HANGS, played).await };
        assert!(runtime.block_on(played).is_ok(), "the sequence hangs");
        Ok(())
    });
    let tally = tally.into_inner();
    println!("done and refused: {tally:?}");
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// How often each kind of step was done, and how often it was refused.
type Tally = BTreeMap<Kind, [u32; 2]>;

fn seeded() -> TestRng {
    let seed = match env::var("SAAS_TEST_SEED") {
        Ok(seed) => seed.parse().expect("SAAS_TEST_SEED is a number"),
        Err(_) => RandomState::new().hash_one(STEPS),
    };
    println!("SAAS_TEST_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&u64::to_be_bytes(seed));
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

async fn sequence(world: &World, places: &[Placement], steps: Vec<Step>, tally: &mut Tally) {
    let drafts = Drafts {
        world,
        places,
        sequence: world.uuid().simple().to_string(),
    };
    let (mut book, mut now) = (Book::default(), crate::world::START);
    for n in 0..3 {
        let account = drafts.newcomer(n, now + PACE);
        happen(world, &mut book, Deed::Register(account), &mut now).await;
    }
    for n in 0..3 {
        let (tenant, owner) = (drafts.tenant(n, n, now + PACE), book.users[n].id);
        let membership = MembershipId::from_uuid(world.uuid());
        let founding = Deed::Found(tenant, owner, membership);
        happen(world, &mut book, founding, &mut now).await;
    }
    for step in steps {
        if let Some(deed) = drafts.deed(&book, step, now + PACE) {
            let is_done = happen(world, &mut book, deed, &mut now).await;
            tally.entry(step.kind).or_default()[usize::from(!is_done)] += 1;
        }
    }
    check::compare(world, &book).await;
}

/// Has the store do what the book says is to be done, and says whether it was.
async fn happen(world: &World, book: &mut Book, deed: Deed, now: &mut OffsetDateTime) -> bool {
    *now += PACE;
    let got = play::play(world, book, deed.clone(), *now).await;
    let expected = book.apply(deed.clone(), *now);
    assert_eq!(got, expected, "{deed:?}");
    got.is_ok()
}
