use crate::{TestServer, unique};
use serde_json::json;

/// The password of every user.
pub const PASSWORD: &str = "correct horse battery";

/// A registered user with an access token.
#[derive(Clone, Debug)]
pub struct User {
    /// The user's id.
    pub id: String,
    /// The address to sign in with.
    pub email: String,
    /// A valid access token.
    pub token: String,
}

impl TestServer {
    /// Registers a user with an address that nobody else has, and signs in.
    pub fn user(&self, stem: &str) -> User {
        let email = format!("{}@example.com", unique(stem));
        let id = self.register(&email, stem);
        let token = self.login(&email);
        User { id, email, token }
    }

    /// Registers an address; gives the user's id.
    pub fn register(&self, email: &str, display_name: &str) -> String {
        let body = json!({ "email": email, "password": PASSWORD, "display_name": display_name });
        self.post("/auth/register")
            .json(&body)
            .expect(201)
            .string("/user/id")
    }

    /// Signs in; gives an access token.
    pub fn login(&self, email: &str) -> String {
        let body = json!({ "email": email, "password": PASSWORD });
        self.post("/auth/login")
            .json(&body)
            .expect(200)
            .string("/access_token")
    }
}
