//! Nobody reaches, or learns of, what belongs to another organisation: every operation of the API document × every
//! place for an id × every caller, with an id of another organisation and with one that nothing has. Both have to be
//! answered alike, to the byte.

mod elsewhere;

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, Reply, TestServer, World, unique};

const CALLERS: [&str; 5] = ["owner", "admin", "member", "viewer", "key"];
const SLOTS: [&str; 6] = [
    "organisation_id",
    "project_id",
    "resource_id",
    "role",
    "api_key_id",
    "user_id",
];

/// Two organisations with their own objects; every text of the foreign one holds the canary.
struct Pair<'a> {
    server: &'a TestServer,
    own: World,
    ids: Ids,
    key: String,
    foreign: Ids,
    canary: String,
}

impl<'a> Pair<'a> {
    fn new(server: &'a TestServer) -> Self {
        let (own, canary) = (World::new(server, "own"), unique("canary"));
        let other = World::new(server, &canary);
        Self {
            ids: Ids::new(server, &own, "own"),
            key: own.api_key(server, &own.owner, "own").raw,
            foreign: Ids::new(server, &other, &canary),
            own,
            server,
            canary,
        }
    }

    fn credential(&self, caller: &str) -> &str {
        if caller == "key" {
            &self.key
        } else {
            &self.own.of(caller).token
        }
    }

    fn call(&self, operation: &str, caller: &str, ids: &Ids) -> Call<'a> {
        let (method, template) = operation.split_once(' ').unwrap_or_default();
        let call = self
            .server
            .call(method, &ids.fill(template))
            .bearer(self.credential(caller));
        match body(operation, &self.ids) {
            Some(body) => call.json(&body),
            None => call,
        }
    }

    /// Sends both requests and demands this refusal of both, without a difference.
    fn refuses(&self, refusal: Refusal, foreign: Call<'a>, random: Call<'a>) -> Reply {
        let (foreign, random) = (refusal.of(foreign), refusal.of(random));
        assert_eq!(comparable(&foreign), comparable(&random));
        self.says_nothing(&foreign);
        foreign
    }

    fn says_nothing(&self, reply: &Reply) {
        let headers = reply
            .headers
            .iter()
            .any(|(_, value)| value.contains(&self.canary));
        assert!(
            !headers && !reply.text().contains(&self.canary),
            "the canary sings: {reply}"
        );
    }
}

/// All that two answers have to have in common.
fn comparable(reply: &Reply) -> (u16, Vec<(String, String)>, Value) {
    let varying = ["x-request-id", "x-correlation-id", "date"];
    let headers = reply.headers.iter();
    let mut headers: Vec<_> = headers
        .filter(|(name, _)| !varying.contains(&name.as_str()))
        .cloned()
        .collect();
    // Their order on the wire is random.
    headers.sort();
    let mut body = reply.json();
    for member in ["request_id", "instance"] {
        body[member] = Value::Null;
    }
    (reply.status, headers, body)
}

/// `ids` with one of them replaced.
fn with(ids: &Ids, slot: &str, id: &str) -> Ids {
    let (mut ids, id) = (ids.clone(), id.to_owned());
    match slot {
        "organisation_id" => ids.organisation = id,
        "project_id" => (ids.project, ids.deleted_project) = (id.clone(), id),
        "resource_id" => (ids.resource, ids.deleted_resource) = (id.clone(), id),
        "role" => ids.role = id,
        "api_key_id" => ids.api_key = id,
        "user_id" => ids.user = id,
        _ => panic!("no such place for an id: {slot}; add it to SLOTS"),
    }
    ids
}

fn of<'a>(ids: &'a Ids, slot: &str) -> &'a str {
    match slot {
        "organisation_id" => &ids.organisation,
        "project_id" => &ids.project,
        "resource_id" => &ids.resource,
        "role" => &ids.role,
        "api_key_id" => &ids.api_key,
        "user_id" => &ids.user,
        _ => panic!("no such place for an id: {slot}; add it to SLOTS"),
    }
}

/// An id of nothing, or the name of no role.
fn unknown(slot: &str) -> String {
    if slot == "role" {
        unique("role")
    } else {
        random_id()
    }
}

/// What a caller gets who names an id that is not there for the caller.
fn refusal(row: &Row, caller: &str, slot: &str) -> Refusal {
    match (row.verdict(caller), slot) {
        (Verdict::Refused(refusal), _) if slot != "organisation_id" || refusal.0 == 401 => refusal,
        (_, "organisation_id") => DENIED,
        (_, "project_id") => NO_PROJECT,
        (_, "resource_id") => NO_RESOURCE,
        (_, "role") => NO_ROLE,
        (_, "api_key_id") => NO_API_KEY,
        _ => NO_MEMBERSHIP,
    }
}

fn a_foreign_id_is_answered_like_one_that_never_existed(server: &TestServer) {
    let (document, pair) = (Document::of(server), Pair::new(server));
    let rows = matrix();
    for operation in document
        .operations()
        .iter()
        .filter(|operation| operation.contains('{'))
    {
        let row = rows.iter().find(|row| row.operation == *operation);
        let row = row.unwrap_or_else(|| panic!("{operation} has no case"));
        let slots: Vec<_> = operation.split(['{', '}']).skip(1).step_by(2).collect();
        assert!(
            slots.iter().all(|slot| SLOTS.contains(slot)),
            "{operation} has a new place for an id"
        );
        for slot in slots {
            // A name is no id: to replace a role that is not there is to define it.
            if slot == "role" && operation.starts_with("PUT ") {
                continue;
            }
            for caller in CALLERS {
                let call = |id: &str| pair.call(operation, caller, &with(&pair.ids, slot, id));
                let expected = refusal(row, caller, slot);
                let reply = pair.refuses(
                    expected,
                    call(of(&pair.foreign, slot)),
                    call(&unknown(slot)),
                );
                document.check(operation, &reply);
            }
        }
    }
}

fn a_whole_foreign_path_is_answered_like_one_that_never_existed(server: &TestServer) {
    let pair = Pair::new(server);
    let nothing = Ids {
        organisation: random_id(),
        project: random_id(),
        deleted_project: random_id(),
        resource: random_id(),
        role: unique("role"),
        deleted_resource: random_id(),
        api_key: random_id(),
        user: random_id(),
        newcomer: random_id(),
    };
    for row in matrix()
        .iter()
        .filter(|row| row.operation.contains("{organisation_id}"))
    {
        for caller in CALLERS {
            let call = |ids: &Ids| pair.call(&row.operation, caller, ids);
            pair.refuses(
                refusal(row, caller, "organisation_id"),
                call(&pair.foreign),
                call(&nothing),
            );
        }
    }
}

fn what_is_foreign_is_in_no_list(server: &TestServer) {
    let pair = Pair::new(server);
    for path in [
        "/me",
        "/orgs",
        "",
        "/members",
        "/roles",
        "/projects",
        "/resources",
        "/api-keys",
        "/audit-events",
    ] {
        let path = if ["/me", "/orgs"].contains(&path) {
            path.to_owned()
        } else {
            pair.own.path(path)
        };
        let reply = server.get(&path).bearer(&pair.own.owner.token).expect(200);
        pair.says_nothing(&reply);
    }
    for search in [
        format!("/projects?name={}", pair.canary),
        format!("/resources?name={}", pair.canary),
        format!("/resources?project_id={}", pair.foreign.project),
    ] {
        let reply = server
            .get(&pair.own.path(&search))
            .bearer(&pair.own.owner.token)
            .expect(200);
        assert_eq!(reply.json()["pagination"]["total"], json!(0));
    }
}

on_both!(
    a_foreign_id_is_answered_like_one_that_never_existed,
    a_whole_foreign_path_is_answered_like_one_that_never_existed,
    what_is_foreign_is_in_no_list,
);
