//! Paths and queries that nobody would write.

use crate::support::{on_both, shared};
use test_server::{Database, World};

const CANARY: &str = "canary4711";

/// Queries of the project list that are refused, with the parameter that is blamed.
const REFUSED: &[(&str, &str)] = &[
    ("limit=-1", "limit"),
    ("limit=0", "limit"),
    ("limit=101", "limit"),
    ("limit=1000000000", "limit"),
    ("limit=9223372036854775808", "limit"),
    ("limit=18446744073709551616", "limit"),
    ("limit=-9223372036854775809", "limit"),
    ("limit=canary4711", "limit"),
    ("limit=", "limit"),
    ("limit", "limit"),
    ("limit=1.0", "limit"),
    ("limit=1e1", "limit"),
    ("limit=0x10", "limit"),
    ("limit=%D9%A1", "limit"),
    ("limit=1%00", "limit"),
    ("limit=5&limit=canary4711", "limit"),
    ("offset=-1", "offset"),
    ("offset=9223372036854775808", "offset"),
    ("offset=canary4711", "offset"),
    ("offset=", "offset"),
    ("offset=%00", "offset"),
    ("status=canary4711", "status"),
    ("status=ACTIVE", "status"),
    ("status=", "status"),
    ("status=%FF", "status"),
    ("sort_by=canary4711", "sort_by"),
    ("sort_by=id;DROP+TABLE+projects", "sort_by"),
    ("sort_direction=%00", "sort_direction"),
    ("name=", "name"),
    ("name=%00canary4711", "name"),
    ("name=canary4711%00", "name"),
    ("name=%FF", "name"),
    ("name=canary4711%C3", "name"),
    ("name=%ED%A0%80", "name"),
    ("cursor=canary4711", "cursor"),
    ("cursor=%FF", "cursor"),
    ("cursor=%00", "cursor"),
    ("cursor=&offset=0", "offset"),
];

/// Queries that mean something harmless, or nothing.
const HARMLESS: &[&str] = &[
    "name=%",
    "name=%zz",
    "name=%E2%80%AE",
    "name=%25",
    "name=_",
    "name=%5C",
    "name='%20OR%201=1--",
    "name=%27%29%3B%20DROP%20TABLE%20projects%3B--",
    "offset=9223372036854775807",
    "%00=1",
    "%FF=1",
    "=",
    "&&&",
    "name[]=x",
    "unknown=canary4711",
];

/// Ids that are none.
const IDS: &[&str] = &[
    "%00",
    "%FF",
    "%C0%AE%C0%AE",
    "canary4711",
    "1",
    "-1",
    "0190a000-0000-7000-8000-00000000000g",
    "0190a000-0000-7000-8000-0000000000000",
    "0190a000-0000-7000-8000-00000000000%00",
    "..%2F..%2Fetc%2Fpasswd",
    "%2e%2e",
    "%",
    "%zz",
    "'%20OR%201=1--",
    "%E2%80%AE0190a000-0000-7000-8000-000000000000",
];

fn refused_queries_say_which_parameter_and_not_what(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "query");
    for (query, parameter) in REFUSED {
        let call = server.get(&world.path(&format!("/projects?{query}")));
        let reply = call.bearer(&world.owner.token).expect(422);
        let at = reply.json()["errors"][0]["loc"].to_string();
        assert_eq!(at, format!("[\"query\",\"{parameter}\"]"), "{reply}");
        assert!(!reply.text().contains(CANARY), "{reply}");
    }
    let long = world.path(&format!("/projects?name={}", CANARY.repeat(17)));
    let reply = server.get(&long).bearer(&world.owner.token).expect(422);
    assert!(!reply.text().contains(CANARY));
}

fn harmless_queries_find_nothing_that_is_not_asked_for(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "harmless");
    world.project(server, "only one");
    for query in HARMLESS {
        let call = server.get(&world.path(&format!("/projects?{query}")));
        let reply = call.bearer(&world.owner.token).expect(200);
        // A filter or an offset finds nothing; what is no parameter of ours is ignored.
        let found = usize::from(!query.starts_with("name=") && !query.starts_with("offset="));
        assert_eq!(reply.items().len(), found, "{query}");
    }
}

fn ids_that_are_none_are_refused(database: &Database) {
    let server = shared(database);
    let world = World::new(server, "path");
    for id in IDS {
        for target in [
            format!("/orgs/{id}"),
            format!("/orgs/{id}/projects"),
            world.path(&format!("/projects/{id}")),
        ] {
            let reply = server.get(&target).bearer(&world.owner.token).expect(422);
            assert!(!reply.text().contains(CANARY), "{reply}");
        }
        let reply = server
            .get(&format!("/{id}"))
            .bearer(&world.owner.token)
            .expect(404);
        assert!(!reply.text().contains(CANARY), "{reply}");
    }
}

on_both!(
    refused_queries_say_which_parameter_and_not_what,
    harmless_queries_find_nothing_that_is_not_asked_for,
    ids_that_are_none_are_refused,
);
