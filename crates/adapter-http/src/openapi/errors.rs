//! The error answers of an operation, each code with an example.

use crate::problem::{Code, Fault, Problem, ProblemDocument};
use actix_web::http::StatusCode;
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder, example::ExampleBuilder};

const EXAMPLE_REQUEST: &str = "0198c0de-0000-7000-8000-000000000001";

/// One response for each status among the codes.
pub(super) fn responses(codes: &[Code], schema: &Ref) -> Vec<(String, Response)> {
    let mut by_status: BTreeMap<StatusCode, Vec<Code>> = BTreeMap::new();
    for code in codes {
        let same = by_status.entry(code.status()).or_default();
        if !same.contains(code) {
            same.push(*code);
        }
    }
    let response = |(status, codes): (StatusCode, Vec<Code>)| {
        (status.as_str().to_owned(), response(&codes, schema))
    };
    by_status.into_iter().map(response).collect()
}

fn response(codes: &[Code], schema: &Ref) -> Response {
    let described = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.as_str(), code.detail()));
    let content = ContentBuilder::new()
        .schema(Some(schema.clone()))
        .examples_from_iter(codes.iter().map(|code| (code.as_str(), example(*code))))
        .build();
    ResponseBuilder::new()
        .description(described.collect::<Vec<_>>().join("; "))
        .content("application/problem+json", content)
        .build()
}

fn example(code: Code) -> utoipa::openapi::example::Example {
    let problem = match code {
        Code::ValidationFailed => Problem::invalid(vec![
            Fault::missing().at(vec!["body".into(), "name".into()]),
        ]),
        other => other.into(),
    };
    let document = serde_json::to_value(ProblemDocument::new(&problem, EXAMPLE_REQUEST));
    ExampleBuilder::new()
        .summary(code.title())
        .value(document.ok())
        .build()
}
