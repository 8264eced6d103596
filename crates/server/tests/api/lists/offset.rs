//! Pages by `limit` and `offset`.

use super::{names, page, with_projects};
use crate::support::on_both;
use serde_json::json;
use test_server::TestServer;

const NUMBERS: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];

fn pages_tell_where_they_stand(server: &TestServer) {
    let world = with_projects(server, &NUMBERS);
    for (query, limit, offset, count) in [
        ("", 50, 0, 7),
        ("limit=3", 3, 0, 3),
        ("limit=3&offset=6", 3, 6, 1),
        ("offset=7", 50, 7, 0),
        ("limit=1&offset=1000000", 1, 1_000_000, 0),
    ] {
        let reply = page(server, &world, query);
        let mut pagination = reply.json()["pagination"].clone();
        let next = pagination["next_cursor"].take();
        assert_eq!(next.is_string(), offset + count < 7, "{query}");
        let expected = json!({
            "limit": limit, "offset": offset, "total": 7, "count": count, "next_cursor": null,
        });
        assert_eq!(
            (pagination, reply.items().len()),
            (expected, count),
            "{query}"
        );
    }
}

fn pages_put_together_are_the_list(server: &TestServer) {
    let world = with_projects(server, &NUMBERS);
    let pages = (0..3).map(|n| names(&page(server, &world, &format!("limit=3&offset={}", n * 3))));
    assert_eq!(
        pages.flatten().collect::<Vec<_>>(),
        ["7", "6", "5", "4", "3", "2", "1"]
    );
}

fn the_total_counts_what_the_filter_lets_through(server: &TestServer) {
    let world = with_projects(server, &NUMBERS);
    for (query, total) in [
        ("status=active", 4),
        ("status=archived&limit=1", 3),
        ("name=7", 1),
        ("name=x", 0),
    ] {
        assert_eq!(
            page(server, &world, query).json()["pagination"]["total"],
            total,
            "{query}"
        );
    }
}

fn every_list_has_pages(server: &TestServer) {
    let world = with_projects(server, &["one", "two"]);
    world.api_key(server, &world.owner, "one");
    world.api_key(server, &world.owner, "two");
    server.organisation(&world.owner, &test_server::unique("second"));
    for (path, total) in [
        ("/orgs".to_owned(), 2),
        (world.path("/members"), 4),
        (world.path("/projects"), 2),
        (world.path("/api-keys"), 2),
        (world.path("/audit-events"), 8),
    ] {
        let all = server
            .get(&path)
            .bearer(&world.owner.token)
            .expect(200)
            .items();
        assert_eq!(all.len(), total, "{path}");
        let second = server
            .get(&format!("{path}?limit=1&offset=1"))
            .bearer(&world.owner.token)
            .expect(200);
        assert_eq!(second.items(), [all[1].clone()]);
        assert_eq!(second.json()["pagination"]["total"], total);
    }
}

on_both!(
    pages_tell_where_they_stand,
    pages_put_together_are_the_list,
    the_total_counts_what_the_filter_lets_through,
    every_list_has_pages,
);
