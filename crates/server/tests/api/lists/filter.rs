//! Filters and orders of the project list.

use super::{names, page, with_projects};
use crate::support::on_both;
use test_server::TestServer;

fn a_name_filter_is_a_literal_substring_in_any_case(server: &TestServer) {
    let world = with_projects(
        server,
        &[
            "100% done",
            "100 done",
            "a_b",
            "aXb",
            r"back\slash",
            "Launch",
            "relaunch",
            "ÄRGER",
            "quote'd",
        ],
    );
    for (filter, expected) in [
        ("100%25", vec!["100% done"]),
        ("%25", vec!["100% done"]),
        ("_", vec!["a_b"]),
        ("%5C", vec![r"back\slash"]),
        ("LAUNCH", vec!["relaunch", "Launch"]),
        ("%27", vec!["quote'd"]),
        ("%C3%84rger".to_owned().as_str(), vec!["ÄRGER"]),
        ("*", vec![]),
        ("100+done", vec!["100 done"]),
    ] {
        assert_eq!(
            names(&page(server, &world, &format!("name={filter}"))),
            expected,
            "{filter}"
        );
    }
}

fn projects_are_sorted_by_what_was_asked_for(server: &TestServer) {
    // Alternately active and archived.
    let world = with_projects(server, &["b", "a", "d", "c"]);
    for (query, expected) in [
        ("", ["c", "d", "a", "b"]),
        ("sort_direction=asc", ["b", "a", "d", "c"]),
        (
            "sort_by=created_at&sort_direction=desc",
            ["c", "d", "a", "b"],
        ),
        ("sort_by=name&sort_direction=asc", ["a", "b", "c", "d"]),
        ("sort_by=name", ["d", "c", "b", "a"]),
        ("sort_by=status&sort_direction=asc", ["b", "d", "a", "c"]),
        ("sort_by=status", ["c", "a", "d", "b"]),
    ] {
        assert_eq!(names(&page(server, &world, query)), expected, "{query}");
    }
}

fn ties_are_broken_by_id_in_the_same_direction(server: &TestServer) {
    let world = with_projects(server, &["same", "same", "same", "same"]);
    let ids = |query: &str| -> Vec<String> {
        let items = page(server, &world, query).items();
        items.iter().map(|item| item["id"].to_string()).collect()
    };
    let ascending = ids("sort_by=name&sort_direction=asc");
    assert!(ascending.is_sorted());
    let mut descending = ids("sort_by=name&sort_direction=desc");
    descending.reverse();
    assert_eq!(ascending, descending);
}

fn filters_add_up(server: &TestServer) {
    let world = with_projects(server, &["launch a", "launch b", "launch c", "other"]);
    let query = "status=active&name=launch&sort_by=name&sort_direction=asc&limit=1&offset=1";
    let reply = page(server, &world, query);
    assert_eq!(
        (names(&reply), reply.json()["pagination"]["total"].as_u64()),
        (vec!["launch c".to_owned()], Some(2))
    );
}

on_both!(
    a_name_filter_is_a_literal_substring_in_any_case,
    projects_are_sorted_by_what_was_asked_for,
    ties_are_broken_by_id_in_the_same_direction,
    filters_add_up,
);
