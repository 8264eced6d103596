//! The fields of a body, checked one after the other; all problems are kept, none is echoed.

use super::{
    checked::{Checked, Given, Noted},
    json::Sent,
};
use crate::problem::{Fault, Loc, Violation};
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;

/// A JSON object whose fields are taken out by name, in the order of the schema.
pub(crate) struct Fields<'a> {
    at: Vec<Loc>,
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
    let at = vec!["body".into()];
    match sent {
        Sent::Object(object) => inside(at, object, violations, schema),
        Sent::Nothing => refuse(at, violations, Fault::missing()),
        Sent::NoObject => refuse(at, violations, no_object()),
    }
}

fn inside<T>(
    at: Vec<Loc>,
    rest: Map<String, Value>,
    violations: &mut Vec<Violation>,
    schema: impl FnOnce(&mut Fields<'_>) -> Checked<T>,
) -> Checked<T> {
    let before = violations.len();
    let mut fields = Fields {
        at,
        rest,
        violations,
        needs_one: None,
    };
    let object = schema(&mut fields);
    let Fields {
        at,
        rest,
        needs_one,
        ..
    } = fields;
    for name in rest.into_iter().map(|(name, _)| name) {
        let fault = Fault::new("extra_forbidden", "Extra inputs are not permitted");
        let name = Loc::Name(shortened(name).into());
        violations.push(fault.at([at.clone(), vec![name]].concat()));
    }
    match needs_one {
        Some(rule) if violations.len() == before => {
            refuse(at, violations, Fault::value_error(rule))
        }
        _ => object,
    }
}

fn refuse<T>(at: Vec<Loc>, violations: &mut Vec<Violation>, fault: Fault) -> Checked<T> {
    violations.push(fault.at(at));
    Err(Noted)
}

fn no_object() -> Fault {
    let msg = "Input should be a valid dictionary or object to extract fields from";
    Fault::new("model_attributes_type", msg)
}

/// A list of so many values.
fn list(count: RangeInclusive<usize>) -> impl FnOnce(Value) -> Result<Vec<Value>, Fault> {
    move |value| {
        let Value::Array(sent) = value else {
            return Err(Fault::new("list_type", "Input should be a valid list"));
        };
        miscounted(sent.len(), &count).map_or(Ok(sent), Err)
    }
}

/// What is wrong with the length of a list, if anything.
fn miscounted(actual: usize, count: &RangeInclusive<usize>) -> Option<Fault> {
    let items = |n| if n == 1 { "item" } else { "items" };
    let (min, max) = (*count.start(), *count.end());
    let (kind, bound, word, name) = if actual < min {
        ("too_short", min, "least", "min_length")
    } else if actual > max {
        ("too_long", max, "most", "max_length")
    } else {
        return None;
    };
    let items = items(bound);
    let msg = format!("List should have at {word} {bound} {items} after validation, not {actual}");
    let ctx = json!({ "field_type": "List", name: bound, "actual_length": actual });
    Some(Fault::new(kind, msg).with(ctx))
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

    /// An object that has to be there, with fields of its own.
    pub(crate) fn object<T>(
        &mut self,
        name: &'static str,
        schema: impl FnOnce(&mut Fields<'_>) -> Checked<T>,
    ) -> Checked<T> {
        let object = self.nullable_object(name, schema)?;
        self.keep(name, object.ok_or_else(Fault::missing))
    }

    /// The same where it may be null, or left out.
    pub(crate) fn nullable_object<T>(
        &mut self,
        name: &'static str,
        schema: impl FnOnce(&mut Fields<'_>) -> Checked<T>,
    ) -> Checked<Option<T>> {
        match self.rest.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => {
                let at = [self.at.clone(), vec![name.into()]].concat();
                inside(at, object, self.violations, schema).map(Some)
            }
            Some(_) => self.keep(name, Err(no_object())),
        }
    }

    /// A list of at most so many objects that has to be there, each with fields of its own.
    pub(crate) fn objects<T>(
        &mut self,
        name: &'static str,
        count: RangeInclusive<usize>,
        schema: impl Fn(&mut Fields<'_>) -> Checked<T>,
    ) -> Checked<Vec<T>> {
        let sent = self.required(name, list(count))?;
        let each = sent.into_iter().enumerate().map(|(place, value)| {
            let at = [self.at.clone(), vec![name.into(), Loc::Offset(place)]].concat();
            match value {
                Value::Object(object) => inside(at, object, self.violations, &schema),
                _ => refuse(at, self.violations, no_object()),
            }
        });
        // All of them are read, so that everything that is wrong is told.
        let each: Vec<_> = each.collect();
        each.into_iter().collect()
    }

    /// A list of so many values, each with a rule of its own; it may be null, or left out, which is the same.
    pub(crate) fn nullable_list<T>(
        &mut self,
        name: &'static str,
        count: RangeInclusive<usize>,
        rule: impl Fn(Value) -> Result<T, Fault>,
    ) -> Checked<Option<Vec<T>>> {
        let Some(sent) = self.nullable(name, list(count))? else {
            return Ok(None);
        };
        let each = sent.into_iter().enumerate().map(|(place, value)| {
            rule(value).map_err(|fault| {
                let at = [self.at.clone(), vec![name.into(), Loc::Offset(place)]].concat();
                self.violations.push(fault.at(at));
                Noted
            })
        });
        // All of them are read, so that everything that is wrong is told.
        let each: Vec<_> = each.collect();
        each.into_iter().collect::<Checked<_>>().map(Some)
    }

    /// Whether a field is there and null; then it has been read.
    pub(crate) fn is_null(&mut self, name: &'static str) -> bool {
        let is_null = self.rest.get(name).is_some_and(Value::is_null);
        if is_null {
            self.rest.remove(name);
        }
        is_null
    }

    /// Notes what is wrong with a field that has been read already.
    pub(crate) fn refuse<T>(&mut self, name: &'static str, fault: Fault) -> Checked<T> {
        self.keep(name, Err(fault))
    }

    /// Demands that one of the fields says something; judged only when nothing else is wrong with the body.
    pub(crate) fn needs_one(&mut self, rule: &'static str, says_something: bool) {
        self.needs_one = (!says_something).then_some(rule);
    }

    fn keep<T>(&mut self, name: &'static str, checked: Result<T, Fault>) -> Checked<T> {
        checked.map_err(|fault| {
            let at = [self.at.clone(), vec![name.into()]].concat();
            self.violations.push(fault.at(at));
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
    fn what_is_wrong_inside_an_object_says_where() {
        let nested = |body: &str| {
            let mut violations = Vec::new();
            let sent = json::read(body.as_bytes()).unwrap();
            let read = read(sent, &mut violations, |fields| {
                let name =
                    |fields: &mut Fields<'_>| fields.required("name", text(ProjectName::parse));
                let first = fields.object("first", name);
                let second = fields.nullable_object("second", name);
                Ok((first?.as_str().len(), second?.is_some()))
            });
            let wire = |v: &Violation| (v.kind, serde_json::to_string(&v.loc).unwrap());
            read.map_err(|Noted| violations.iter().map(wire).collect::<Vec<_>>())
        };
        assert_eq!(nested(r#"{"first":{"name":"x"}}"#), Ok((1, false)));
        assert_eq!(
            nested(r#"{"first":{"name":"x"},"second":{"name":"y"}}"#),
            Ok((1, true))
        );
        assert_eq!(
            nested(r#"{"first":{"extra":1},"second":[]}"#),
            Err(vec![
                at("missing", r#"["body","first","name"]"#),
                at("extra_forbidden", r#"["body","first","extra"]"#),
                at("model_attributes_type", r#"["body","second"]"#),
            ])
        );
        for missing in ["{}", r#"{"first":null}"#] {
            assert_eq!(
                nested(missing),
                Err(vec![at("missing", r#"["body","first"]"#)])
            );
        }
    }

    #[test]
    fn a_long_unknown_name_is_cut() {
        let mut kept = Vec::new();
        let sent = json::read(format!("{{\"{}\":1}}", "é".repeat(1000)).as_bytes()).unwrap();
        let _ = read(sent, &mut kept, |_| Ok(()));
        assert_eq!(kept[0].loc[1], Loc::Name("é".repeat(64).into()));
    }

    #[test]
    fn everything_that_is_wrong_inside_a_list_is_told_with_its_place() {
        let listed = |body: &str| {
            let mut violations = Vec::new();
            let sent = json::read(body.as_bytes()).unwrap();
            let read = read(sent, &mut violations, |fields| {
                fields.objects("all", 1..=3, |one| {
                    one.required("name", text(ProjectName::parse))
                })
            });
            let wire = |v: &Violation| (v.kind, serde_json::to_string(&v.loc).unwrap());
            read.map(|all| all.len())
                .map_err(|Noted| violations.iter().map(wire).collect::<Vec<_>>())
        };
        assert_eq!(listed(r#"{"all":[{"name":"x"},{"name":"y"}]}"#), Ok(2));
        assert_eq!(
            listed(r#"{"all":[{"name":""},7,{"name":"y","extra":1}]}"#),
            Err(vec![
                at("string_too_short", r#"["body","all",0,"name"]"#),
                at("model_attributes_type", r#"["body","all",1]"#),
                at("extra_forbidden", r#"["body","all",2,"extra"]"#),
            ])
        );
        for (body, kind) in [
            ("{}", "missing"),
            (r#"{"all":null}"#, "list_type"),
            (r#"{"all":{}}"#, "list_type"),
            (r#"{"all":[]}"#, "too_short"),
            (r#"{"all":[{},{},{},{}]}"#, "too_long"),
        ] {
            assert_eq!(listed(body), Err(vec![at(kind, r#"["body","all"]"#)]));
        }
    }
}
