//! Passwords, tokens and keys: told once to whom they belong, and found nowhere afterwards.

use crate::support::{builder, on_both};
use private_postgres::PrivatePostgres;
use serde_json::{Value, json};
use std::fs;
use test_server::{ApiKey, Database, PASSWORD, TestServer, World};

const KEYS: usize = 25;
const WRONG: &str = "canary4711 wrong password";

/// Everything that the database holds, as text.
fn dump(server: &TestServer) -> String {
    if *server.database() == Database::Postgres {
        let all = "SELECT concat(schema_to_xml('platform', true, false, ''), schema_to_xml('pool', true, false, ''))";
        return PrivatePostgres::shared().query(server.database_url(), all);
    }
    ["saas-api.db", "saas-api.db-wal"]
        .iter()
        .filter_map(|name| fs::read(server.home().join(name)).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}

/// Uses a key in every way that could leave a trace; gives the answers.
fn use_key(server: &TestServer, world: &World, key: &ApiKey) -> String {
    let projects = world.path("/projects");
    let mut damaged = key.raw.clone();
    let last = damaged.pop().unwrap_or_default();
    damaged.push(if last == 'a' { 'b' } else { 'a' });
    let calls = [
        server.get(&projects).bearer(&key.raw),
        server.get(&projects).header("X-API-Key", &key.raw),
        server.get(&projects).bearer(&damaged),
        server.get("/me").bearer(&key.raw),
        server.get(&format!("/orgs/{}", key.raw)).bearer(&key.raw),
        server
            .get(&format!("{projects}?name={}&limit={}", key.raw, key.raw))
            .bearer(&key.raw),
        server
            .post(&projects)
            .bearer(&key.raw)
            .json(&json!({ "name": 1, "description": [key.raw] })),
        server
            .get(&projects)
            .bearer(&key.raw)
            .header("X-API-Key", &damaged),
    ];
    calls.map(|call| call.send().text()).concat()
}

fn secrets_leave_no_trace(database: &Database) {
    let server = builder(database).start();
    let world = World::new(&server, "secrets");
    let mut answers = String::new();
    // Sent twice each: a replay must not show the key again.
    let mut made = |path: &str, body: &Value, once: &str| {
        let send = || {
            let call = server.post(&world.path(path)).bearer(&world.owner.token);
            call.idempotency_key(once).json(body).expect(201)
        };
        let reply = send();
        answers += &send().text();
        ApiKey {
            id: reply.string("/api_key/id"),
            raw: reply.string("/raw_key"),
        }
    };
    let mut keys = Vec::new();
    for n in 0..KEYS {
        let name = format!("key-{n}");
        let old = made("/api-keys", &json!({ "name": name }), &name);
        let path = format!("/api-keys/{}/rotate", old.id);
        keys.push(made(&path, &json!({ "overlap_seconds": 600 }), &name));
        keys.push(old);
    }
    for key in &keys {
        answers += &use_key(&server, &world, key);
    }
    for body in [
        json!({ "email": world.owner.email, "password": WRONG }),
        json!({ "email": WRONG, "password": WRONG }),
        json!({ "email": world.owner.email, "password": WRONG, "display_name": "x" }),
    ] {
        answers += &server.post("/auth/login").json(&body).send().text();
        answers += &server.post("/auth/register").json(&body).send().text();
    }
    for path in ["/audit-events?limit=100", "/api-keys?limit=100", "/members"] {
        answers += &server
            .get(&world.path(path))
            .bearer(&world.owner.token)
            .expect(200)
            .text();
    }
    let places = [
        ("an answer", answers),
        ("the log", server.log()),
        ("the metrics", server.get("/metrics").expect(200).text()),
        ("the database", dump(&server)),
    ];
    assert!(places[3].1.contains(&world.slug), "the dump is none");
    // The first 16 characters of a key are its public prefix; the token's are the same for all.
    let mut secrets: Vec<&str> = keys.iter().map(|key| &key.raw[24..]).collect();
    secrets.extend([PASSWORD, WRONG]);
    secrets.extend(world.owner.token.split('.').skip(1));
    for (place, text) in places {
        for secret in &secrets {
            assert!(!text.contains(secret), "{secret} is in {place}");
        }
    }
}

on_both!(secrets_leave_no_trace);
