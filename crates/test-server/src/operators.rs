use crate::{TestServer, unique};
use serde_json::json;

impl TestServer {
    /// A token that makes its bearer an operator, from the server's console.
    ///
    /// # Panics
    /// When there is none.
    pub fn bootstrap_token(&self) -> String {
        let output = self.command(&["admin", "bootstrap"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "no bootstrap token: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The key of an operator whose name nobody else has.
    pub fn operator(&self) -> String {
        let body = json!({ "token": self.bootstrap_token(), "name": unique("operator") });
        self.admin("POST", "/admin/bootstrap")
            .json(&body)
            .expect(201)
            .string("/key")
    }
}
