//! Requests at random: any caller, any operation, ids of any organisation in any spelling, headers and parameters that
//! claim another one. Nobody ever sees a word of somebody else's, and nothing breaks.
//!
//! There are 300, 10,000 with `SAAS_TEST_LONG=1`.

use crate::support::{Random, builder};
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write};
use test_server::{Database, TestServer, World, raw, unique};

/// Two in shared tables, two in schemas of their own, two in a second database.
const ORGANISATIONS: usize = 6;
const CALLERS: [&str; 5] = ["owner", "admin", "member", "viewer", "outsider"];
const CLAIMS: [&str; 6] = [
    "X-Tenant-Id",
    "X-Tenant",
    "X-Organisation-Id",
    "X-Org-Id",
    "X-Original-URL",
    "X-Forwarded-Host",
];
const QUERIES: [&str; 10] = [
    "limit=2",
    "limit=1&limit=100",
    "offset=0&offset=1",
    "limit=100&organisation_id={org}",
    "tenant_id={org}&tenant_id={org}",
    "organisation_id[]={org}",
    "project_id={id}&project_id={id}",
    "cursor={cursor}",
    "cursor={cursor}&cursor={cursor}",
    "actor_user_id={id}&name=%",
];
const DETOURS: [&str; 7] = [
    "/../{org}",
    "/%2e%2e/{org}",
    "/..%2f{org}",
    "//",
    "/.",
    "/..;/{org}",
    "/{org}",
];

/// An organisation, all of whose texts hold a word that no other's do.
struct Side {
    word: String,
    /// Ids by the name of the parameter that they belong to.
    ids: BTreeMap<&'static str, Vec<String>>,
    cursor: String,
    /// What comes in as `Authorization`.
    credentials: Vec<String>,
}

impl Side {
    fn new(server: &TestServer, n: usize) -> Self {
        let word = unique(&format!("kanari{n}"));
        let home = World::new(server, &word);
        let made = |path: &str, body: Value| {
            let call = server.post(&home.path(path)).bearer(&home.owner.token);
            call.json(&body).expect(201).string("/id")
        };
        let projects = vec![
            made("/projects", serde_json::json!({ "name": word })),
            made("/projects", serde_json::json!({ "name": word })),
        ];
        let resource = serde_json::json!({
            "name": word, "data": { "text": word }, "project_id": projects[0],
        });
        let resources = vec![made("/resources", resource)];
        let key = home.api_key(server, &home.owner, &word);
        let first = server.get(&home.path("/projects?limit=1&cursor="));
        let first = first.bearer(&home.owner.token).expect(200);
        let cursor = first.string("/pagination/next_cursor");
        let users = CALLERS.iter().map(|role| home.of(role));
        let mut credentials: Vec<_> = users.clone().map(|user| user.token.clone()).collect();
        credentials.push(key.raw);
        let ids = [
            ("organisation_id", vec![home.id.clone()]),
            ("project_id", projects),
            ("resource_id", resources),
            ("api_key_id", vec![key.id]),
            ("user_id", users.map(|user| user.id.clone()).collect()),
        ];
        Self {
            word,
            ids: ids.into_iter().collect(),
            cursor,
            credentials,
        }
    }
}

/// An id in one of the ways in which people write one, most of the time the usual one.
fn spelt(id: &str, random: &mut Random) -> String {
    match random.below(12) {
        0 => id.to_uppercase(),
        1 => format!("%7B{id}%7D"),
        2 => id.replace('-', ""),
        3 => format!("urn:uuid:{id}"),
        4 => format!("{id}%00"),
        5 => format!("{id}%20"),
        _ => id.to_owned(),
    }
}

/// A request of somebody, and whose it is.
struct Probe<'a> {
    sides: &'a [Side],
    random: Random,
    /// The organisation that most of it is about.
    home: usize,
}

impl Probe<'_> {
    fn side(&mut self) -> &Side {
        let foreign = self.random.below(4) == 0;
        let at = usize::try_from(self.random.below(ORGANISATIONS as u64)).unwrap();
        &self.sides[if foreign { at } else { self.home }]
    }

    fn id(&mut self, parameter: &str) -> String {
        let side = self.side();
        let any: Vec<_> = match side.ids.get(parameter) {
            Some(ids) => ids.clone(),
            None => ["viewer", "auditor", "admin"].map(str::to_owned).to_vec(),
        };
        let id = self.random.choose(&any).clone();
        spelt(&id, &mut self.random)
    }

    /// A text with ids and cursors of anybody in its gaps.
    fn fill(&mut self, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, gap)) = rest.split_once('{') {
            let (name, after) = gap.split_once('}').unwrap();
            filled.push_str(before);
            filled.push_str(&match name {
                "org" => self.id("organisation_id"),
                "id" => self.id("project_id"),
                "cursor" => self.side().cursor.clone(),
                parameter => self.id(parameter),
            });
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn target(&mut self, template: &str) -> String {
        let mut path = self.fill(template);
        if self.random.below(5) == 0 {
            let detour = *self.random.choose(&DETOURS);
            let detour = self.fill(detour);
            let slashes: Vec<_> = path.match_indices('/').map(|(at, _)| at).collect();
            path.insert_str(*self.random.choose(&slashes), &detour);
        }
        if self.random.below(2) == 0 {
            return path;
        }
        let query = *self.random.choose(&QUERIES);
        format!("{path}?{}", self.fill(query))
    }

    fn body(&mut self) -> String {
        let (word, project) = (self.sides[self.home].word.clone(), self.id("project_id"));
        let tenant = self.id("organisation_id");
        let bodies = [
            String::new(),
            "{}".to_owned(),
            format!(r#"{{"name":"{word}"}}"#),
            format!(r#"{{"name":"{word}","data":{{"text":"{word}"}},"project_id":"{project}"}}"#),
            format!(r#"{{"name":"{word}","organisation_id":"{tenant}"}}"#),
            r#"{"role":"viewer"}"#.to_owned(),
            r#"{"permissions":["read:*"]}"#.to_owned(),
            r#"{"name":"a","name":"b"}"#.to_owned(),
        ];
        self.random.choose(&bodies).clone()
    }

    /// The whole request, of a caller of `home` or of nobody.
    fn request(&mut self, (method, template): (&str, &str)) -> String {
        let method = match self.random.below(12) {
            0 => *self
                .random
                .choose(&["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "PROPFIND"]),
            _ => method,
        };
        let mut head = format!(
            "{method} {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n",
            self.target(template)
        );
        if self.random.below(20) > 0 {
            let credential = self.random.choose(&self.sides[self.home].credentials);
            write!(head, "Authorization: Bearer {credential}\r\n").unwrap();
        }
        for _ in 0..self.random.below(3) {
            let (claim, tenant) = (*self.random.choose(&CLAIMS), self.id("organisation_id"));
            write!(head, "{claim}: {tenant}\r\n").unwrap();
        }
        if self.random.below(4) == 0 {
            // Everybody uses the same ones.
            write!(head, "Idempotency-Key: probe-{}\r\n", self.random.below(20)).unwrap();
        }
        let body = self.body();
        let length = body.len();
        format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
    }
}

/// What the API document says there is, without what makes accounts and tokens.
fn operations(server: &TestServer) -> Vec<(String, String)> {
    let document = server.get("/openapi.json").expect(200).json();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if !(method == "POST" && path.starts_with("/auth/")) {
                operations.push((method, path.clone()));
            }
        }
    }
    operations
}

#[test]
fn nobody_sees_a_word_of_another_organisation_and_nothing_breaks() {
    let probes = match std::env::var("SAAS_TEST_LONG") {
        Ok(long) if long == "1" => 10_000,
        _ => 300,
    };
    let mut random = Random::new();
    let server = builder(&Database::Postgres).in_all_places().start();
    let sides: Vec<_> = (0..ORGANISATIONS).map(|n| Side::new(&server, n)).collect();
    let operations = operations(&server);
    let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
    let mut own = 0;
    for _ in 0..probes {
        let home = usize::try_from(random.below(ORGANISATIONS as u64)).unwrap();
        let mut probe = Probe {
            sides: &sides,
            random: random.fork(),
            home,
        };
        let (method, template) = random.choose(&operations);
        let request = probe.request((method, template));
        let answer = raw::exchange(server.address(), request.as_bytes());
        let text = String::from_utf8_lossy(&answer);
        let status = raw::status(&answer).unwrap_or_else(|| panic!("{request}\n\n{text}"));
        assert!(status < 500, "{request}\n\n{text}\n\n{}", server.log());
        *answers.entry(status).or_default() += 1;
        for (at, side) in sides.iter().enumerate() {
            if at == home {
                own += usize::from(text.contains(&side.word));
            } else {
                assert!(!text.contains(&side.word), "{request}\n\n{text}");
            }
        }
    }
    println!("{answers:?}, {own} with words of one's own");
    assert!(own > 0 && answers.contains_key(&200));
}
