//! What an operation answers when it succeeds.

use super::{Operation, parameters};
use crate::wire::Listing;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, ResponseBuilder, Type},
};

impl Operation {
    /// Answers with one page of a list.
    pub(crate) fn answers_page_of<B: ToSchema>(mut self, description: &str) -> Self {
        self.components.add::<B>();
        let name = format!("{}Page", B::name());
        let page = self.components.add_as(name, Listing::<B>::schema());
        let mut paged = parameters::of_page()
            .into_iter()
            .fold(self, Self::parameter);
        paged.answer(200, description, page);
        paged
    }

    /// Answers with a JSON body.
    pub(crate) fn answers<B: ToSchema>(mut self, status: u16, description: &str) -> Self {
        let body = self.components.add::<B>();
        self.answer(status, description, body);
        self
    }

    fn answer(&mut self, status: u16, description: &str, body: Ref) {
        let content = ContentBuilder::new().schema(Some(body)).build();
        let response = std::mem::take(&mut self.success.1);
        let response = response
            .description(description)
            .content("application/json", content);
        self.success = (status, response);
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

    /// Sends a header.
    pub(super) fn sends(mut self, header: &str, description: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let header_object = HeaderBuilder::new()
            .schema(Some(text))
            .description(Some(description))
            .build();
        self.success.1 = self.success.1.header(header, header_object);
        self
    }
}
