//! The names in a JSON text, in their order.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use test_server::Reply;

/// A body's names in the order in which they were sent, such as `{user:{id,email}}`; of a list the first item's.
#[track_caller]
pub fn shape(reply: &Reply) -> String {
    let shape: Shape =
        serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{error} in {reply}"));
    shape.0
}

struct Shape(String);

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut members = Vec::new();
        while let Some((name, Shape(inner))) = map.next_entry::<String, Shape>()? {
            members.push(if inner.is_empty() {
                name
            } else {
                format!("{name}:{inner}")
            });
        }
        Ok(Shape(format!("{{{}}}", members.join(","))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Shape, A::Error> {
        let first = items
            .next_element::<Shape>()?
            .map_or(String::new(), |Shape(inner)| inner);
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Shape(format!("[{first}]")))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape(String::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape(String::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape(String::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape(String::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape(String::new()))
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape(String::new()))
    }
}
