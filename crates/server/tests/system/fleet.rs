//! Three servers on one database. What is taken away through one of them is gone on all of them: no request that
//! begins after that was answered succeeds anywhere.

use crate::support::{BINARY, Over, builder, rounds};
use serde_json::{Value, json};
use std::{
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};
use test_server::{ApiKey, Database, Reply, TestServer, User, World};

const ROUNDS: usize = 10;
const SERVERS: usize = 3;
/// Requests at a time, on each server.
const AT_ONCE: usize = 2;
/// Requests of each thread that have to succeed before, and to be refused afterwards.
const ENOUGH: usize = 5;

/// Servers with one database and one set of secrets.
struct Fleet {
    servers: Vec<TestServer>,
    world: World,
}

/// What is asked for, and how it is refused once it is not allowed any more.
#[derive(Clone, Copy)]
struct Asking<'a> {
    path: &'a str,
    credential: &'a str,
    refused: (u16, &'a str),
}

impl Fleet {
    fn start() -> Self {
        let first = builder(&Database::Postgres).start();
        let url = Database::At(first.database_url().to_owned());
        let secrets = first.home().join("data").display().to_string();
        let more = (1..SERVERS).map(|_| {
            let server = builder(&url).setting("SAAS_API_SECRETS__DATA_DIR", &secrets);
            server.start()
        });
        let servers: Vec<_> = more.collect();
        let world = World::new(&first, "fleet");
        let mut all = vec![first];
        all.extend(servers);
        Self {
            servers: all,
            world,
        }
    }

    fn first(&self) -> &TestServer {
        &self.servers[0]
    }

    /// Asks every server for the same again and again, takes it away through the first one meanwhile, and demands that
    /// it is refused from then on, everywhere.
    fn loses<T>(&self, asking: Asking<'_>, take_away: impl FnOnce() -> T) {
        let (gone, failed) = (AtomicBool::new(false), AtomicBool::new(false));
        let ready = AtomicUsize::new(0);
        thread::scope(|scope| {
            for server in self.servers.iter().cycle().take(SERVERS * AT_ONCE) {
                scope.spawn(|| {
                    let unless_done = Over(&failed);
                    ask(server, asking, &gone, &ready);
                    std::mem::forget(unless_done);
                });
            }
            // A panic here must not leave the others asking for ever.
            let going = Over(&gone);
            while ready.load(SeqCst) < SERVERS * AT_ONCE {
                assert!(!failed.load(SeqCst), "somebody was refused too early");
                thread::yield_now();
            }
            take_away();
            drop(going);
        });
    }

    /// Does something as the owner, through the first server.
    fn act(&self, method: &str, path: &str, body: &Value, status: u16) -> Reply {
        let call = self.first().call(method, &self.world.path(path));
        let call = call.bearer(&self.world.owner.token);
        match body {
            Value::Null => call.expect(status),
            body => call.json(body).expect(status),
        }
    }

    fn key(&self) -> ApiKey {
        self.world.api_key(self.first(), &self.world.owner, "fleet")
    }

    /// Does something as the operator on the console.
    fn operate(&self, verb: &str) {
        let first = self.first();
        let output = Command::new(BINARY)
            .args(["tenants", verb, &self.world.id, "--reason", "test"])
            .current_dir(first.home())
            .env("SAAS_API_DATABASE_URL", first.database_url())
            .env("SAAS_API_SECRETS__DATA_DIR", first.home().join("data"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{verb}: {output:?}");
    }
}

/// Asks until it was refused often enough after the end.
fn ask(server: &TestServer, asking: Asking<'_>, gone: &AtomicBool, ready: &AtomicUsize) {
    let (mut let_in, mut refused) = (0, 0);
    while refused < ENOUGH {
        // Looked at before the request begins.
        let over = gone.load(SeqCst);
        let reply = server.get(asking.path).bearer(asking.credential).send();
        if reply.status == 200 {
            assert!(!over, "let in on {} afterwards: {reply}", server.address());
            let_in += 1;
            if let_in == ENOUGH {
                ready.fetch_add(1, SeqCst);
            }
            continue;
        }
        let (status, code) = asking.refused;
        let said = (reply.status, reply.string("/code"));
        assert_eq!(said, (status, code.to_owned()), "{reply}");
        assert!(
            let_in >= ENOUGH,
            "refused before anything was taken away: {reply}"
        );
        refused += usize::from(over);
    }
}

const NOBODY: (u16, &str) = (401, "INVALID_CREDENTIAL");
const STRANGER: (u16, &str) = (403, "ORGANISATION_ACCESS_DENIED");
const POWERLESS: (u16, &str) = (403, "INSUFFICIENT_PERMISSIONS");
const CLOSED: (u16, &str) = (403, "TENANT_SUSPENDED");

#[test]
fn a_revoked_key_is_nobody_on_any_server() {
    let fleet = Fleet::start();
    let path = fleet.world.path("/projects");
    for _ in 0..rounds(ROUNDS) {
        let key = fleet.key();
        let asking = Asking {
            path: &path,
            credential: &key.raw,
            refused: NOBODY,
        };
        let revoke = format!("/api-keys/{}", key.id);
        fleet.loses(asking, || fleet.act("DELETE", &revoke, &Value::Null, 200));
    }
}

#[test]
fn a_secret_that_was_replaced_is_nobody_on_any_server() {
    let fleet = Fleet::start();
    let (path, mut key) = (fleet.world.path("/projects"), fleet.key());
    let rotate = format!("/api-keys/{}/rotate", key.id);
    for _ in 0..rounds(ROUNDS) {
        let asking = Asking {
            path: &path,
            credential: &key.raw,
            refused: NOBODY,
        };
        let next = OnceLock::new();
        fleet.loses(asking, || {
            let reply = fleet.act("POST", &rotate, &json!({}), 201);
            next.set(reply.string("/raw_key")).unwrap();
        });
        key.raw = next.into_inner().unwrap();
    }
}

#[test]
fn a_removed_member_is_a_stranger_on_any_server() {
    let fleet = Fleet::start();
    let (path, member) = (fleet.world.path("/projects"), &fleet.world.member);
    let asking = Asking {
        path: &path,
        credential: &member.token,
        refused: STRANGER,
    };
    let remove = format!("/members/{}", member.id);
    for _ in 0..rounds(ROUNDS) {
        fleet.loses(asking, || fleet.act("DELETE", &remove, &Value::Null, 204));
        let back = json!({ "user_id": member.id, "role": "member" });
        fleet.act("POST", "/members", &back, 201);
    }
}

/// Sets the role of the admin; both a token and a key of the admin's are used meanwhile.
#[test]
fn a_lower_role_counts_on_every_server_for_tokens_and_keys() {
    let fleet = Fleet::start();
    let admin: &User = &fleet.world.admin;
    let key = fleet.world.api_key(fleet.first(), admin, "admins");
    let (members, projects) = (fleet.world.path("/members"), fleet.world.path("/projects"));
    let set = |role: &str| {
        let path = format!("/members/{}", admin.id);
        fleet.act("PATCH", &path, &json!({ "role": role }), 200)
    };
    let nothing = json!({ "name": "nothing", "permissions": [] });
    fleet.act("POST", "/roles", &nothing, 201);
    for _ in 0..rounds(ROUNDS) {
        let asking = Asking {
            path: &members,
            credential: &admin.token,
            refused: POWERLESS,
        };
        fleet.loses(asking, || set("viewer"));
        let asking = Asking {
            path: &projects,
            credential: &key.raw,
            refused: POWERLESS,
        };
        fleet.loses(asking, || set("nothing"));
        set("admin");
    }
}

#[test]
fn a_narrower_role_counts_on_every_server() {
    let fleet = Fleet::start();
    let auditor = &fleet.world.member;
    let role = |permission: &str| json!({ "permissions": [{ "permission": permission }] });
    let (wide, narrow) = (role("read:*"), role("read:projects"));
    let mut new = wide.clone();
    new["name"] = json!("auditor");
    fleet.act("POST", "/roles", &new, 201);
    let assign = format!("/members/{}", auditor.id);
    fleet.act("PATCH", &assign, &json!({ "role": "auditor" }), 200);
    let path = fleet.world.path("/audit-events");
    let asking = Asking {
        path: &path,
        credential: &auditor.token,
        refused: POWERLESS,
    };
    for _ in 0..rounds(ROUNDS) {
        fleet.loses(asking, || fleet.act("PUT", "/roles/auditor", &narrow, 200));
        fleet.act("PUT", "/roles/auditor", &wide, 200);
    }
}

#[test]
fn a_suspended_organisation_is_closed_on_every_server_for_tokens_and_keys() {
    let fleet = Fleet::start();
    let (path, key) = (fleet.world.path("/projects"), fleet.key());
    for credential in [&fleet.world.viewer.token, &key.raw] {
        for _ in 0..rounds(ROUNDS / 2) {
            let asking = Asking {
                path: &path,
                credential,
                refused: CLOSED,
            };
            fleet.loses(asking, || fleet.operate("suspend"));
            fleet.operate("reactivate");
        }
    }
}
