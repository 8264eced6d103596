//! What one decision costs in memory: `cargo run --release --package domain --example decision_cost`.

use domain::{
    permission::Permission,
    policy::{Grants, Policy, decide},
    role::Role,
};
use std::{hint::black_box, time::Instant};

const ROUNDS: u32 = 100_000;

/// Nanoseconds of one of the decisions that a call makes about every permission.
fn nanoseconds(judge: impl Fn(Permission)) -> f64 {
    let started = Instant::now();
    for _ in 0..ROUNDS {
        for permission in Permission::ALL {
            judge(black_box(*permission));
        }
    }
    let round = started.elapsed() / ROUNDS;
    let each = u32::try_from(Permission::ALL.len()).expect("the vocabulary is small");
    round.as_secs_f64() * 1e9 / f64::from(each)
}

fn main() {
    let stored = "read:* create:projects update:projects[owner] delete:projects[owner] *:resources read:usage";
    let grants = Grants::parse(stored).expect("the sample is written in the grammar");
    let policy = Policy::from(&grants);
    let compiled = nanoseconds(|need| {
        black_box(black_box(policy).reach(need));
    });
    let explained = nanoseconds(|need| {
        black_box(decide(Some(black_box(&grants)), need, true));
    });
    let role = Role::parse("editor").expect("the name is well formed");
    let read = nanoseconds(|need| {
        black_box(role.policy(Some(black_box(stored))).reach(need));
    });
    println!(
        "one decision: {compiled:.1} ns compiled, {explained:.0} ns explained, {read:.0} ns with a policy of six grants read from its stored form"
    );
}
