use serde_json::Value;
use std::collections::BTreeMap;
use test_server::TestServer;

/// Everything that a list holds, by walking its cursors.
fn all(server: &TestServer, token: &str, path: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server
            .get(&format!("{path}?limit=100&cursor={cursor}"))
            .bearer(token)
            .expect(200);
        found.extend(page.items());
        match page.json()["pagination"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return found,
        }
    }
}

/// What an organisation holds, and what its audit trail says about that.
#[derive(Debug)]
pub struct Audit {
    /// All projects that are not deleted.
    pub projects: Vec<Value>,
    /// The number of audit events by action.
    pub events: BTreeMap<String, usize>,
}

impl Audit {
    /// Reads an organisation as one of its owners.
    pub fn of(server: &TestServer, token: &str, organisation: &str) -> Self {
        let path = |rest| format!("/orgs/{organisation}/{rest}");
        let mut events = BTreeMap::new();
        for event in all(server, token, &path("audit-events")) {
            let action = event["action"].as_str().unwrap_or_default();
            *events.entry(action.to_owned()).or_default() += 1;
        }
        Self {
            projects: all(server, token, &path("projects")),
            events,
        }
    }

    /// How many events there are with this action.
    pub fn count(&self, action: &str) -> usize {
        self.events.get(action).copied().unwrap_or_default()
    }
}
