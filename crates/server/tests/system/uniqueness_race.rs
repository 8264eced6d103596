//! Many who want the same e-mail address or the same slug at the same moment.

use crate::support::{on_both, rounds, shared, together};
use serde_json::json;
use test_server::{Database, PASSWORD, Reply, unique};

const AT_ONCE: usize = 50;
const ROUNDS: usize = 5;

fn check(replies: &[Reply], code: &str) {
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 201);
    assert_eq!(won.len(), 1);
    for reply in lost {
        assert_eq!(
            (reply.status, reply.string("/code").as_str()),
            (409, code),
            "{reply}"
        );
    }
}

/// The address with the letters in upper case that the bits of `n` name.
fn variant(address: &str, n: usize) -> String {
    let flip = |(at, c): (usize, char)| match n >> (at % 6) & 1 {
        1 => c.to_ascii_uppercase(),
        _ => c,
    };
    address.chars().enumerate().map(flip).collect()
}

fn one_registration_gets_an_address(database: &Database) {
    let server = shared(database);
    for _ in 0..rounds(ROUNDS) {
        let address = format!("{}@example.com", unique("same-address"));
        let replies = together(AT_ONCE, |n| {
            let email = variant(&address, n);
            let body = json!({ "email": email, "password": PASSWORD, "display_name": "x" });
            server.post("/auth/register").json(&body).send()
        });
        check(&replies, "EMAIL_TAKEN");
        server.login(&address);
    }
}

fn one_organisation_gets_a_slug(database: &Database) {
    let server = shared(database);
    let users: Vec<_> = (0..5).map(|_| server.user("same-slug")).collect();
    for _ in 0..rounds(ROUNDS) {
        let slug = unique("same-slug");
        let replies = together(AT_ONCE, |n| {
            // Given, or derived from the name.
            let body = match n % 2 {
                0 => json!({ "name": "x", "slug": slug }),
                _ => json!({ "name": slug.to_uppercase() }),
            };
            let call = server.post("/orgs").bearer(&users[n % users.len()].token);
            call.json(&body).send()
        });
        check(&replies, "SLUG_TAKEN");
    }
}

on_both!(
    one_registration_gets_an_address,
    one_organisation_gets_a_slug
);
