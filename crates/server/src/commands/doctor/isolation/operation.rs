//! Operations, and the requests that are made of them.

use super::{body::Body, client::Request, names::Kind};
use serde_json::Value;

/// An operation, and what a request for it has to name.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// As in the document: `GET /orgs/{organisation_id}`.
    pub(super) name: String,
    /// What the path names, then the query, then the body.
    pub(super) slots: Vec<Slot>,
    /// Whether a user's token is a credential for it.
    pub(super) takes_tokens: bool,
    /// Whether an API key is.
    pub(super) takes_keys: bool,
    pub(super) method: String,
    pub(super) template: String,
    /// What the query has to have, filled and encoded.
    pub(super) query: Vec<String>,
    pub(super) body: Option<Body>,
}

/// A place in a request that names something.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) kind: Kind,
    pub(super) place: Place,
    /// The name of the parameter, or the JSON pointer of the member.
    pub(super) name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Body,
}

impl Operation {
    pub(super) fn reads(&self) -> bool {
        ["GET", "HEAD", "OPTIONS"].contains(&self.method.as_str())
    }

    /// Whether it can be carried out on the caller's own without taking something away that is needed afterwards.
    pub(super) fn is_harmless(&self) -> bool {
        let names_a_thing = |slot: &Slot| slot.place == Place::Path && slot.is_thing();
        self.reads() || (self.method != "DELETE" && !self.slots.iter().any(names_a_thing))
    }

    /// The request with these names in its slots; a query parameter without one is left out.
    pub(super) fn request(
        &self,
        names: &[Option<&str>],
        credential: (&'static str, String),
    ) -> Request {
        let (mut target, mut query) = (self.template.clone(), self.query.clone());
        let mut body = self.body.as_ref().map(|body| body.template.clone());
        for (slot, name) in self.slots.iter().zip(names) {
            let Some(name) = name else { continue };
            match slot.place {
                Place::Path => target = target.replace(&format!("{{{}}}", slot.name), name),
                Place::Query => query.push(format!("{}={name}", slot.name)),
                Place::Body => {
                    let member = body.as_mut().and_then(|body| body.pointer_mut(&slot.name));
                    if let Some(member) = member {
                        *member = Value::from(*name);
                    }
                }
            }
        }
        if !query.is_empty() {
            target = format!("{target}?{}", query.join("&"));
        }
        let media_type = self.body.as_ref().map(|body| body.media_type.clone());
        Request {
            method: self.method.clone(),
            target,
            credential,
            body: media_type.zip(body.map(|body| body.to_string())),
        }
    }
}

impl Slot {
    pub(super) fn new(kind: Kind, place: Place, name: &str) -> Self {
        let name = name.to_owned();
        Self { kind, place, name }
    }

    /// Whether it names something in an organisation, and not the organisation itself.
    pub(super) fn is_thing(&self) -> bool {
        self.kind != Kind::Organisation || self.place != Place::Path
    }
}
