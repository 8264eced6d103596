//! `GET /me/security-events`: what happened to one's own account.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, TestServer, User, World, unique};

const EVENT: &str = "{id,action,metadata:{},ip_address,user_agent,request_id,created_at}";

fn events(server: &TestServer, user: &User) -> Vec<Value> {
    let call = server
        .get("/me/security-events?limit=100")
        .bearer(&user.token);
    call.expect(200).items()
}

fn actions(events: &[Value]) -> Vec<&str> {
    let actions = events.iter().map(|event| event["action"].as_str());
    actions.map(Option::unwrap_or_default).collect()
}

fn login<'a>(server: &'a TestServer, email: &str, password: &str) -> Call<'a> {
    let body = json!({ "email": email, "password": password });
    server
        .post("/auth/login")
        .header("User-Agent", "phone/1")
        .json(&body)
}

fn with_action(events: &[Value], action: &str) -> Option<Value> {
    events
        .iter()
        .find(|event| event["action"] == action)
        .cloned()
}

fn logins_and_failures_are_there_with_where_they_came_from(server: &TestServer) {
    let user = server.user("watchful");
    let reply = server
        .get("/me/security-events")
        .bearer(&user.token)
        .expect(200);
    let pagination = "{limit,offset,total,count,next_cursor}";
    assert_eq!(
        shape(&reply),
        format!("{{items:[{EVENT}],pagination:{pagination}}}")
    );
    assert_eq!(
        actions(&reply.items()),
        ["user.logged_in", "user.registered"]
    );

    let right = login(server, &user.email, test_server::PASSWORD);
    let right = right.header("X-Request-ID", "right-1").expect(200);
    BAD_LOGIN.of(login(server, &user.email, "wrong password").header("X-Request-ID", "wrong-1"));
    BAD_LOGIN.of(login(
        server,
        &format!("{}@example.com", unique("nobody")),
        "wrong password",
    ));
    let all = eventually(|| {
        let all = events(server, &user);
        with_action(&all, "user.login_failed").map(|_| all)
    });
    assert_eq!(
        actions(&all),
        [
            "user.login_failed",
            "user.logged_in",
            "user.logged_in",
            "user.registered"
        ]
    );
    for (event, id) in [(&all[0], "wrong-1"), (&all[1], "right-1")] {
        let origin = ["ip_address", "user_agent", "request_id"].map(|field| event[field].clone());
        assert_eq!(origin, [json!("127.0.0.1"), json!("phone/1"), json!(id)]);
        assert_eq!(event["metadata"], json!({}));
        assert_id(&event["id"]);
        assert_timestamp(&event["created_at"]);
    }
    let _ = server
        .get("/me")
        .bearer(right.string("/access_token"))
        .expect(200);
}

fn whoever_tries_a_foreign_organisation_is_told_so_and_nobody_else(server: &TestServer) {
    let (world, user) = (World::new(server, "walled"), server.user("stranger"));
    DENIED.of(server.get(&world.path("/projects")).bearer(&user.token));
    DENIED.of(server
        .get(&format!("/orgs/{}/members", random_id()))
        .bearer(&user.token));
    eventually(|| {
        let all = events(server, &user);
        let denied = actions(&all)
            .iter()
            .filter(|one| **one == "user.access_denied")
            .count();
        (denied == 2).then_some(())
    });
    // Neither in the organisation's trail nor in that of any other user.
    let trail = server
        .get(&world.path("/audit-events"))
        .bearer(&world.owner.token);
    assert!(!trail.expect(200).text().contains(&user.id));
    assert_eq!(
        with_action(&events(server, &world.owner), "user.access_denied"),
        None
    );
}

fn a_guesser_does_not_fill_the_list(server: &TestServer) {
    let user = server.user("guessed");
    for _ in 0..50 {
        BAD_LOGIN.of(login(server, &user.email, "wrong password"));
    }
    let _ = eventually(|| with_action(&events(server, &user), "user.login_failed"));
    let all = events(server, &user);
    let failed = all
        .iter()
        .filter(|event| event["action"] == "user.login_failed");
    let at: Vec<_> = failed
        .map(|event| micros(event["created_at"].as_str().unwrap_or_default()))
        .collect();
    assert!(
        at.windows(2).all(|pair| pair[0] - pair[1] >= 60_000_000),
        "{at:?}"
    );
}

fn the_list_is_walked_by_offset_and_by_cursor(server: &TestServer) {
    let (user, other) = (server.user("walker"), server.user("other"));
    for _ in 0..4 {
        server.login(&user.email);
    }
    let all = events(server, &user);
    assert_eq!(all.len(), 6);
    let page = |query: &str, token: &str| {
        let path = format!("/me/security-events?limit=4&{query}");
        server.get(&path).bearer(token)
    };
    let second = page("offset=4", &user.token).expect(200);
    assert_eq!(
        (second.items(), &second.json()["pagination"]["total"]),
        (all[4..].to_vec(), &json!(6))
    );
    let first = page("cursor=", &user.token).expect(200);
    assert_eq!(first.items(), all[..4]);
    let cursor = format!("cursor={}", first.string("/pagination/next_cursor"));
    assert_eq!(page(&cursor, &user.token).expect(200).items(), all[4..]);
    let refused = page(&cursor, &other.token).send();
    assert_eq!(violations(&refused)[0].0, "invalid_cursor");
}

on_both!(
    logins_and_failures_are_there_with_where_they_came_from,
    whoever_tries_a_foreign_organisation_is_told_so_and_nobody_else,
    a_guesser_does_not_fill_the_list,
    the_list_is_walked_by_offset_and_by_cursor,
);
