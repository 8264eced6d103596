use crate::{Reply, TestServer, User, unique};
use serde_json::{Value, json};

/// An organisation with a user in every role, and a user outside it.
#[derive(Clone, Debug)]
pub struct World {
    /// The organisation's id.
    pub id: String,
    /// Its slug.
    pub slug: String,
    /// Its only owner.
    pub owner: User,
    /// An admin.
    pub admin: User,
    /// A member.
    pub member: User,
    /// A viewer.
    pub viewer: User,
    /// Somebody who does not belong to it.
    pub outsider: User,
}

/// What is recorded about those who were refused something.
const REFUSALS: [&str; 2] = ["access.denied", "access.escalation_denied"];

/// A new API key.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The key's id.
    pub id: String,
    /// What is sent as credential.
    pub raw: String,
}

impl World {
    /// Founds an organisation whose texts all hold `stem`.
    pub fn new(server: &TestServer, stem: &str) -> Self {
        Self::founded(server, stem, TestServer::organisation)
    }

    /// The same, founded by its owner and nobody else, wherever the server's organisations go.
    pub fn of_its_owner(server: &TestServer, stem: &str) -> Self {
        Self::founded(server, stem, TestServer::own_organisation)
    }

    fn founded(
        server: &TestServer,
        stem: &str,
        found: impl FnOnce(&TestServer, &User, &str) -> String,
    ) -> Self {
        let user = |role: &str| server.user(&format!("{stem}-{role}"));
        let owner = user("owner");
        let slug = unique(stem);
        let id = found(server, &owner, &slug);
        let world = Self {
            admin: user("admin"),
            member: user("member"),
            viewer: user("viewer"),
            outsider: user("outsider"),
            id,
            slug,
            owner,
        };
        for role in ["admin", "member", "viewer"] {
            let _ = world.add(server, world.of(role), role).expect(201);
        }
        world
    }

    /// The user with this role; `outsider` is one, too.
    ///
    /// # Panics
    /// When there is no such role.
    pub fn of(&self, role: &str) -> &User {
        match role {
            "owner" => &self.owner,
            "admin" => &self.admin,
            "member" => &self.member,
            "viewer" => &self.viewer,
            "outsider" => &self.outsider,
            _ => panic!("no such role: {role}"),
        }
    }

    /// A path under the organisation: `""`, `/members`, `/projects/…`.
    pub fn path(&self, rest: &str) -> String {
        format!("/orgs/{}{rest}", self.id)
    }

    /// Tries to make a user a member, as the owner.
    pub fn add(&self, server: &TestServer, user: &User, role: &str) -> Reply {
        let body = json!({ "user_id": user.id, "role": role });
        server
            .post(&self.path("/members"))
            .bearer(&self.owner.token)
            .json(&body)
            .send()
    }

    /// Tries to change a role, as the owner.
    pub fn set_role(&self, server: &TestServer, user: &User, role: &str) -> Reply {
        let path = self.path(&format!("/members/{}", user.id));
        server
            .patch(&path)
            .bearer(&self.owner.token)
            .json(&json!({ "role": role }))
            .send()
    }

    /// Tries to remove a member, as the owner.
    pub fn remove(&self, server: &TestServer, user: &User) -> Reply {
        let path = self.path(&format!("/members/{}", user.id));
        server.delete(&path).bearer(&self.owner.token).send()
    }

    /// Creates a project as the owner; gives the whole of it.
    pub fn project(&self, server: &TestServer, name: &str) -> Value {
        let call = server
            .post(&self.path("/projects"))
            .bearer(&self.owner.token);
        call.json(&json!({ "name": name })).expect(201).json()
    }

    /// Creates an API key as this user.
    pub fn api_key(&self, server: &TestServer, creator: &User, name: &str) -> ApiKey {
        let call = server.post(&self.path("/api-keys")).bearer(&creator.token);
        let reply = call.json(&json!({ "name": name })).expect(201);
        ApiKey {
            id: reply.string("/api_key/id"),
            raw: reply.string("/raw_key"),
        }
    }

    /// The newest of the changes that the audit trail tells of, newest first.
    pub fn audit(&self, server: &TestServer) -> Vec<Value> {
        let call = server.get(&self.path("/audit-events?limit=100"));
        let mut events = call.bearer(&self.owner.token).expect(200).items();
        events.retain(|event| REFUSALS.iter().all(|refusal| event["action"] != *refusal));
        events
    }

    /// How many changes the audit trail tells of. Refusals do not count: they are recorded later than answered.
    ///
    /// # Panics
    /// When the list has no total.
    pub fn audit_total(&self, server: &TestServer) -> u64 {
        let refusals = || -> u64 {
            let counted = REFUSALS.map(|action| self.events(server, &format!("action={action}")));
            counted.iter().sum()
        };
        let mut before = refusals();
        loop {
            let (all, after) = (self.events(server, ""), refusals());
            if before == after {
                return all - after;
            }
            before = after;
        }
    }

    fn events(&self, server: &TestServer, filter: &str) -> u64 {
        let path = self.path(&format!("/audit-events?limit=1&{filter}"));
        let reply = server.get(&path).bearer(&self.owner.token).expect(200);
        reply.json()["pagination"]["total"]
            .as_u64()
            .expect("an offset page has a total")
    }
}

impl TestServer {
    /// Founds an organisation with this slug, which is its name as well; gives its id.
    pub fn organisation(&self, owner: &User, slug: &str) -> String {
        if let Some(places) = &self.places {
            return self.organisation_in_turn(places, owner, slug);
        }
        self.own_organisation(owner, slug)
    }

    /// The same by its owner, wherever the server's organisations go.
    pub fn own_organisation(&self, owner: &User, slug: &str) -> String {
        let body = json!({ "name": slug, "slug": slug });
        self.post("/orgs")
            .bearer(&owner.token)
            .json(&body)
            .expect(201)
            .string("/id")
    }
}
