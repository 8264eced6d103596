//! Who may call an operation, and with which credentials.

use super::Operation;
use crate::problem::Code;
use utoipa::openapi::{
    ComponentsBuilder,
    security::{
        ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
    },
};

const BEARER: &str = "bearer";
const API_KEY: &str = "api_key";
const OPERATOR_KEY: &str = "operator_key";

/// Who may call an operation.
#[derive(Clone, Copy)]
pub(crate) enum Callers {
    /// Anyone.
    Anyone,
    /// A signed-in user.
    Users,
    /// A signed-in user who belongs to the organisation.
    Members,
    /// The same, or an API key of the organisation.
    MembersAndKeys,
    /// A signed-in user who belongs to the organisation, or an API key that was granted just this.
    MembersAndGrantedKeys,
    /// Whoever has the key of an operator.
    Operators,
}

impl Operation {
    /// Says who may call it.
    pub(crate) fn callers(mut self, callers: Callers) -> Self {
        let inside = [
            Code::OrganisationAccessDenied,
            Code::InsufficientPermissions,
        ];
        let mut scheme = BEARER;
        match callers {
            Callers::Anyone => return self,
            Callers::Operators => {
                scheme = OPERATOR_KEY;
                self.codes.push(Code::InvalidOperatorKey);
            }
            Callers::Users => self.codes.push(Code::InvalidToken),
            Callers::Members | Callers::MembersAndGrantedKeys => {
                self.codes.push(Code::InvalidToken);
                self.codes.extend(inside);
            }
            Callers::MembersAndKeys => {
                self.codes.push(Code::InvalidCredential);
                self.codes.extend(inside);
            }
        }
        self.codes.push(Code::AuthenticationRequired);
        self.described = self.described.security(requirement(scheme));
        if matches!(
            callers,
            Callers::MembersAndKeys | Callers::MembersAndGrantedKeys
        ) {
            self.described = self.described.security(requirement(API_KEY));
        }
        self.fails(&[Code::StorageUnavailable, Code::HandlerTimeout])
    }
}

fn requirement(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new::<_, [&str; 0], &str>(scheme, [])
}

/// Describes the credential of operators.
pub(super) fn operator_scheme(components: ComponentsBuilder) -> ComponentsBuilder {
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("operator key")
        .description(Some("The key that an operator got for a bootstrap token."));
    components.security_scheme(OPERATOR_KEY, SecurityScheme::Http(key.build()))
}

/// Describes the credentials.
pub(super) fn schemes(components: ComponentsBuilder) -> ComponentsBuilder {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "The access token that a login gives; on projects and resources an API key is accepted as well.",
        ));
    let key = ApiKeyValue::with_description("X-API-Key", "An API key of the organisation.");
    components
        .security_scheme(BEARER, SecurityScheme::Http(token.build()))
        .security_scheme(API_KEY, SecurityScheme::ApiKey(ApiKey::Header(key)))
}
