use crate::{Database, TestServer, User};
use serde_json::json;
use std::{
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// The name of the second database.
const CELL: &str = "second";

/// Where an organisation's data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the shared tables of the main database.
    Pool,
    /// Into a schema of its own.
    Silo,
    /// Into a second database.
    Cell,
}

/// Where the organisations of a server go, one after the other.
#[derive(Debug)]
pub(crate) struct Places {
    turn: AtomicUsize,
    operator: OnceLock<String>,
}

impl Places {
    const ALL: [Place; 3] = [Place::Pool, Place::Silo, Place::Cell];

    pub(crate) fn new() -> Self {
        Self {
            turn: AtomicUsize::new(0),
            operator: OnceLock::new(),
        }
    }

    /// The setting that makes the second database known, which is created.
    pub(crate) fn cell(database: &Database, home: &Path) -> (String, String) {
        let url = database.url(home);
        (
            "SAAS_API_DATABASE__CELLS".to_owned(),
            format!("{CELL}={url}"),
        )
    }

    fn next(&self) -> Place {
        Self::ALL[self.turn.fetch_add(1, Ordering::Relaxed) % Self::ALL.len()]
    }
}

impl TestServer {
    /// Has an operator found an organisation in this place; gives its id once it can be used.
    ///
    /// # Panics
    /// When the server was not started for it ([`crate::Builder::in_all_places`]), or refuses.
    pub fn organisation_in(&self, place: Place, owner: &User, slug: &str) -> String {
        let places = self
            .places
            .as_ref()
            .expect("the server was started with places");
        let operator = places.operator.get_or_init(|| self.operator());
        let (isolation, database) = match place {
            Place::Pool => ("pool", None),
            Place::Silo => ("silo", None),
            Place::Cell => ("pool", Some(CELL)),
        };
        let body = json!({
            "name": slug, "slug": slug, "tier": "enterprise", "isolation": isolation, "database": database,
            "owner": { "user_id": owner.id }, "reason": "a test needs it",
        });
        let founded = self.admin("POST", "/admin/tenants").bearer(operator);
        let founded = founded.json(&body).send();
        assert!([201, 202].contains(&founded.status), "{founded:?}");
        let id = founded.string("/tenant/id");
        let path = format!("/orgs/{id}");
        while self.get(&path).bearer(&owner.token).expect(200).json()["status"] != "active" {
            thread::sleep(Duration::from_millis(50));
        }
        id
    }

    pub(crate) fn organisation_in_turn(&self, places: &Places, owner: &User, slug: &str) -> String {
        self.organisation_in(places.next(), owner, slug)
    }
}
