//! Owners who demote and remove each other and themselves at the same moment.

use crate::support::{Random, on_both, rounds, shared, together};
use serde_json::{Value, json};
use test_server::{Database, Reply, TestServer, User, unique};

const ROUNDS: usize = 200;

/// An organisation and those who are its owners at the beginning of every round.
struct Owners<'a> {
    server: &'a TestServer,
    members: String,
    users: Vec<User>,
}

/// What one owner does: removes somebody, or gives them another role.
#[derive(Clone, Copy, Debug)]
struct Act {
    target: usize,
    role: Option<&'static str>,
}

impl<'a> Owners<'a> {
    fn new(server: &'a TestServer, count: usize) -> Self {
        let users: Vec<_> = (0..count).map(|_| server.user("race")).collect();
        let id = server.organisation(&users[0], &unique("race"));
        let members = format!("/orgs/{id}/members");
        Self {
            server,
            members,
            users,
        }
    }

    fn member(&self, user: &User) -> String {
        format!("{}/{}", self.members, user.id)
    }

    fn act(&self, by: usize, Act { target, role }: Act) -> Reply {
        let path = self.member(&self.users[target]);
        let token = &self.users[by].token;
        match role {
            Some(role) => {
                let call = self.server.patch(&path).bearer(token);
                call.json(&json!({ "role": role })).send()
            }
            None => self.server.delete(&path).bearer(token).send(),
        }
    }

    /// The members as an owner sees them, and that owner.
    fn survey(&self) -> (Vec<Value>, &User) {
        let see = |user: &&User| {
            let reply = self.server.get(&self.members).bearer(&user.token).send();
            let members = if reply.status == 200 {
                reply.items()
            } else {
                Vec::new()
            };
            let own = members
                .iter()
                .find(|member| member["user"]["id"] == user.id);
            own.is_some_and(|own| own["role"] == "owner")
                .then_some(members)
        };
        let mut owners = self
            .users
            .iter()
            .filter_map(|user| Some((see(&user)?, user)));
        owners
            .next()
            .expect("the organisation has no owner any more")
    }

    /// Makes everyone an owner again.
    fn reset(&self) {
        let (members, owner) = self.survey();
        for user in &self.users {
            let found = members
                .iter()
                .find(|member| member["user"]["id"] == user.id);
            let call = match found.map(|member| member["role"] == "owner") {
                Some(true) => continue,
                Some(false) => self
                    .server
                    .patch(&self.member(user))
                    .json(&json!({ "role": "owner" })),
                None => {
                    let body = json!({ "user_id": user.id, "role": "owner" });
                    self.server.post(&self.members).json(&body)
                }
            };
            let reply = call.bearer(&owner.token).send();
            assert!([200, 201].contains(&reply.status), "{reply}");
        }
    }
}

/// Demands that whoever came too late is told so, in the words of the contract.
fn check(act: Act, reply: &Reply) {
    if [200, 204].contains(&reply.status) {
        return;
    }
    let detail = reply.string("/detail");
    let expected = match reply.status {
        409 => detail == "organisation must always have at least one owner",
        // Demoted or removed meanwhile.
        403 => {
            detail.starts_with("insufficient permissions") || detail == "organisation access denied"
        }
        // The target is removed already.
        404 => detail == "membership was not found",
        _ => false,
    };
    assert!(expected, "{act:?}: {reply}");
}

fn there_is_always_an_owner(database: &Database) {
    let server = shared(database);
    let mut random = Random::new();
    let organisations = [2, 3, 4].map(|count| Owners::new(server, count));
    let (mut lost, roles) = (0, [None, Some("admin"), Some("member"), Some("viewer")]);
    for round in 0..rounds(ROUNDS) {
        let owners = &organisations[round % organisations.len()];
        owners.reset();
        let count = owners.users.len();
        let acts: Vec<_> = (0..count)
            .map(|_| Act {
                target: usize::try_from(random.below(count as u64)).unwrap_or(0),
                role: *random.choose(&roles),
            })
            .collect();
        let replies = together(count, |by| owners.act(by, acts[by]));
        for (act, reply) in acts.iter().zip(&replies) {
            check(*act, reply);
            lost += usize::from(reply.status == 409);
        }
        owners.survey();
    }
    assert!(lost > 0, "nobody ever was the last owner");
}

on_both!(there_is_always_an_owner);
