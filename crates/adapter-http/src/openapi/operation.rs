//! The description of one operation, written beside its route.

use super::{Components, errors, parameters};
use crate::problem::{Code, ProblemDocument};
use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, Required, ResponseBuilder, Type,
        path::{Operation as Described, OperationBuilder, Parameter},
        request_body::RequestBodyBuilder,
        security::SecurityRequirement,
    },
};

pub(super) const BEARER: &str = "bearer";
pub(super) const API_KEY: &str = "api_key";

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

/// What an operation takes and answers.
pub(crate) struct Operation {
    described: OperationBuilder,
    success: (u16, ResponseBuilder),
    components: Components,
    codes: Vec<Code>,
}

impl Operation {
    /// An operation that answers 204 unless it says otherwise.
    pub(crate) fn new(tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        let described = OperationBuilder::new()
            .tag(tag)
            .operation_id(Some(id))
            .summary(Some(summary));
        let success = (204, ResponseBuilder::new().description("Done."));
        Self {
            described,
            success,
            components: Components::default(),
            codes: Vec::new(),
        }
    }

    /// Says who may call it.
    pub(crate) fn callers(mut self, callers: Callers) -> Self {
        let bearer = || SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, []);
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
                let key = SecurityRequirement::new::<_, [&str; 0], &str>(API_KEY, []);
                self.described = self.described.security(key);
            }
        }
        self.codes.push(Code::AuthenticationRequired);
        self.described = self.described.security(bearer());
        self.fails(&[Code::StorageUnavailable, Code::HandlerTimeout])
    }

    /// Takes a JSON body.
    pub(crate) fn body<B: ToSchema>(mut self) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(self.components.add::<B>()))
            .build();
        let body = RequestBodyBuilder::new()
            .content("application/json", content)
            .required(Some(Required::True))
            .build();
        self.described = self.described.request_body(Some(body));
        self.fails(&[
            Code::BadRequest,
            Code::RequestTimeout,
            Code::PayloadTooLarge,
            Code::UnsupportedMediaType,
            Code::ValidationFailed,
        ])
    }

    /// Takes a parameter.
    pub(crate) fn parameter(mut self, parameter: Parameter) -> Self {
        self.described = self.described.parameter(parameter);
        self.fails(&[Code::ValidationFailed])
    }

    /// Answers one page of a list.
    pub(crate) fn paged(self) -> Self {
        parameters::of_page()
            .into_iter()
            .fold(self, Self::parameter)
    }

    /// Is safe to repeat with an idempotency key.
    pub(crate) fn idempotent(self) -> Self {
        self.parameter(parameters::idempotency_key())
            .sends(
                "Idempotency-Replayed",
                "`true` when this answer was given before.",
            )
            .fails(&[Code::IdempotencyKeyReused, Code::IdempotencyInProgress])
    }

    /// Honours `If-Match`.
    pub(crate) fn conditional(self) -> Self {
        self.parameter(parameters::if_match())
            .fails(&[Code::PreconditionFailed])
    }

    /// Answers with a JSON body.
    pub(crate) fn answers<B: ToSchema>(mut self, status: u16, description: &str) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(self.components.add::<B>()))
            .build();
        let response = self
            .success
            .1
            .description(description)
            .content("application/json", content);
        self.success = (status, response);
        self
    }

    /// Answers with another JSON body too.
    pub(crate) fn or_answers<B: ToSchema>(mut self, status: u16, description: &str) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(self.components.add::<B>()))
            .build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/json", content);
        self.described = self
            .described
            .response(status.to_string(), response.build());
        self
    }

    /// Answers with a text.
    pub(crate) fn answers_text(mut self, description: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let content = ContentBuilder::new().schema(Some(text)).build();
        let response = self
            .success
            .1
            .description(description)
            .content("text/plain", content);
        self.success = (200, response);
        self
    }

    /// Sends the resource's entity tag.
    pub(crate) fn tagged(self) -> Self {
        self.sends("ETag", "The version, for `If-Match`.")
    }

    /// Sends where the new resource lives.
    pub(crate) fn located(self) -> Self {
        self.sends("Location", "The path of the new resource.")
    }

    fn sends(mut self, header: &str, description: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let header_object = HeaderBuilder::new()
            .schema(Some(text))
            .description(Some(description))
            .build();
        self.success.1 = self.success.1.header(header, header_object);
        self
    }

    /// Can fail in these ways.
    pub(crate) fn fails(mut self, codes: &[Code]) -> Self {
        self.codes.extend(codes);
        self
    }

    /// The finished description of the operation at a path.
    pub(crate) fn at(mut self, template: &str) -> (Described, Components) {
        for parameter in parameters::of_path(template) {
            self = self.parameter(parameter);
        }
        let problem = self.components.add::<ProblemDocument<'_>>();
        self.codes.push(Code::InternalError);
        let (status, success) = self.success;
        let mut described = self.described.response(status.to_string(), success.build());
        for (status, response) in errors::responses(&self.codes, &problem) {
            described = described.response(status, response);
        }
        (described.build(), self.components)
    }
}
