//! As much of JSON Schema as the API document uses, and stricter: a member that no schema names is a fault.

use serde_json::{Map, Value};

/// The document that references point into.
#[derive(Clone, Copy)]
pub struct Schemas<'a>(pub &'a Value);

impl<'a> Schemas<'a> {
    /// What a reference points to, or the value itself.
    pub fn resolve(self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => {
                let found = self.0.pointer(reference.trim_start_matches('#'));
                self.resolve(found.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => schema,
        }
    }

    /// Why a value is not as described; `None` when it is.
    pub fn fault(self, schema: &'a Value, value: &Value) -> Option<String> {
        let schema = self.resolve(schema);
        for any in ["oneOf", "anyOf"] {
            if let Some(options) = schema[any].as_array() {
                let faults: Vec<_> = options
                    .iter()
                    .map(|option| self.fault(option, value))
                    .collect();
                let fits = faults.iter().any(Option::is_none);
                return (!fits).then(|| format!("none of {any}: {faults:?}"));
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.object_fault(&self.merged(parts), value);
        }
        type_fault(schema, value).or_else(|| match value {
            Value::Array(items) => items
                .iter()
                .find_map(|item| self.fault(&schema["items"], item)),
            Value::Object(_) => self.object_fault(schema, value),
            Value::String(text) => format_fault(schema, text),
            Value::Number(number) => bound_fault(schema, number.as_f64()?),
            Value::Null | Value::Bool(_) => None,
        })
    }

    fn object_fault(self, schema: &'a Value, value: &Value) -> Option<String> {
        let members = value.as_object()?;
        let required = schema["required"].as_array().into_iter().flatten();
        let missing = required
            .filter_map(Value::as_str)
            .find(|name| !members.contains_key(*name));
        if let Some(name) = missing {
            return Some(format!("{name} is missing in {value}"));
        }
        let properties = schema["properties"].as_object();
        let additional = &schema["additionalProperties"];
        members.iter().find_map(|(name, member)| {
            match properties.and_then(|properties| properties.get(name)) {
                Some(property) => self
                    .fault(property, member)
                    .map(|fault| format!("{name}: {fault}")),
                None if additional.is_object() => self.fault(additional, member),
                // An object without a description is one that may hold anything.
                None if *additional == true || properties.is_none() => None,
                None => Some(format!("{name} is not documented")),
            }
        })
    }

    fn merged(self, parts: &'a [Value]) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for part in parts.iter().map(|part| self.resolve(part)) {
            properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
            required.extend(part["required"].as_array().cloned().unwrap_or_default());
        }
        serde_json::json!({ "properties": properties, "required": required })
    }
}

fn type_fault(schema: &Value, value: &Value) -> Option<String> {
    if let Some(words) = schema["enum"].as_array() {
        return (!words.contains(value)).then(|| format!("{value} is none of {words:?}"));
    }
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is = |kind: &Value| kind == found || (kind == "number" && found == "integer");
    let fits = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        Value::Null => true,
        kind => is(kind),
    };
    (!fits).then(|| format!("{value} is not of type {}", schema["type"]))
}

fn format_fault(schema: &Value, text: &str) -> Option<String> {
    let fits = match schema["format"].as_str() {
        Some("uuid") => text.len() == 36 && text.split('-').count() == 5,
        Some("date-time") => text.len() >= 20 && text.ends_with('Z') && text.contains('T'),
        Some("email") => text.contains('@'),
        _ => true,
    };
    let length = text.chars().count() as u64;
    let long = schema["maxLength"].as_u64().is_some_and(|max| length > max);
    let short = schema["minLength"].as_u64().is_some_and(|min| length < min);
    (!fits || long || short).then(|| format!("{text} is not as {schema} says"))
}

fn bound_fault(schema: &Value, number: f64) -> Option<String> {
    let low = schema["minimum"].as_f64().is_some_and(|min| number < min);
    let high = schema["maximum"].as_f64().is_some_and(|max| number > max);
    (low || high).then(|| format!("{number} is out of bounds"))
}
