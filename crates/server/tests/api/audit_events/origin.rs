//! Who acted, from where, and in which request.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, TestServer, World, raw, unique};

/// Sends a change under a request id and a user agent of its own; gives the one event with that id.
fn event_of(server: &TestServer, world: &World, what: &str, call: Call<'_>) -> Value {
    let id = unique("request");
    let agent = format!("agent/{id}");
    let call = call
        .header("X-Request-ID", &id)
        .header("User-Agent", &agent);
    let reply = call.send();
    assert!(reply.status < 300, "{what}: {reply}");
    let events = world.audit(server);
    let mut own = events.into_iter().filter(|event| event["request_id"] == id);
    let event = own.next().unwrap_or_else(|| panic!("{what} left no event"));
    assert_eq!(own.next(), None, "{what} left two events");
    let origin = (&event["ip_address"], &event["user_agent"]);
    assert_eq!(origin, (&json!("127.0.0.1"), &json!(agent)), "{what}");
    assert_eq!(event["actor_operator"], Value::Null);
    event
}

fn every_change_says_who_from_where_and_in_which_request(server: &TestServer) {
    let world = World::new(server, "origin");
    let key = world.api_key(server, &world.owner, "origin");
    let rows = matrix();
    let changes = rows.iter().filter(|row| row.is_mutation());
    let mut seen = 0;
    for row in changes.filter(|row| row.operation.contains("{organisation_id}")) {
        for (caller, credential) in [("owner", &world.owner.token), ("key", &key.raw)] {
            if !matches!(row.verdict(caller), Verdict::Done(200..300)) {
                continue;
            }
            let ids = Ids::new(server, &world, "origin");
            let (method, template) = row.operation.split_once(' ').unwrap_or_default();
            let call = server.call(method, &ids.fill(template)).bearer(credential);
            let call = match body(&row.operation, &ids) {
                Some(body) => call.json(&body),
                None => call,
            };
            let what = format!("{} as {caller}", row.operation);
            let event = event_of(server, &world, &what, call);
            let by = (
                &event["actor_type"],
                &event["actor_user_id"],
                &event["actor_api_key_id"],
            );
            let expected = if caller == "key" {
                (json!("api_key"), Value::Null, json!(key.id))
            } else {
                (json!("user"), json!(world.owner.id), Value::Null)
            };
            assert_eq!(by, (&expected.0, &expected.1, &expected.2), "{what}");
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen}");
}

fn a_founding_says_so_too(server: &TestServer) {
    let (user, id) = (server.user("founder"), unique("request"));
    let call = server.post("/orgs").bearer(&user.token);
    let call = call
        .header("X-Request-ID", &id)
        .header("User-Agent", "founder/1");
    let organisation = call
        .json(&json!({ "name": unique("x") }))
        .expect(201)
        .string("/id");
    let path = format!("/orgs/{organisation}/audit-events");
    let events = server.get(&path).bearer(&user.token).expect(200).items();
    let origin = ["request_id", "user_agent", "ip_address"].map(|field| events[0][field].clone());
    assert_eq!(origin, [json!(id), json!("founder/1"), json!("127.0.0.1")]);
}

/// What a client says of itself, with everything that HTTP lets through.
fn a_user_agent_is_cut_and_cleaned(server: &TestServer) {
    let world = World::new(server, "agent");
    let told = |agent: Option<&[u8]>| {
        let body = br#"{"name":"x"}"#;
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n",
            world.path("/projects"),
            world.owner.token,
            body.len()
        );
        let mut request = head.into_bytes();
        if let Some(agent) = agent {
            request.extend([b"User-Agent: ", agent, b"\r\n"].concat());
        }
        request.extend([b"\r\n", &body[..]].concat());
        let answer = raw::exchange(server.address(), &request);
        assert_eq!(
            raw::status(&answer),
            Some(201),
            "{}",
            String::from_utf8_lossy(&answer)
        );
        world.audit(server).remove(0)["user_agent"].take()
    };
    assert_eq!(told(None), Value::Null);
    assert_eq!(told(Some(b"curl/8.0")), "curl/8.0");
    assert_eq!(told(Some("ü".repeat(300).as_bytes())), "ü".repeat(256));
    assert_eq!(told(Some(&[b'a'; 256])), "a".repeat(256));
    assert_eq!(told(Some(b"tab\there")), "tabhere");
    assert_eq!(told(Some("c1\u{85}control".as_bytes())), "c1control");
    assert_eq!(told(Some(b"latin-\xfc")), "latin-\u{fffd}");
    let quoted = "<script>\"'\\ {}";
    assert_eq!(told(Some(quoted.as_bytes())), quoted);
}

on_both!(
    every_change_says_who_from_where_and_in_which_request,
    a_founding_says_so_too,
    a_user_agent_is_cut_and_cleaned,
);
