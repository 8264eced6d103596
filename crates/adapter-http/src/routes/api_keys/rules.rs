//! What a scope and a block of addresses have to be.

use crate::{extract::string, problem::Fault};
use domain::{
    api_key::KeyTerms,
    network::Cidr,
    permission::{Action, Pattern, PermissionSet, ResourceKind},
};
use serde_json::Value;
use utoipa::openapi::{Object, ObjectBuilder, Type};

/// A pattern of permissions that a key may have.
pub(super) fn scope(value: Value) -> Result<PermissionSet, Fault> {
    let pattern = Pattern::parse(&string(value)?);
    let pattern = pattern.map_err(|error| Fault::value_error(&error.to_string()))?;
    KeyTerms::scope(pattern).map_err(|denied| Fault::value_error(&denied.to_string()))
}

/// A block of addresses.
pub(super) fn block(value: Value) -> Result<Cidr, Fault> {
    let block = string(value)?.parse::<Cidr>();
    block.map_err(|error| Fault::value_error(&error.to_string()))
}

/// Describes a pattern of permissions.
pub(super) fn pattern() -> Object {
    let words = |known: Vec<&str>| known.join("|");
    let actions = words(Action::ALL.iter().map(|one| one.as_str()).collect());
    let resources = words(ResourceKind::ALL.iter().map(|one| one.as_str()).collect());
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(format!("^({actions}|\\*):({resources}|\\*)$")))
        .examples(["read:projects", "*:resources"])
        .build()
}

/// Describes a block of addresses.
pub(super) fn cidr() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(
            "An address, or a block of addresses in CIDR notation.",
        ))
        .examples(["203.0.113.0/24", "2001:db8::1"])
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::permission::Permission;
    use serde_json::json;

    fn refused<T: std::fmt::Debug>(checked: Result<T, Fault>) -> String {
        checked.unwrap_err().msg.into_owned()
    }

    #[test]
    fn a_scope_is_a_pattern_of_what_keys_may_do() {
        let read = [Permission::ReadProjects].into_iter().collect();
        assert_eq!(scope(json!("read:projects")), Ok(read));
        for (raw, why) in [
            ("projects", "must have the form action:resource"),
            ("manage:projects", "has an unknown action"),
            ("read:secrets", "has an unknown resource"),
            ("update:usage", "is nothing that can be done"),
            (
                "*:roles",
                "an API key cannot be granted create:roles, update:roles, delete:roles",
            ),
        ] {
            assert_eq!(refused(scope(json!(raw))), format!("Value error, {why}"));
        }
        assert_eq!(refused(scope(json!(1))), "Input should be a valid string");
    }

    #[test]
    fn a_block_is_an_address_or_a_prefix_of_addresses() {
        let written = |raw: &str| block(json!(raw)).unwrap().to_string();
        assert_eq!(written("203.0.113.7"), "203.0.113.7/32");
        assert_eq!(written("2001:db8::/32"), "2001:db8::/32");
        let host_bits = "must not have bits set behind its prefix, as 10.0.0.1/8 has";
        let notation = "must be an address or a block of addresses in CIDR notation";
        for (raw, why) in [
            ("10.0.0.1/8", host_bits),
            ("anywhere", notation),
            ("", notation),
        ] {
            assert_eq!(refused(block(json!(raw))), format!("Value error, {why}"));
        }
    }
}
