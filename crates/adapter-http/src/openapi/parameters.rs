//! Parameters of operations.

use super::schemas::{choice, role_name, text};
use domain::page::PageRequest;
use utoipa::openapi::{
    KnownFormat, Object, ObjectBuilder, Required, SchemaFormat, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

fn parameter(name: &str, place: ParameterIn, description: &str, schema: Object) -> Parameter {
    let required = if place == ParameterIn::Path {
        Required::True
    } else {
        Required::False
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn uuid() -> Object {
    let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(format))
        .build()
}

/// The ids in a path template.
pub(super) fn of_path(template: &str) -> Vec<Parameter> {
    let names = template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let one = |name: &str| {
        if name == "role" {
            let role = "The role: a built-in one, or one of the organisation.";
            return parameter(name, ParameterIn::Path, role, role_name());
        }
        let described = match name {
            "organisation_id" => "The organisation.",
            "user_id" => "The user, not the membership.",
            "project_id" => "The project.",
            "operator_id" => "The operator.",
            "resource_id" => "The resource.",
            _ => "The API key.",
        };
        parameter(name, ParameterIn::Path, described, uuid())
    };
    names.map(one).collect()
}

fn integer(minimum: u32, maximum: Option<u32>, default: u32) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(minimum))
        .maximum(maximum)
        .default(Some(default.into()))
        .build()
}

/// `limit`, `offset` and `cursor`.
pub(super) fn of_page() -> [Parameter; 3] {
    let limit = integer(1, Some(PageRequest::MAX_LIMIT), PageRequest::DEFAULT_LIMIT);
    let cursor = ObjectBuilder::new().schema_type(Type::String).build();
    [
        parameter(
            "limit",
            ParameterIn::Query,
            "Most items of the page.",
            limit,
        ),
        parameter(
            "offset",
            ParameterIn::Query,
            "Items to skip; not with `cursor`.",
            integer(0, None, 0),
        ),
        parameter(
            "cursor",
            ParameterIn::Query,
            "`pagination.next_cursor` of the page before, or empty to begin; only for the same list, filter and order.",
            cursor,
        ),
    ]
}

/// `Idempotency-Key`.
pub(super) fn idempotency_key() -> Parameter {
    let description = "Makes the request safe to repeat: the same key and body are carried out once, and answered \
        with the first answer.";
    parameter(
        "Idempotency-Key",
        ParameterIn::Header,
        description,
        text::<1, 255>(),
    )
}

/// `If-None-Match`, where there need not be anything yet.
pub(super) fn if_none_match() -> Parameter {
    let any = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["*"]))
        .build();
    let description = "`*`: only if there is nothing of that name yet.";
    parameter("If-None-Match", ParameterIn::Header, description, any)
}

/// `If-Match`.
pub(super) fn if_match() -> Parameter {
    let description = "Only if the resource still has one of these entity tags.";
    let tags = ObjectBuilder::new()
        .schema_type(Type::String)
        .examples(["\"v1\""])
        .build();
    parameter("If-Match", ParameterIn::Header, description, tags)
}

/// An optional query parameter with a text of so many code points.
pub(crate) fn text_parameter<const MIN: usize, const MAX: usize>(
    name: &str,
    description: &str,
) -> Parameter {
    parameter(name, ParameterIn::Query, description, text::<MIN, MAX>())
}

/// An optional query parameter with an instant.
pub(crate) fn instant_parameter(name: &str, description: &str) -> Parameter {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(format))
        .examples(["2026-01-01T12:00:00Z"]);
    parameter(name, ParameterIn::Query, description, schema.build())
}

/// An optional query parameter with an id.
pub(crate) fn uuid_parameter(name: &str, description: &str) -> Parameter {
    parameter(name, ParameterIn::Query, description, uuid())
}

/// A query parameter with a text of so many code points that has to be there.
pub(crate) fn required_text_parameter<const MIN: usize, const MAX: usize>(
    name: &str,
    description: &str,
) -> Parameter {
    let mut parameter = text_parameter::<MIN, MAX>(name, description);
    parameter.required = Required::True;
    parameter
}

/// An optional query parameter with one of a closed list of words.
pub(crate) fn choice_parameter<T: Copy>(
    name: &str,
    description: &str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Parameter {
    parameter(name, ParameterIn::Query, description, choice(all, word))
}
