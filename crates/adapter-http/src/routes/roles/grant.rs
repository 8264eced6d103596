use crate::{
    extract::{Checked, Fields, text},
    problem::Fault,
};
use domain::{
    permission::{Action, Pattern, PatternError, Permission, ResourceKind},
    policy::{Condition, Grant, GrantError, Grants, Reach},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type, schema::SchemaType},
};

/// What a role permits.
#[derive(Serialize, ToSchema)]
#[schema(as = Grant, example = json!({ "permission": "update:projects", "conditions": { "owner": true } }))]
pub(crate) struct GrantView {
    /// `action:resource`, either of which may be `*`.
    permission: String,
    /// What has to hold; null when nothing has to.
    #[schema(required = true, schema_with = conditions)]
    conditions: Option<ConditionsView>,
}

/// What has to hold for a grant to count.
#[derive(Serialize)]
struct ConditionsView {
    owner: bool,
}

impl GrantView {
    /// A permission that goes so far.
    pub(crate) fn reaching((permission, reach): (Permission, Reach)) -> Self {
        Self {
            permission: permission.as_str().to_owned(),
            conditions: (reach == Reach::Own).then_some(ConditionsView { owner: true }),
        }
    }
}

impl From<&Grant> for GrantView {
    fn from(grant: &Grant) -> Self {
        let owner = grant.condition() == Some(Condition::Owner);
        Self {
            permission: grant.pattern().to_string(),
            conditions: owner.then_some(ConditionsView { owner }),
        }
    }
}

/// What a role is to permit.
#[derive(ToSchema)]
#[schema(as = GrantInput, example = json!({ "permission": "read:*", "conditions": null }))]
#[expect(
    dead_code,
    reason = "describes what `grants` reads for the API document only"
)]
pub(super) struct GrantBody {
    /// `action:resource`, either of which may be `*`.
    permission: String,
    /// `{"owner": true}` permits only what is done to one's own projects and resources.
    #[schema(required = false, schema_with = conditions)]
    conditions: Option<()>,
}

fn conditions() -> Object {
    let owner = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([true]))
        .build();
    let mut conditions = ObjectBuilder::new()
        .property("owner", owner)
        .required("owner")
        .build();
    conditions.schema_type = SchemaType::from_iter([Type::Object, Type::Null]);
    conditions
}

/// Reads the field `permissions` of a body.
pub(super) fn grants(fields: &mut Fields<'_>) -> Checked<Grants> {
    let grants = fields.objects("permissions", 0..=Grants::MAX, |fields| {
        let pattern = fields.required("permission", pattern);
        let condition = fields.nullable("conditions", condition);
        let (pattern, condition) = (pattern?, condition?);
        Grant::new(pattern, condition)
            .or_else(|error| fields.refuse("conditions", grant_fault(error)))
    })?;
    Grants::new(grants).or_else(|error| {
        let fault = Fault::value_error(&error.to_string());
        fields.refuse("permissions", fault)
    })
}

fn pattern(value: Value) -> Result<Pattern, Fault> {
    let raw = text(Ok)(value)?;
    Pattern::parse(&raw).map_err(pattern_fault)
}

fn pattern_fault(error: PatternError) -> Fault {
    let fault = Fault::value_error(&error.to_string());
    let one_of = |words: Vec<&str>| json!({ "expected": words });
    match error {
        PatternError::Action => {
            let words = Action::ALL.iter().map(|one| one.as_str());
            fault.with(one_of(words.chain(["*"]).collect()))
        }
        PatternError::Resource => {
            let words = ResourceKind::ALL.iter().map(|one| one.as_str());
            fault.with(one_of(words.chain(["*"]).collect()))
        }
        PatternError::Form | PatternError::Nothing => fault,
    }
}

fn grant_fault(error: GrantError) -> Fault {
    match error {
        GrantError::Pattern(error) => pattern_fault(error),
        GrantError::UnknownCondition => {
            let words = Condition::ALL.iter().map(|one| one.as_str());
            let expected: Vec<_> = words.collect();
            Fault::value_error(&error.to_string()).with(json!({ "expected": expected }))
        }
        GrantError::NoOwner => Fault::value_error(&error.to_string()),
    }
}

/// `{"owner": true}` and nothing else: a condition that is not known must not be dropped.
fn condition(value: Value) -> Result<Condition, Fault> {
    let Value::Object(conditions) = value else {
        return Err(Fault::new(
            "dict_type",
            "Input should be a valid dictionary",
        ));
    };
    let owner = conditions.get(Condition::Owner.as_str());
    match (conditions.len(), owner) {
        (1, Some(Value::Bool(true))) => Ok(Condition::Owner),
        (1, Some(_)) => Err(Fault::value_error("the condition owner must be true")),
        _ => Err(grant_fault(GrantError::UnknownCondition)),
    }
}

/// One permission, without `*`.
pub(crate) fn permission_rule(value: Value) -> Result<Permission, Fault> {
    let raw = text(Ok)(value)?;
    Permission::parse(&raw).ok_or_else(|| match Pattern::parse(&raw) {
        Err(error) => pattern_fault(error),
        Ok(_) => Fault::value_error("must be one permission, without *"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T: std::fmt::Debug>(checked: Result<T, Fault>) -> String {
        checked.unwrap_err().msg.into_owned()
    }

    #[test]
    fn a_pattern_outside_the_vocabulary_is_refused_with_the_vocabulary() {
        let fault = pattern(json!("manage:projects")).unwrap_err();
        assert_eq!(fault.msg, "Value error, has an unknown action");
        let expected = json!({ "expected": ["create", "read", "update", "delete", "*"] });
        assert_eq!(fault.ctx, Some(expected));
        let fault = pattern(json!("read:project")).unwrap_err();
        assert_eq!(fault.msg, "Value error, has an unknown resource");
        assert!(fault.ctx.unwrap().to_string().contains("audit_events"));
        let form = "Value error, must have the form action:resource";
        assert_eq!(said(pattern(json!("read"))), form);
        assert_eq!(pattern(json!(7)).unwrap_err().kind, "string_type");
    }

    #[test]
    fn a_condition_that_is_not_known_is_never_dropped() {
        assert_eq!(condition(json!({ "owner": true })), Ok(Condition::Owner));
        for unknown in [
            json!({}),
            json!({ "group": 1 }),
            json!({ "owner": true, "x": 1 }),
        ] {
            let fault = condition(unknown).unwrap_err();
            assert_eq!(fault.msg, "Value error, has an unknown condition");
            assert_eq!(fault.ctx, Some(json!({ "expected": ["owner"] })));
        }
        for wrong in [json!({ "owner": false }), json!({ "owner": 1 })] {
            let msg = "Value error, the condition owner must be true";
            assert_eq!(said(condition(wrong)), msg);
        }
        assert_eq!(condition(json!("owner")).unwrap_err().kind, "dict_type");
    }

    #[test]
    fn a_permission_that_is_asked_about_is_one() {
        let reads = permission_rule(json!("read:projects"));
        assert_eq!(reads, Ok(Permission::ReadProjects));
        for wide in ["*:*", "read:*", "*:projects"] {
            let msg = "Value error, must be one permission, without *";
            assert_eq!(said(permission_rule(json!(wide))), msg);
        }
        let msg = "Value error, is nothing that can be done";
        assert_eq!(said(permission_rule(json!("delete:usage"))), msg);
    }
}
