use crate::support::Random;
use serde_json::{Value, json};
use test_server::{Call, Reply, TestServer, unique};

/// A project as its writer knows it.
#[derive(Clone, Debug)]
struct Project {
    /// The idempotency key that it was created with.
    key: String,
    /// The answer to its creation.
    answer: Value,
    id: String,
    name: String,
    etag: String,
}

/// One request that changes something, in a form that can be repeated without doing it twice.
#[derive(Clone, Debug)]
enum Change {
    /// Bound to a key.
    Create { key: String, name: String },
    /// Bound to the version that is to be changed.
    Rename { at: usize, name: String },
    /// A second deletion finds nothing.
    Delete { at: usize },
}

/// A client with a journal of its own projects.
#[derive(Debug)]
pub struct Writer {
    path: String,
    token: String,
    random: Random,
    projects: Vec<Project>,
    /// The change that was under way when the server died.
    unknown: Option<Change>,
    /// How many of each took effect.
    pub created: usize,
    pub renamed: usize,
    pub deleted: usize,
}

impl Writer {
    pub fn new(path: &str, token: &str, random: Random) -> Self {
        Self {
            path: path.to_owned(),
            token: token.to_owned(),
            random,
            projects: Vec::new(),
            unknown: None,
            created: 0,
            renamed: 0,
            deleted: 0,
        }
    }

    /// Writes until there is no answer any more.
    pub fn write_until_cut_off(&mut self, server: &TestServer) {
        while self.unknown.is_none() {
            let change = self.next();
            match self.call(server, &change).attempt() {
                Ok(reply) => self.settle(change, &reply),
                Err(_) => self.unknown = Some(change),
            }
        }
    }

    /// Repeats the change whose outcome is unknown, if there is one; afterwards it has taken effect exactly once.
    pub fn repeat_unknown(&mut self, server: &TestServer) -> Option<()> {
        let change = self.unknown.take()?;
        let reply = self.call(server, &change).send();
        match (&change, reply.status) {
            (Change::Create { .. }, 201) => {
                let again = self.call(server, &change).expect(201);
                assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
                assert_eq!(again.json(), reply.json(), "two answers to one key");
            }
            // It was done before the server died, and the version is another one now.
            (Change::Rename { at, .. }, 412) => {
                let found = self.target(server, "GET", *at).expect(200);
                self.settle(change, &found);
                return Some(());
            }
            (Change::Delete { at }, 404) => {
                self.forget(*at);
                return Some(());
            }
            _ => {}
        }
        self.settle(change, &reply);
        Some(())
    }

    /// Demands the first answer again for the key of a project that is still there.
    pub fn check_replay(&self, server: &TestServer) {
        for project in self.projects.iter().take(3) {
            let name = project.answer["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let key = project.key.clone();
            let reply = self.call(server, &Change::Create { key, name }).expect(201);
            assert_eq!(reply.json(), project.answer);
        }
    }

    /// The ids and names of the projects that are to be there.
    pub fn live(&self) -> impl Iterator<Item = (String, String)> {
        self.projects
            .iter()
            .map(|project| (project.id.clone(), project.name.clone()))
    }

    fn next(&mut self) -> Change {
        let among = self.projects.len() as u64;
        let at = |random: &mut Random| usize::try_from(random.below(among)).unwrap_or(0);
        match self.random.below(4) {
            0 if among > 0 => Change::Rename {
                at: at(&mut self.random),
                name: unique("renamed"),
            },
            1 if among > 0 => Change::Delete {
                at: at(&mut self.random),
            },
            _ => Change::Create {
                key: unique("key"),
                name: unique("created"),
            },
        }
    }

    fn call<'a>(&self, server: &'a TestServer, change: &Change) -> Call<'a> {
        match change {
            Change::Create { key, name } => server
                .post(&self.path)
                .bearer(&self.token)
                .idempotency_key(key)
                .json(&json!({ "name": name })),
            Change::Rename { at, name } => self
                .target(server, "PATCH", *at)
                .header("If-Match", &self.projects[*at].etag)
                .json(&json!({ "name": name })),
            Change::Delete { at } => self.target(server, "DELETE", *at),
        }
    }

    fn target<'a>(&self, server: &'a TestServer, method: &str, at: usize) -> Call<'a> {
        let path = format!("{}/{}", self.path, self.projects[at].id);
        server.call(method, &path).bearer(&self.token)
    }

    /// Notes a change that took effect.
    fn settle(&mut self, change: Change, reply: &Reply) {
        match (change, reply.status) {
            (Change::Create { key, name }, 201) => {
                self.created += 1;
                self.projects.push(Project {
                    key,
                    answer: reply.json(),
                    id: reply.string("/id"),
                    name,
                    etag: etag(reply),
                });
            }
            (Change::Rename { at, name }, 200) => {
                assert_eq!(reply.string("/name"), name);
                self.renamed += 1;
                self.projects[at].name = name;
                self.projects[at].etag = etag(reply);
            }
            (Change::Delete { at }, 204) => self.forget(at),
            (change, _) => panic!("{change:?}: {reply}"),
        }
    }

    fn forget(&mut self, at: usize) {
        self.deleted += 1;
        self.projects.swap_remove(at);
    }
}

fn etag(reply: &Reply) -> String {
    let etag = reply.header("ETag");
    etag.unwrap_or_else(|| panic!("no ETag: {reply}"))
        .to_owned()
}
