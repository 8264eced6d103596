//! The fields of a body, checked one after the other; all problems are kept, none is echoed.

use super::{
    checked::{Checked, Given, Noted},
    json::Sent,
};
use crate::problem::{Fault, Loc, Violation};
use serde_json::{Map, Value};

/// A JSON object whose fields are taken out by name, in the order of the schema.
pub(crate) struct Fields<'a> {
    rest: Map<String, Value>,
    violations: &'a mut Vec<Violation>,
    needs_one: Option<&'static str>,
}

/// Reads a body: gives its fields to `schema`, refuses what that did not ask for, and tells what it made of them.
pub(super) fn read<T>(
    sent: Sent,
    violations: &mut Vec<Violation>,
    schema: impl FnOnce(&mut Fields<'_>) -> Checked<T>,
) -> Checked<T> {
    let rest = match sent {
        Sent::Object(object) => object,
        Sent::Nothing => return refuse(violations, Fault::missing()),
        Sent::NoObject => {
            let msg = "Input should be a valid dictionary or object to extract fields from";
            return refuse(violations, Fault::new("model_attributes_type", msg));
        }
    };
    let before = violations.len();
    let mut fields = Fields {
        rest,
        violations,
        needs_one: None,
    };
    let body = schema(&mut fields);
    let Fields {
        rest, needs_one, ..
    } = fields;
    for name in rest.into_iter().map(|(name, _)| name) {
        let fault = Fault::new("extra_forbidden", "Extra inputs are not permitted");
        violations.push(fault.at(vec!["body".into(), Loc::Name(shortened(name).into())]));
    }
    match needs_one {
        Some(rule) if violations.len() == before => refuse(violations, Fault::value_error(rule)),
        _ => body,
    }
}

fn refuse<T>(violations: &mut Vec<Violation>, fault: Fault) -> Checked<T> {
    violations.push(fault.at(vec!["body".into()]));
    Err(Noted)
}

/// A field's name is part of the answer; a long one is cut.
fn shortened(name: String) -> String {
    match name.char_indices().nth(64) {
        Some((end, _)) => name[..end].to_owned(),
        None => name,
    }
}

impl Fields<'_> {
    /// A field that has to be there.
    pub(crate) fn required<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(Value) -> Result<T, Fault>,
    ) -> Checked<T> {
        let checked = self
            .rest
            .remove(name)
            .map_or_else(|| Err(Fault::missing()), rule);
        self.keep(name, checked)
    }

    /// A field with a default; null is no value of it.
    pub(crate) fn defaulted<T>(
        &mut self,
        name: &'static str,
        default: T,
        rule: impl FnOnce(Value) -> Result<T, Fault>,
    ) -> Checked<T> {
        let checked = self.rest.remove(name).map_or(Ok(default), rule);
        self.keep(name, checked)
    }

    /// A field that may be null, or left out, which is the same.
    pub(crate) fn nullable<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(Value) -> Result<T, Fault>,
    ) -> Checked<Option<T>> {
        self.sent(name, rule).map(Given::value)
    }

    /// A field of a change, where being left out is not the same as null.
    pub(crate) fn sent<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(Value) -> Result<T, Fault>,
    ) -> Checked<Given<T>> {
        let checked = match self.rest.remove(name) {
            None => Ok(Given::Absent),
            Some(Value::Null) => Ok(Given::Null),
            Some(value) => rule(value).map(Given::Value),
        };
        self.keep(name, checked)
    }

    /// Demands that one of the fields says something; judged only when nothing else is wrong with the body.
    pub(crate) fn needs_one(&mut self, rule: &'static str, says_something: bool) {
        self.needs_one = (!says_something).then_some(rule);
    }

    fn keep<T>(&mut self, name: &'static str, checked: Result<T, Fault>) -> Checked<T> {
        checked.map_err(|fault| {
            self.violations
                .push(fault.at(vec!["body".into(), name.into()]));
            Noted
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{choice, json, rules::text};
    use domain::{project::ProjectStatus, text::ProjectName};

    type Body = (ProjectName, Option<ProjectName>, ProjectStatus);

    fn body(body: &str) -> Result<Body, Vec<(&'static str, String)>> {
        let mut violations = Vec::new();
        let read = read(
            json::read(body.as_bytes()).unwrap(),
            &mut violations,
            |fields| {
                let name = fields.required("name", text(ProjectName::parse));
                let alias = fields.nullable("alias", text(ProjectName::parse));
                let status = fields.defaulted("status", ProjectStatus::Active, status());
                Ok((name?, alias?, status?))
            },
        );
        let wire = |v: &Violation| (v.kind, serde_json::to_string(&v.loc).unwrap());
        read.map_err(|Noted| violations.iter().map(wire).collect())
    }

    fn status() -> impl FnOnce(Value) -> Result<ProjectStatus, Fault> {
        choice(ProjectStatus::ALL, ProjectStatus::as_str)
    }

    fn at(kind: &'static str, loc: &str) -> (&'static str, String) {
        (kind, loc.to_owned())
    }

    #[test]
    fn defaults_are_filled_in_and_null_is_a_value_only_where_it_may_be() {
        let name = |raw| ProjectName::parse(raw).unwrap();
        assert_eq!(
            body(r#"{"name":"x"}"#),
            Ok((name("x"), None, ProjectStatus::Active))
        );
        assert_eq!(
            body(r#"{"alias":"y","name":"x","status":"archived"}"#),
            Ok((name("x"), Some(name("y")), ProjectStatus::Archived))
        );
        assert_eq!(
            body(r#"{"name":null,"alias":null,"status":null}"#),
            Err(vec![
                at("string_type", r#"["body","name"]"#),
                at("enum", r#"["body","status"]"#)
            ])
        );
    }

    #[test]
    fn all_problems_are_told_in_schema_order_with_unknown_fields_last() {
        assert_eq!(
            body(r#"{"extra":1,"status":"on","alias":3}"#),
            Err(vec![
                at("missing", r#"["body","name"]"#),
                at("string_type", r#"["body","alias"]"#),
                at("enum", r#"["body","status"]"#),
                at("extra_forbidden", r#"["body","extra"]"#),
            ])
        );
        assert_eq!(body("null"), Err(vec![at("missing", r#"["body"]"#)]));
        assert_eq!(
            body("[]"),
            Err(vec![at("model_attributes_type", r#"["body"]"#)])
        );
    }

    #[test]
    fn the_rule_about_one_field_is_silent_while_anything_else_is_wrong() {
        let change = |body: &str| {
            let mut violations = Vec::new();
            let _ = read(
                json::read(body.as_bytes()).unwrap(),
                &mut violations,
                |fields| {
                    let name = fields.sent("name", text(ProjectName::parse))?;
                    fields.needs_one(
                        "at least one project field must be provided",
                        name.is_present(),
                    );
                    Ok(())
                },
            );
            violations
        };
        let [violation] = &change("{}")[..] else {
            panic!()
        };
        assert_eq!(violation.kind, "value_error");
        assert_eq!(
            violation.msg,
            "Value error, at least one project field must be provided"
        );
        assert_eq!(violation.loc, ["body".into()]);
        assert!(change(r#"{"name":null}"#).is_empty());
        assert_eq!(change(r#"{"extra":1}"#)[0].kind, "extra_forbidden");
        assert_eq!(change(r#"{"extra":1}"#).len(), 1);
    }

    #[test]
    fn a_long_unknown_name_is_cut() {
        let mut kept = Vec::new();
        let sent = json::read(format!("{{\"{}\":1}}", "é".repeat(1000)).as_bytes()).unwrap();
        let _ = read(sent, &mut kept, |_| Ok(()));
        assert_eq!(kept[0].loc[1], Loc::Name("é".repeat(64).into()));
    }
}
