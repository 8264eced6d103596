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
        let user = |role: &str| server.user(&format!("{stem}-{role}"));
        let owner = user("owner");
        let slug = unique(stem);
        let id = server.organisation(&owner, &slug);
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
        let (mut events, _) = self.audit_page(server, "");
        events.retain(is_change);
        events
    }

    /// How many changes the audit trail tells of. Refusals do not count: they are recorded later than answered.
    pub fn audit_total(&self, server: &TestServer) -> u64 {
        let (mut changes, mut cursor) = (0, Some(String::new()));
        while let Some(position) = cursor {
            let (events, next) = self.audit_page(server, &position);
            changes += events
                .iter()
                .map(|event| u64::from(is_change(event)))
                .sum::<u64>();
            cursor = next;
        }
        changes
    }

    fn audit_page(&self, server: &TestServer, cursor: &str) -> (Vec<Value>, Option<String>) {
        let path = self.path(&format!("/audit-events?limit=100&cursor={cursor}"));
        let reply = server.get(&path).bearer(&self.owner.token).expect(200);
        let next = reply.json()["pagination"]["next_cursor"].take();
        (reply.items(), next.as_str().map(str::to_owned))
    }
}

fn is_change(event: &Value) -> bool {
    let action = event["action"].as_str().unwrap_or_default();
    !action.starts_with("access.")
}

impl TestServer {
    /// Founds an organisation with this slug, which is its name as well; gives its id.
    pub fn organisation(&self, owner: &User, slug: &str) -> String {
        let body = json!({ "name": slug, "slug": slug });
        self.post("/orgs")
            .bearer(&owner.token)
            .json(&body)
            .expect(201)
            .string("/id")
    }
}
