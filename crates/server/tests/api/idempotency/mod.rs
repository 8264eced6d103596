//! `Idempotency-Key` on the three POSTs that take it.

mod identity;
mod replay;

use serde_json::Value;
use test_server::{Call, Reply, TestServer, World};

fn is_replay(reply: &Reply) -> bool {
    reply.header("Idempotency-Replayed") == Some("true")
}

fn create<'a>(
    server: &'a TestServer,
    world: &World,
    credential: &str,
    key: &str,
    body: &Value,
) -> Call<'a> {
    server
        .post(&world.path("/projects"))
        .bearer(credential)
        .idempotency_key(key)
        .json(body)
}

/// How many projects there are.
fn total(server: &TestServer, world: &World) -> Value {
    let list = server
        .get(&world.path("/projects"))
        .bearer(&world.owner.token)
        .expect(200);
    list.json()["pagination"]["total"].clone()
}
