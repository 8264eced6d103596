//! `/admin/tenants`: organisations as operators see them.

mod lifecycle;
mod transitions;

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, Reply, TestServer, User, unique};

const TENANT: &str =
    "{id,name,slug,tier,status,isolation,database,delete_after,created_at,updated_at}";

/// An operator at a server.
struct Operator<'a> {
    server: &'a TestServer,
    key: String,
}

impl<'a> Operator<'a> {
    fn of(server: &'a TestServer) -> Self {
        let key = server.operator();
        Self { server, key }
    }

    fn call(&self, method: &str, target: &str) -> Call<'a> {
        self.server.admin(method, target).bearer(&self.key)
    }

    /// Does something to an organisation, because.
    fn operate(&self, organisation: &str, deed: &str) -> Reply {
        self.send(organisation, deed, &json!({ "reason": "because" }))
    }

    fn send(&self, organisation: &str, deed: &str, body: &Value) -> Reply {
        let path = format!("/admin/tenants/{organisation}/{deed}");
        self.call("POST", &path).json(body).send()
    }

    fn delete(&self, organisation: &str) -> Reply {
        let path = format!("/admin/tenants/{organisation}?reason=because");
        self.call("DELETE", &path).send()
    }

    fn purge(&self, organisation: &str, early: bool) -> Reply {
        let body = json!({ "early": early, "reason": "because" });
        self.send(organisation, "purge", &body)
    }

    fn show(&self, organisation: &str) -> Reply {
        let path = format!("/admin/tenants/{organisation}");
        self.call("GET", &path).send()
    }
}

/// A body for a new organisation of this owner.
fn request(owner: &Value) -> Value {
    let slug = unique("created");
    json!({ "name": slug, "slug": slug, "owner": owner, "reason": "contract 4711" })
}

fn audit(server: &TestServer, owner: &User, organisation: &str) -> Vec<Value> {
    let path = format!("/orgs/{organisation}/audit-events");
    server.get(&path).bearer(&owner.token).expect(200).items()
}

fn an_organisation_is_founded_for_a_user_by_either_name(server: &TestServer) {
    let (operator, owner) = (Operator::of(server), server.user("owner"));
    for named in [
        json!({ "user_id": owner.id }),
        json!({ "email": owner.email }),
    ] {
        let mut request = request(&named);
        request["tier"] = json!("enterprise");
        let created = operator.call("POST", "/admin/tenants").json(&request);
        let created = created.expect(201);
        assert_eq!(shape(&created), format!("{{tenant:{TENANT},api_key}}"));
        let id = created.string("/tenant/id");
        assert_eq!(
            created.header("Location"),
            Some(format!("/admin/tenants/{id}").as_str())
        );
        assert_eq!(created.json()["tenant"]["tier"], "enterprise");
        let shown = operator.show(&id).expect(200);
        assert_eq!(shown.json(), created.json()["tenant"]);
        let members = server.get(&format!("/orgs/{id}/members"));
        let members = members.bearer(&owner.token).expect(200).items();
        assert_eq!(members.len(), 1);
        assert_eq!(
            (&members[0]["user"]["id"], &members[0]["role"]),
            (&json!(owner.id), &json!("owner"))
        );
        let events = audit(server, &owner, &id);
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["action"], "organisation.created");
        assert_eq!(events[0]["actor_type"], "operator");
        assert_eq!(events[0]["metadata"], json!({ "reason": "contract 4711" }));
        assert_eq!(
            events[0]["request_id"],
            json!(created.header("X-Request-ID"))
        );
    }
}

fn a_repeated_request_founds_once_and_shows_the_key_once(server: &TestServer) {
    let (operator, owner) = (Operator::of(server), server.user("owner"));
    let mut request = request(&json!({ "user_id": owner.id }));
    request["api_key"] = json!({ "name": "first" });
    let key = unique("create");
    let create = |request: &Value| {
        let call = operator.call("POST", "/admin/tenants");
        call.idempotency_key(&key).json(request).send()
    };
    let first = create(&request).expect(201);
    let raw = first.string("/api_key/raw_key");
    let id = first.string("/tenant/id");
    let _ = server
        .get(&format!("/orgs/{id}/projects"))
        .bearer(&raw)
        .expect(200);
    let again = create(&request).expect(201);
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(again.header("Location"), first.header("Location"));
    assert_eq!(again.header("ETag"), first.header("ETag"));
    assert_eq!(again.json()["tenant"], first.json()["tenant"]);
    assert_eq!(
        again.json()["api_key"]["api_key"],
        first.json()["api_key"]["api_key"]
    );
    assert!(!again.text().contains(&raw));
    request["reason"] = json!("another");
    OTHER_BODY.check(&create(&request));
}

fn what_cannot_be_founded_says_why(server: &TestServer) {
    let (operator, owner) = (Operator::of(server), server.user("owner"));
    let create = |body: &Value| operator.call("POST", "/admin/tenants").json(body).send();
    for nobody in [
        json!({ "user_id": random_id() }),
        json!({ "email": "no.body@example.com" }),
    ] {
        NO_USER.check(&create(&request(&nobody)));
    }
    let named = json!({ "user_id": owner.id });
    let first = request(&named);
    let _ = create(&first).expect(201);
    SLUG_TAKEN.check(&create(&first));
    for (field, tier, isolation, database) in [
        ("tier", "free", "silo", Value::Null),
        ("database", "pro", "pool", json!("nowhere")),
        ("tier", "free", "pool", json!("nowhere")),
    ] {
        let mut body = request(&named);
        body["tier"] = json!(tier);
        body["isolation"] = json!(isolation);
        body["database"] = database;
        let expected = ("value_error".to_owned(), format!(r#"["body","{field}"]"#));
        assert_eq!(violations(&create(&body)), [expected]);
    }
    let mut both = request(&json!({ "user_id": owner.id, "email": owner.email }));
    let expected = ("value_error".to_owned(), r#"["body","owner"]"#.to_owned());
    assert_eq!(violations(&create(&both)), [expected]);
    both["owner"] = json!({});
    assert_eq!(violations(&create(&both))[0].1, r#"["body","owner"]"#);
}

fn the_list_is_filtered_and_walked(server: &TestServer) {
    let server = own(server).start();
    let (operator, owner) = (Operator::of(&server), server.user("owner"));
    let named = json!({ "user_id": owner.id });
    let mut ids = Vec::new();
    for tier in ["free", "pro", "pro", "enterprise"] {
        let mut body = request(&named);
        body["tier"] = json!(tier);
        let created = operator.call("POST", "/admin/tenants").json(&body);
        ids.push(created.expect(201).string("/tenant/id"));
    }
    let _ = operator.operate(&ids[1], "suspend").expect(200);
    let list = |query: &str| {
        let reply = operator.call("GET", &format!("/admin/tenants{query}"));
        reply.expect(200)
    };
    let found = |reply: &Reply| -> Vec<String> {
        let items = reply.items();
        let id = |item: &Value| item["id"].as_str().unwrap_or_default().to_owned();
        items.iter().map(id).collect()
    };
    assert_eq!(found(&list("")), ids);
    assert_eq!(found(&list("?tier=pro")), ids[1..3]);
    assert_eq!(found(&list("?status=suspended")), ids[1..2]);
    assert_eq!(found(&list("?status=active&tier=pro")), ids[2..3]);
    assert_eq!(list("?limit=1&offset=2").json()["pagination"]["total"], 4);
    assert_eq!(found(&list("?limit=1&offset=2")), ids[2..3]);

    let mut walked = Vec::new();
    let mut cursor = Some(String::new());
    while let Some(at) = cursor {
        let page = list(&format!("?limit=3&cursor={at}"));
        walked.extend(found(&page));
        let next = &page.json()["pagination"]["next_cursor"];
        cursor = next.as_str().map(str::to_owned);
    }
    assert_eq!(walked, ids);
    let next = list("?limit=1&cursor=").string("/pagination/next_cursor");
    let other = format!("/admin/tenants?tier=pro&cursor={next}");
    let refused = violations(&operator.call("GET", &other).send());
    assert_eq!(refused[0].0, "invalid_cursor");
}

on_both!(
    an_organisation_is_founded_for_a_user_by_either_name,
    a_repeated_request_founds_once_and_shows_the_key_once,
    what_cannot_be_founded_says_why,
    the_list_is_filtered_and_walked,
);
