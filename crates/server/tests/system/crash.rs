//! `kill -9` under write load: what was acknowledged is there, what was not can be repeated.

mod writer;

use crate::support::{Audit, Random, builder, on_both, rounds};
use serde_json::Value;
use std::{collections::BTreeMap, thread, time::Duration};
use test_server::{Database, Signal, TestServer, unique};
use writer::Writer;

const KILLS: usize = 10;
const DEATH: Duration = Duration::from_secs(20);

/// What the organisation has to hold: the names by id.
fn expected(writers: &[Writer]) -> BTreeMap<String, String> {
    writers.iter().flat_map(Writer::live).collect()
}

fn check(server: &TestServer, writers: &[Writer], token: &str, organisation: &str) {
    let audit = Audit::of(server, token, organisation);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let stored: BTreeMap<_, _> = audit
        .projects
        .iter()
        .map(|row| (text(&row["id"]), text(&row["name"])))
        .collect();
    assert_eq!(stored, expected(writers), "stored on the left");
    let done = |count: fn(&Writer) -> usize| writers.iter().map(count).sum::<usize>();
    let events = ["project.created", "project.updated", "project.deleted"];
    assert_eq!(
        events.map(|action| audit.count(action)),
        [
            done(|w| w.created),
            done(|w| w.renamed),
            done(|w| w.deleted)
        ],
        "events on the left, mutations on the right"
    );
}

fn a_killed_server_keeps_its_word(database: &Database) {
    let mut random = Random::new();
    let mut server = builder(database).start();
    let owner = server.user("crash");
    let organisation = server.organisation(&owner, &unique("crash"));
    let path = format!("/orgs/{organisation}/projects");
    let count = 8 + random.below(9);
    let mut writers: Vec<_> = (0..count)
        .map(|_| Writer::new(&path, &owner.token, random.fork()))
        .collect();
    let mut unknown = 0;
    for _ in 0..rounds(KILLS) {
        let life = random.millis(50, 1_500);
        thread::scope(|scope| {
            for writer in &mut writers {
                scope.spawn(|| writer.write_until_cut_off(&server));
            }
            thread::sleep(life);
            server.signal(Signal::Kill);
        });
        server.wait(DEATH).expect("nothing outlives SIGKILL");
        server.restart();
        unknown += writers
            .iter_mut()
            .filter_map(|writer| writer.repeat_unknown(&server))
            .count();
        check(&server, &writers, &owner.token, &organisation);
    }
    let mutations: usize = writers
        .iter()
        .map(|w| w.created + w.renamed + w.deleted)
        .sum();
    println!("{mutations} mutations, {unknown} with an unknown outcome");
    assert!(mutations > 0 && unknown > 0, "no write was cut off");
    for writer in &writers {
        writer.check_replay(&server);
    }
}

on_both!(a_killed_server_keeps_its_word);
