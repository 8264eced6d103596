//! Everyone who can call, with a credential.

use super::{Ids, body};
use test_server::{Reply, TestServer, World};

/// An organisation with a credential for every caller of the table.
#[derive(Debug)]
pub struct Callers {
    pub world: World,
    pub key: String,
    other_key: String,
}

impl Callers {
    /// New ones.
    pub fn new(server: &TestServer) -> Self {
        let (world, other) = (World::new(server, "roles"), World::new(server, "others"));
        let key = world.api_key(server, &world.owner, "key").raw;
        Self {
            world,
            key,
            other_key: other.api_key(server, &other.owner, "key").raw,
        }
    }

    /// What a caller sends; nobody sends nothing.
    pub fn credential(&self, caller: &str) -> Option<&str> {
        match caller {
            "anonymous" => None,
            "key" => Some(&self.key),
            "other-key" => Some(&self.other_key),
            role => Some(&self.world.of(role).token),
        }
    }

    /// Calls an operation as one of them.
    pub fn send(&self, server: &TestServer, operation: &str, caller: &str, ids: &Ids) -> Reply {
        let (method, template) = operation.split_once(' ').unwrap_or_default();
        let mut call = server.call(method, &ids.fill(template));
        if let Some(credential) = self.credential(caller) {
            call = call.bearer(credential);
        }
        match body(operation, ids) {
            Some(body) => call.json(&body).send(),
            None => call.send(),
        }
    }
}
