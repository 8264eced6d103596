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
}

impl Operation {
    /// Says who may call it.
    pub(crate) fn callers(mut self, callers: Callers) -> Self {
        let inside = [
            Code::OrganisationAccessDenied,
            Code::InsufficientPermissions,
        ];
        match callers {
            Callers::Anyone => return self,
            Callers::Users => self.codes.push(Code::InvalidToken),
            Callers::Members => {
                self.codes.push(Code::InvalidToken);
                self.codes.extend(inside);
            }
            Callers::MembersAndKeys => {
                self.codes.push(Code::InvalidCredential);
                self.codes.extend(inside);
            }
        }
        self.codes.push(Code::AuthenticationRequired);
        self.described = self.described.security(requirement(BEARER));
        if matches!(callers, Callers::MembersAndKeys) {
            self.described = self.described.security(requirement(API_KEY));
        }
        self.fails(&[Code::StorageUnavailable, Code::HandlerTimeout])
    }
}

fn requirement(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new::<_, [&str; 0], &str>(scheme, [])
}

/// Describes the credentials.
pub(super) fn schemes(components: ComponentsBuilder) -> ComponentsBuilder {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "The access token that a login gives; on projects an API key is accepted as well.",
        ));
    let key = ApiKeyValue::with_description("X-API-Key", "An API key of the organisation.");
    components
        .security_scheme(BEARER, SecurityScheme::Http(token.build()))
        .security_scheme(API_KEY, SecurityScheme::ApiKey(ApiKey::Header(key)))
}
