//! Schemas: those of the wire types, and those of single values, whose bounds are the domain's own.

use domain::role::RoleName;
use std::collections::BTreeMap;
use utoipa::{
    ToSchema,
    openapi::{
        Array, ArrayBuilder, ComponentsBuilder, Object, ObjectBuilder, Ref, RefOr, Schema, Type,
        schema::{AdditionalProperties, ArrayItems, SchemaType},
    },
};

/// Named schemas that operations refer to.
#[derive(Default)]
pub(crate) struct Components(BTreeMap<String, RefOr<Schema>>);

impl Components {
    /// Adds a type with everything that it is made of, and gives the reference to it.
    pub(super) fn add<T: ToSchema>(&mut self) -> Ref {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        self.0.extend(
            found
                .into_iter()
                .map(|(name, schema)| (name, closed(schema))),
        );
        Ref::from_schema_name(T::name())
    }

    /// Adds one schema under a name of its own.
    pub(super) fn add_as(&mut self, name: String, schema: RefOr<Schema>) -> Ref {
        let reference = Ref::from_schema_name(&name);
        self.0.insert(name, closed(schema));
        reference
    }

    /// Adds all of the others.
    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn build(self) -> ComponentsBuilder {
        ComponentsBuilder::new().schemas_from_iter(self.0)
    }
}

/// Nothing here has fields that are not listed; where anything goes, no field is listed at all.
fn closed(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) if !object.properties.is_empty() => {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            object.properties = object
                .properties
                .into_iter()
                .map(|(name, schema)| (name, closed(schema)))
                .collect();
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                **items = closed(std::mem::replace(items, RefOr::T(Schema::default())));
            }
            RefOr::T(Schema::Array(array))
        }
        other => other,
    }
}

/// A text of so many code points.
pub(crate) fn text<const MIN: usize, const MAX: usize>() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(MIN))
        .max_length(Some(MAX))
        .build()
}

/// The same, or null.
pub(crate) fn nullable_text<const MIN: usize, const MAX: usize>() -> Object {
    nullable(text::<MIN, MAX>())
}

/// The text that a schema describes, or null.
pub(crate) fn nullable(mut text: Object) -> Object {
    text.schema_type = SchemaType::from_iter([Type::String, Type::Null]);
    if let Some(words) = &mut text.enum_values {
        words.push(serde_json::Value::Null);
    }
    text
}

/// One of a closed list of words.
pub(crate) fn choice<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(all.iter().map(|item| word(*item))))
        .build()
}

/// A list of so many values.
pub(crate) fn list(items: Object, min: usize, max: usize) -> Array {
    ArrayBuilder::new()
        .items(items)
        .min_items(Some(min))
        .max_items(Some(max))
        .build()
}

/// The same, or null.
pub(crate) fn nullable_list(items: Object, min: usize, max: usize) -> Array {
    let mut list = list(items, min, max);
    list.schema_type = SchemaType::from_iter([Type::Array, Type::Null]);
    list
}

/// What a role can be called.
pub(crate) fn role_name() -> Object {
    let mut object = text::<2, 40>();
    object.pattern = Some(RoleName::PATTERN.to_owned());
    object
}
