//! The API document, as instructions for requests.

use super::{
    body::{self, Body},
    client::Request,
    names::{Caller, Kind},
};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

/// The order in which operations are probed: what reads and removes before what makes, because something that was made
/// under a name of the other organisation would be found by what comes after.
const METHODS: [&str; 8] = [
    "get", "head", "options", "trace", "delete", "patch", "post", "put",
];

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
    method: String,
    template: String,
    /// What the query has to have, filled and encoded.
    query: Vec<String>,
    body: Option<Body>,
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

/// A document in which references can be followed.
#[derive(Clone, Copy)]
pub(super) struct Document<'a>(pub(super) &'a Value);

impl<'a> Document<'a> {
    /// All operations by name; one that no request can be made for, with the reason.
    pub(super) fn operations(self, caller: &Caller) -> Vec<(String, Result<Operation, String>)> {
        let mut found = Vec::new();
        for (path, item) in self.0["paths"].as_object().into_iter().flatten() {
            for (order, method) in METHODS.iter().enumerate() {
                if let Some(described) = item.get(*method) {
                    let shared = &item["parameters"];
                    let read = self.operation(method, path, &[shared, &described["parameters"]]);
                    let read =
                        read.and_then(|operation| self.complete(operation, described, caller));
                    found.push((order, format!("{} {path}", method.to_uppercase()), read));
                }
            }
        }
        found.sort_by_key(|(order, ..)| *order);
        found
            .into_iter()
            .map(|(_, name, read)| (name, read))
            .collect()
    }

    /// What a reference points to, or the value itself.
    pub(super) fn resolve(self, value: &'a Value) -> &'a Value {
        let pointer = value["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
        pointer.map_or(value, |pointer| {
            self.0.pointer(pointer).unwrap_or(&Value::Null)
        })
    }

    fn operation(
        self,
        method: &str,
        path: &str,
        parameters: &[&'a Value],
    ) -> Result<Operation, String> {
        let mut operation = Operation {
            name: format!("{} {path}", method.to_uppercase()),
            slots: Vec::new(),
            takes_tokens: false,
            takes_keys: false,
            method: method.to_uppercase(),
            template: path.to_owned(),
            query: Vec::new(),
            body: None,
        };
        for name in path.split(['{', '}']).skip(1).step_by(2) {
            let kind = Kind::of(name).ok_or_else(|| unknown("path parameter", name))?;
            operation.slots.push(Slot::new(kind, Place::Path, name));
        }
        let parameters = parameters
            .iter()
            .filter_map(|list| list.as_array())
            .flatten();
        for parameter in parameters.map(|parameter| self.resolve(parameter)) {
            self.parameter(&mut operation, parameter)?;
        }
        Ok(operation)
    }

    fn parameter(self, operation: &mut Operation, parameter: &'a Value) -> Result<(), String> {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let schema = self.resolve(&parameter["schema"]);
        let is_required = parameter["required"] == true;
        match (place, Kind::of(name)) {
            ("path", _) => {}
            ("query", Some(kind)) => operation.slots.push(Slot::new(kind, Place::Query, name)),
            ("query", None) if schema["format"] == "uuid" => return Err(unknown(place, name)),
            ("query", None) if is_required => {
                let value = example(parameter, schema).ok_or_else(|| unknown(place, name))?;
                let encoded: String = byte_serialize(value.as_bytes()).collect();
                operation.query.push(format!("{name}={encoded}"));
            }
            _ if is_required => return Err(unknown(place, name)),
            _ => {}
        }
        Ok(())
    }

    fn complete(
        self,
        mut operation: Operation,
        described: &'a Value,
        caller: &Caller,
    ) -> Result<Operation, String> {
        let body = body::read(self, &described["requestBody"], caller)?;
        if let Some(body) = &body {
            let slots = body.slots.iter();
            let slots = slots.map(|(pointer, kind)| Slot::new(*kind, Place::Body, pointer));
            operation.slots.extend(slots);
        }
        operation.body = body;
        let security = described.get("security").unwrap_or(&self.0["security"]);
        let required = security.as_array().into_iter().flatten();
        for scheme in required
            .filter_map(Value::as_object)
            .flat_map(|one| one.keys())
        {
            let scheme = self.resolve(&self.0["components"]["securitySchemes"][scheme]);
            match scheme["type"].as_str() {
                Some("http") => operation.takes_tokens = true,
                Some("apiKey") => operation.takes_keys = true,
                _ => return Err("it takes a credential of an unknown kind".to_owned()),
            }
        }
        Ok(operation)
    }
}

fn unknown(place: &str, name: &str) -> String {
    format!("nothing is known to put into the {place} {name}")
}

/// Some value that a parameter may have.
fn example(parameter: &Value, schema: &Value) -> Option<String> {
    let candidates = [
        parameter.get("example"),
        schema.get("example"),
        schema.pointer("/examples/0"),
        schema.get("default"),
        schema.pointer("/enum/0"),
    ];
    match candidates.into_iter().flatten().next()? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
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
    fn new(kind: Kind, place: Place, name: &str) -> Self {
        let name = name.to_owned();
        Self { kind, place, name }
    }

    /// Whether it names something in an organisation, and not the organisation itself.
    pub(super) fn is_thing(&self) -> bool {
        self.kind != Kind::Organisation || self.place != Place::Path
    }
}
