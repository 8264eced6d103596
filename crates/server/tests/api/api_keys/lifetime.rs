//! How long a key lives: as long as its creator says, and no longer than the organisation allows.

use super::{issue, issuing, listed, shown, using};
use crate::support::*;
use serde_json::{Value, json};
use std::{thread::sleep, time::Duration};
use test_server::{TestServer, World};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Seconds from now on.
fn after(seconds: i64) -> String {
    let at = SystemTime::now() + time::Duration::seconds(seconds);
    at.format(&Rfc3339).unwrap_or_default()
}

fn set_max(server: &TestServer, world: &World, days: &Value) -> Value {
    let call = server.patch(&world.path("")).bearer(&world.owner.token);
    let changed = call.json(&json!({ "api_key_max_days": days })).expect(200);
    changed.json()["api_key_max_days"].clone()
}

fn a_key_is_nobody_once_it_has_expired(server: &TestServer) {
    let world = World::new(server, "expiry");
}
