//! `ETag` and `If-Match`.

use super::*;
use serde_json::json;
use std::thread;

fn tag(reply: &Reply) -> String {
    let tag = reply.header("ETag").unwrap_or_default().to_owned();
    assert!(
        tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'),
        "no strong tag: {reply}"
    );
    tag
}

fn a_change_is_made_only_to_the_version_that_was_named(server: &TestServer) {
    let world = World::new(server, "match");
    let body = json!({ "name": "x", "data": {} });
    let created = create(server, &world, &body);
    let (first, resource) = (tag(&created), created.json());
    let put = |name: &str, tag: &str| {
        let call = call(server, &world, "PUT", &one(&resource)).header("If-Match", tag);
        call.json(&json!({ "name": name, "data": {} }))
    };
    let change = |name: &str, tag: &str| {
        let change = json!({ "name": name }).to_string();
        patch(server, &world, &resource, &change).header("If-Match", tag)
    };
    let delete =
        |tag: &str| call(server, &world, "DELETE", &one(&resource)).header("If-Match", tag);

    let second = tag(&put("one", &first).expect(200));
    assert_ne!(second, first);
    let third = tag(&change("two", &format!("\"other\", {second}")).expect(200));
    for stale in [&first, &second, "\"other\"", &format!("W/{third}")] {
        CHANGED.of(put("no", stale));
        CHANGED.of(change("no", stale));
        CHANGED.of(delete(stale));
    }
    let read = get(server, &world, &resource);
    assert_eq!(
        (tag(&read), read.string("/name")),
        (third.clone(), "two".to_owned())
    );
    let _ = change("three", "*").expect(200);
    let now = tag(&get(server, &world, &resource));
    let _ = delete(&now).expect(204);
    NO_RESOURCE.of(delete(&now));
}

fn of_fifty_patches_of_one_version_one_is_made(server: &TestServer) {
    let world = World::new(server, "fifty");
    let created = create(server, &world, &json!({ "name": "x", "data": {} }));
    let (current, resource) = (tag(&created), created.json());
    let change = |n: usize| {
        let change = format!(r#"{{"data":{{"n{n}":{n}}}}}"#);
        patch(server, &world, &resource, &change)
            .header("If-Match", &current)
            .send()
    };
    let replies: Vec<Reply> = thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|n| scope.spawn(move || change(n))).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|reply| reply.expect("a request without a panic"))
            .collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    for reply in &refused {
        CHANGED.check(reply);
    }
    assert_eq!((made.len(), refused.len()), (1, 49));
    assert_eq!(get(server, &world, &resource).json(), made[0].json());
    let changes = events(server, &world);
    let changes = changes
        .iter()
        .filter(|action| *action == "resource.updated");
    assert_eq!(changes.count(), 1);
}

fn without_a_tag_no_patch_is_lost(server: &TestServer) {
    let world = World::new(server, "merged");
    let resource = create(server, &world, &json!({ "name": "x", "data": {} })).json();
    let change = |n: usize| {
        let change = format!(r#"{{"data":{{"n{n}":{n}}}}}"#);
        patch(server, &world, &resource, &change).expect(200)
    };
    thread::scope(|scope| {
        for n in 0..20 {
            scope.spawn(move || change(n));
        }
    });
    let data = &get(server, &world, &resource).json()["data"];
    let expected: serde_json::Map<_, _> = (0..20).map(|n| (format!("n{n}"), json!(n))).collect();
    assert_eq!(*data, Value::Object(expected));
}

on_both!(
    a_change_is_made_only_to_the_version_that_was_named,
    of_fifty_patches_of_one_version_one_is_made,
    without_a_tag_no_patch_is_lost,
);
