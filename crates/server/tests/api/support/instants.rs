//! The server's clock, as its answers show it.

use serde_json::Value;
use std::{
    thread::sleep,
    time::{Duration, Instant},
};
use test_server::{TestServer, World};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Longer than anything that is done off the request path takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn read(timestamp: &str) -> OffsetDateTime {
    let read = OffsetDateTime::parse(timestamp, &Rfc3339);
    read.unwrap_or_else(|error| panic!("{timestamp}: {error}"))
}

/// The same instant so many seconds later, as we write it.
#[track_caller]
pub fn later(timestamp: &Value, seconds: i64) -> String {
    let at = read(timestamp.as_str().unwrap_or_default()) + time::Duration::seconds(seconds);
    let written = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    match at.microsecond() {
        0 => format!("{written}Z"),
        fraction => format!("{written}.{fraction:06}Z"),
    }
}

/// Microseconds since the epoch.
#[track_caller]
pub fn micros(timestamp: &str) -> i128 {
    read(timestamp).unix_timestamp_nanos() / 1000
}

/// What the server's clock shows now.
pub fn clock(server: &TestServer, world: &World) -> String {
    let made = world.project(server, "clock");
    made["created_at"].as_str().unwrap_or_default().to_owned()
}

/// Waits for something that is done off the request path.
#[track_caller]
pub fn eventually<T>(look: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(found) = look() {
            return found;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("it has not come to pass in {PATIENCE:?}");
}

/// The events with this action, newest first, once there are so many of them.
#[track_caller]
pub fn audited(server: &TestServer, world: &World, action: &str, count: usize) -> Vec<Value> {
    let path = world.path(&format!("/audit-events?limit=100&action={action}"));
    eventually(|| {
        let events = server
            .get(&path)
            .bearer(&world.owner.token)
            .expect(200)
            .items();
        (events.len() >= count).then_some(events)
    })
}
