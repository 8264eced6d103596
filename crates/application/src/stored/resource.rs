use super::{Stored, instant, micros};
use domain::{
    document::{Document, Json},
    id::{ProjectId, ResourceId, TenantId, UserId},
    resource::{Resource, ResourceState},
    text::ResourceName,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
pub(crate) struct ResourceForm {
    id: Uuid,
    tenant: Uuid,
    name: String,
    project: Option<Uuid>,
    owner: Uuid,
    data: JsonForm,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

/// A document value: numbers in their own notation, members in their own order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum JsonForm {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<JsonForm>),
    Object(Vec<(String, JsonForm)>),
}

impl From<&Json> for JsonForm {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(literal) => Self::Number(literal.clone()),
            Json::Text(text) => Self::Text(text.clone()),
            Json::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(members) => {
                let members = members.iter();
                Self::Object(
                    members
                        .map(|(key, value)| (key.clone(), Self::from(value)))
                        .collect(),
                )
            }
        }
    }
}

impl From<JsonForm> for Json {
    fn from(form: JsonForm) -> Self {
        match form {
            JsonForm::Null => Self::Null,
            JsonForm::Bool(value) => Self::Bool(value),
            JsonForm::Number(literal) => Self::Number(literal),
            JsonForm::Text(text) => Self::Text(text),
            JsonForm::List(items) => Self::List(items.into_iter().map(Self::from).collect()),
            JsonForm::Object(members) => {
                let members = members.into_iter();
                Self::Object(members.map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}

impl Stored for Resource {
    type Form = ResourceForm;

    fn to_form(&self) -> ResourceForm {
        let state = self.state();
        ResourceForm {
            id: state.id.as_uuid(),
            tenant: state.tenant.as_uuid(),
            name: state.name.as_str().to_owned(),
            project: state.project.map(ProjectId::as_uuid),
            owner: state.owner.as_uuid(),
            data: state.data.json().into(),
            created_at: micros(state.created_at),
            updated_at: micros(state.updated_at),
            version: self.version(),
        }
    }

    fn from_form(form: ResourceForm) -> Option<Self> {
        let state = ResourceState {
            id: ResourceId::from_uuid(form.id),
            tenant: TenantId::from_uuid(form.tenant),
            name: ResourceName::parse(form.name).ok()?,
            project: form.project.map(ProjectId::from_uuid),
            owner: UserId::from_uuid(form.owner),
            data: Document::new(form.data.into()).ok()?,
            created_at: instant(form.created_at)?,
            updated_at: instant(form.updated_at)?,
            deleted_at: None,
        };
        Some(Self::restore(state, form.version))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{decode, encode};
    use super::*;
    use crate::testing::{NOW, deleted_resource, resource};
    use domain::{idempotency::StoredOutcome, resource::ResourceChange};

    fn with(data: Json) -> Resource {
        let mut resource = resource();
        let change = ResourceChange {
            data: Some(Document::new(data).unwrap()),
            project: Some(None),
            ..Default::default()
        };
        assert!(resource.apply(change, NOW));
        resource
    }

    #[test]
    fn a_resource_comes_back_with_every_value_in_its_own_notation_and_order() {
        let mut restored = deleted_resource();
        assert!(restored.undelete(NOW));
        let member = |key: &str, value| (key.to_owned(), value);
        let number = |literal: &str| Json::Number(literal.to_owned());
        let values = vec![
            Json::Null,
            Json::Bool(true),
            Json::Text("\"\u{1}é".to_owned()),
            number("1.50"),
            number("-0"),
            number("1E+2"),
            Json::Object(vec![]),
        ];
        let changed = with(Json::Object(vec![
            member("z", Json::List(values)),
            member("a", number("12345678901234567890123")),
        ]));
        for resource in [resource(), restored, changed] {
            let stored = encode(&resource).unwrap();
            assert_eq!(decode::<Resource>(&stored).unwrap(), resource);
        }
    }

    #[test]
    fn the_deepest_document_has_a_stored_form() {
        let deepest = (1..Document::MAX_DEPTH).fold(Json::Object(vec![]), |inner, _| {
            Json::Object(vec![("k".to_owned(), inner)])
        });
        let resource = with(deepest);
        let stored = encode(&resource).unwrap();
        assert_eq!(decode::<Resource>(&stored).unwrap(), resource);
    }

    #[test]
    fn a_stored_document_that_breaks_a_bound_is_no_answer() {
        let StoredOutcome(text) = encode(&resource()).unwrap();
        let broken = text.replace("12.50", "12,50");
        assert_ne!(text, broken);
        assert!(decode::<Resource>(&StoredOutcome(broken)).is_err());
    }
}
