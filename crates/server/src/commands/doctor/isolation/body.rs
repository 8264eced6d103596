//! Bodies, from the examples in the API document.

use super::{
    document::Document,
    names::{Caller, Kind},
};
use serde_json::{Map, Value};

/// A body, and where in it something is named.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) media_type: String,
    pub(super) template: Value,
    /// JSON pointers.
    pub(super) slots: Vec<(String, Kind)>,
}

/// The body that an operation takes, if it takes one.
pub(super) fn read(
    document: Document<'_>,
    described: &Value,
    caller: &Caller,
) -> Result<Option<Body>, String> {
    let described = document.resolve(described);
    let Some(content) = described["content"].as_object() else {
        return Ok(None);
    };
    let (media_type, media) = json(content).ok_or("its body is not JSON")?;
    let schema = document.resolve(&media["schema"]);
    let candidates = [
        media.get("example"),
        schema.get("example"),
        schema.pointer("/examples/0"),
    ];
    let example = candidates.into_iter().flatten().next();
    let mut filling = Filling {
        document,
        caller,
        slots: Vec::new(),
    };
    let mut template = example.ok_or("its body has no example")?.clone();
    filling.fill(schema, &mut template, "")?;
    Ok(Some(Body {
        media_type: media_type.to_owned(),
        template,
        slots: filling.slots,
    }))
}

fn json(content: &Map<String, Value>) -> Option<(&str, &Value)> {
    let plain = content.get_key_value("application/json");
    let other = || content.iter().find(|(name, _)| name.ends_with("+json"));
    let (media_type, media) = plain.or_else(other)?;
    Some((media_type, media))
}

struct Filling<'a> {
    document: Document<'a>,
    caller: &'a Caller,
    slots: Vec<(String, Kind)>,
}

impl<'a> Filling<'a> {
    /// Makes an example ours: what names somebody names the caller, what names a thing becomes a slot.
    fn fill(&mut self, schema: &'a Value, value: &mut Value, at: &str) -> Result<(), String> {
        let schema = self.present(schema);
        match value {
            Value::Object(members) => self.fill_members(schema, members, at)?,
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.fill(&schema["items"], item, &format!("{at}/{index}"))?;
                }
            }
            Value::String(text) if is_id(text) => return Err(unknown(at)),
            _ => {}
        }
        Ok(())
    }

    fn fill_members(
        &mut self,
        schema: &'a Value,
        members: &mut Map<String, Value>,
        at: &str,
    ) -> Result<(), String> {
        let properties = schema["properties"].as_object();
        for (name, property) in properties.into_iter().flatten() {
            let (pointer, property) = (format!("{at}/{name}"), self.present(property));
            let fixed = self.caller.fills(name).map(Value::from);
            let slot = Kind::of(name).filter(|_| fixed.is_none());
            if let Some(kind) = slot {
                self.slots.push((pointer, kind));
            } else if fixed.is_none() && property["format"] == "uuid" {
                return Err(unknown(&pointer));
            }
            if slot.is_some() || fixed.is_some() {
                members.insert(name.clone(), fixed.unwrap_or_default());
            }
        }
        for (name, value) in members {
            let pointer = format!("{at}/{name}");
            let is_filled = self.caller.fills(name).is_some() || Kind::of(name).is_some();
            if !is_filled {
                self.fill(&schema["properties"][name], value, &pointer)?;
            }
        }
        Ok(())
    }

    /// The schema of a value that is there: behind a reference, or beside null.
    fn present(&self, schema: &'a Value) -> &'a Value {
        let schema = self.document.resolve(schema);
        let choices = ["oneOf", "anyOf"]
            .into_iter()
            .find_map(|name| schema[name].as_array());
        let choice = choices.and_then(|choices| choices.iter().find(|one| one["type"] != "null"));
        choice.map_or(schema, |choice| self.document.resolve(choice))
    }
}

fn unknown(pointer: &str) -> String {
    format!("nothing is known to put into the body at {pointer}")
}

/// Whether it has the form of our ids.
fn is_id(text: &str) -> bool {
    let legal = |(at, c): (usize, char)| match at {
        8 | 13 | 18 | 23 => c == '-',
        _ => c.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.chars().enumerate().all(legal)
}
