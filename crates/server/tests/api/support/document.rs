//! The server's own API document, and answers held against it.

use super::schema::Schemas;
use serde_json::Value;
use std::collections::BTreeSet;
use test_server::{Reply, TestServer};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An API document.
pub struct Document(pub Value);

impl Document {
    /// The document of this server.
    pub fn of(server: &TestServer) -> Self {
        Self(server.get("/openapi.json").expect(200).json())
    }

    /// The names of all operations, such as `GET /orgs/{organisation_id}`.
    pub fn operations(&self) -> BTreeSet<String> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths
            .flat_map(|(path, item)| {
                let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
                methods.map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .collect()
    }

    /// What is said about an operation.
    #[track_caller]
    pub fn operation(&self, name: &str) -> &Value {
        let (method, path) = name.split_once(' ').unwrap_or_default();
        let found = &self.0["paths"][path][method.to_lowercase()];
        assert!(found.is_object(), "{name} is not documented");
        found
    }

    /// Whether the operation wants a credential.
    pub fn is_secured(&self, name: &str) -> bool {
        let own = &self.operation(name)["security"];
        let schemes = own.as_array().or_else(|| self.0["security"].as_array());
        let empty = |scheme: &Value| scheme.as_object().is_some_and(serde_json::Map::is_empty);
        schemes.is_some_and(|schemes| !schemes.is_empty() && !schemes.iter().any(empty))
    }

    /// Demands that status, content type, headers and body are as documented, without a field more.
    #[track_caller]
    pub fn check(&self, name: &str, reply: &Reply) {
        let responses = &self.operation(name)["responses"];
        let response = self.resolve(&responses[reply.status.to_string()]);
        assert!(response.is_object(), "{name} does not document {reply}");
        let Some(content) = response["content"].as_object() else {
            assert!(reply.body.is_empty(), "{name} documents no body: {reply}");
            return;
        };
        let sent = reply.header("Content-Type").unwrap_or_default();
        let essence = sent.split(';').next().unwrap_or_default();
        let documented = content
            .iter()
            .find(|(media_type, _)| media_type.split(';').next() == Some(essence));
        let (_, media) =
            documented.unwrap_or_else(|| panic!("{name} does not document {sent} for {reply}"));
        if essence.ends_with("json") {
            let schemas = Schemas(&self.0);
            let fault = schemas.fault(&media["schema"], &reply.json());
            assert!(
                fault.is_none(),
                "{name}: {} in {reply}",
                fault.unwrap_or_default()
            );
        }
    }

    /// What a reference points to, or the value itself.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        Schemas(&self.0).resolve(value)
    }
}
