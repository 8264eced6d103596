//! The description of one operation, written beside its route.

use super::{Components, errors, parameters};
use crate::problem::{Code, ProblemDocument};
use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, Required, ResponseBuilder,
        path::{Operation as Described, OperationBuilder, Parameter},
        request_body::RequestBodyBuilder,
    },
};

/// What an operation takes and answers.
pub(crate) struct Operation {
    pub(super) described: OperationBuilder,
    pub(super) success: (u16, ResponseBuilder),
    pub(super) components: Components,
    pub(super) codes: Vec<Code>,
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

    /// Takes a JSON body.
    pub(crate) fn body<B: ToSchema>(self) -> Self {
        self.takes::<B>(&["application/json"])
    }

    /// Takes a JSON merge patch (RFC 7396), whether or not it says that it is one.
    pub(crate) fn merge_patch<B: ToSchema>(self) -> Self {
        self.takes::<B>(&["application/merge-patch+json", "application/json"])
    }

    fn takes<B: ToSchema>(mut self, media_types: &[&str]) -> Self {
        let content = ContentBuilder::new()
            .schema(Some(self.components.add::<B>()))
            .build();
        let body = RequestBodyBuilder::new().required(Some(Required::True));
        let body = media_types.iter().fold(body, |body, media_type| {
            body.content(*media_type, content.clone())
        });
        self.described = self.described.request_body(Some(body.build()));
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

    /// Honours `If-Match` and `If-None-Match: *`.
    pub(crate) fn conditional_if_any(self) -> Self {
        self.conditional().parameter(parameters::if_none_match())
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
