//! Every field of every body.

use super::{
    Entry, Place, assert_refused,
    fields::Kind::{self, Choice, Email, Id, Instant, Password, Slug, Text, Whole},
};
use crate::support::on_both;
use serde_json::{Value, json};
use test_server::{PASSWORD, TestServer, unique};

const ROLES: Kind = Choice(&["owner", "admin", "member", "viewer"]);
const STATUSES: Kind = Choice(&["active", "archived"]);

struct Schema {
    operation: &'static str,
    fields: &'static [Field],
}

struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
    nullable: bool,
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: true,
        nullable: false,
    }
}

const fn optional(name: &'static str, kind: Kind, nullable: bool) -> Field {
    Field {
        name,
        kind,
        required: false,
        nullable,
    }
}

const SCHEMAS: &[Schema] = &[
    Schema {
        operation: "POST /auth/register",
        fields: &[
            required("email", Email),
            required("password", Password(12, 256)),
            required("display_name", Text(1, 120)),
        ],
    },
    Schema {
        operation: "POST /auth/login",
        fields: &[
            required("email", Email),
            required("password", Password(1, 256)),
        ],
    },
    Schema {
        operation: "POST /orgs",
        fields: &[required("name", Text(1, 120)), optional("slug", Slug, true)],
    },
    Schema {
        operation: "PATCH /orgs/{organisation_id}",
        fields: &[
            optional("name", Text(1, 120), true),
            optional("slug", Slug, true),
        ],
    },
    Schema {
        operation: "POST /orgs/{organisation_id}/members",
        fields: &[required("user_id", Id), optional("role", ROLES, false)],
    },
    Schema {
        operation: "PATCH /orgs/{organisation_id}/members/{user_id}",
        fields: &[required("role", ROLES)],
    },
    Schema {
        operation: "POST /orgs/{organisation_id}/projects",
        fields: &[
            required("name", Text(1, 160)),
            optional("description", Text(0, 2000), true),
            optional("status", STATUSES, false),
        ],
    },
    Schema {
        operation: "PATCH /orgs/{organisation_id}/projects/{project_id}",
        fields: &[
            optional("name", Text(1, 160), true),
            optional("description", Text(0, 2000), true),
            optional("status", STATUSES, true),
        ],
    },
    Schema {
        operation: "POST /orgs/{organisation_id}/api-keys",
        fields: &[
            required("name", Text(1, 120)),
            optional("description", Text(0, 500), true),
            optional("expires_at", Instant, true),
        ],
    },
    Schema {
        operation: "PATCH /orgs/{organisation_id}/api-keys/{api_key_id}",
        fields: &[
            optional("name", Text(1, 120), true),
            optional("description", Text(0, 500), true),
        ],
    },
    Schema {
        operation: "POST /orgs/{organisation_id}/api-keys/{api_key_id}/rotate",
        fields: &[optional("overlap_seconds", Whole(0, 604_800), false)],
    },
];

/// A value that the field accepts.
fn valid(field: &Field, place: &Place<'_>) -> Value {
    match field.kind {
        Text(..) => json!("Text"),
        Slug => json!(unique("slug")),
        Email => json!(format!("{}@example.com", unique("valid"))),
        Password(..) => json!(PASSWORD),
        Id => json!(place.newcomer.id),
        Choice(words) => json!(words[words.len() - 1]),
        Whole(min, _) => json!(min),
        Instant => json!("2999-01-01T00:00:00Z"),
    }
}

fn valid_body(schema: &Schema, place: &Place<'_>) -> Value {
    schema
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), valid(field, place)))
        .collect()
}

fn every_field_refuses_what_it_cannot_hold(server: &TestServer) {
    let place = Place::new(server);
    for schema in SCHEMAS {
        for field in schema.fields {
            for (value, entry) in field.kind.refused(field.name, field.nullable) {
                let mut body = valid_body(schema, &place);
                body[field.name] = value;
                let sent = format!("{} {body}", schema.operation);
                assert_refused(place.call(schema.operation).json(&body), &sent, &[entry]);
            }
        }
    }
}

fn every_required_field_is_missed_and_no_other(server: &TestServer) {
    let place = Place::new(server);
    for schema in SCHEMAS {
        let missing = schema.fields.iter().filter(|field| field.required);
        let missing: Vec<_> = missing
            .map(|field| Entry::missing(json!(["body", field.name])))
            .collect();
        if missing.is_empty() {
            continue;
        }
        assert_refused(
            place.call(schema.operation).json(&json!({})),
            schema.operation,
            &missing,
        );
    }
}

fn every_unknown_field_is_refused_even_if_nothing_else_is_wrong(server: &TestServer) {
    let place = Place::new(server);
    for schema in SCHEMAS {
        for name in ["extra", "Name", "", "ünï"] {
            let mut body = valid_body(schema, &place);
            body[name] = json!(null);
            let sent = format!("{} {body}", schema.operation);
            assert_refused(
                place.call(schema.operation).json(&body),
                &sent,
                &[Entry::extra(name)],
            );
        }
    }
}

fn all_problems_come_in_schema_order_with_unknown_fields_last(server: &TestServer) {
    let place = Place::new(server);
    for schema in SCHEMAS {
        let wrong = |field: &Field| field.kind.refused(field.name, field.nullable).remove(0);
        let mut body = json!({ "aaa": 1 });
        let mut entries = Vec::new();
        for field in schema.fields {
            let (value, entry) = wrong(field);
            body[field.name] = value;
            entries.push(entry);
        }
        entries.push(Entry::extra("aaa"));
        assert_refused(
            place.call(schema.operation).json(&body),
            schema.operation,
            &entries,
        );
    }
}

fn values_at_the_limits_are_accepted(server: &TestServer) {
    let place = Place::new(server);
    for schema in SCHEMAS
        .iter()
        .filter(|schema| !schema.operation.ends_with("members"))
    {
        for field in schema.fields {
            for value in field.kind.accepted() {
                let mut body = valid_body(schema, &place);
                body[field.name] = value;
                let reply = place.call(schema.operation).json(&body).send();
                assert!([200, 201].contains(&reply.status), "{body}: {reply}");
            }
        }
    }
    // Null is a value of what may be null.
    for schema in SCHEMAS {
        for field in schema.fields.iter().filter(|field| field.nullable) {
            let mut body = valid_body(schema, &place);
            body[field.name] = Value::Null;
            let reply = place.call(schema.operation).json(&body).send();
            assert!([200, 201].contains(&reply.status), "{body}: {reply}");
        }
    }
}

fn a_body_has_to_be_an_object(server: &TestServer) {
    let place = Place::new(server);
    let msg = "Input should be a valid dictionary or object to extract fields from";
    for schema in SCHEMAS {
        let refused = [Entry::new("model_attributes_type", json!(["body"]), msg)];
        for body in ["[]", "[{}]", "\"x\"", "1", "true", "0.5"] {
            assert_refused(place.call(schema.operation).text(body), body, &refused);
        }
        for body in ["", "null", " null "] {
            let missing = [Entry::missing(json!(["body"]))];
            assert_refused(place.call(schema.operation).text(body), body, &missing);
        }
    }
}

fn nothing_that_was_sent_comes_back(server: &TestServer) {
    let place = Place::new(server);
    let canary = "s3cr3t-canary";
    for schema in SCHEMAS {
        for field in schema.fields {
            // Wrong for every kind of field: too long, or no such word.
            let mut body = valid_body(schema, &place);
            body[field.name] = json!(canary.repeat(400));
            let reply = place.call(schema.operation).json(&body).expect(422);
            assert!(!reply.text().contains(canary), "{reply}");
        }
    }
}

on_both!(
    every_field_refuses_what_it_cannot_hold,
    every_required_field_is_missed_and_no_other,
    every_unknown_field_is_refused_even_if_nothing_else_is_wrong,
    all_problems_come_in_schema_order_with_unknown_fields_last,
    values_at_the_limits_are_accepted,
    a_body_has_to_be_an_object,
    nothing_that_was_sent_comes_back,
);
