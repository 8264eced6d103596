use crate::{
    extract::{Checked, Given, Input, document, document_patch, text, uuid},
    openapi,
    wire::DocumentView,
};
use application::{
    precondition::Precondition,
    resources::{CreateResource, PatchResource, ReplaceResource},
};
use domain::{
    document::{Document, Json},
    id::ProjectId,
    idempotency::IdempotencyKey,
    text::ResourceName,
};
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};
use uuid::Uuid;

/// A resource to be created.
#[derive(ToSchema)]
#[schema(as = CreateResource, example = json!({ "name": "Invoice 17", "data": { "total": 12.50, "currency": "EUR" } }))]
pub(super) struct CreateResourceBody {
    /// Need not be unique.
    #[schema(schema_with = name)]
    name: ResourceName,
    #[schema(schema_with = data)]
    data: Document,
    /// A project of the organisation; null, or left out, for none.
    #[schema(value_type = Option<Uuid>, required = false)]
    project_id: Option<ProjectId>,
}

impl CreateResourceBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        let (name, data, project_id) = whole(input)?;
        Ok(Self {
            name,
            data,
            project_id,
        })
    }

    /// The body with its defaults; the document in its own notation and order, which are part of what is kept.
    pub(super) fn canonical(&self) -> Value {
        json!({
            "data": serde_json::to_string(&DocumentView(&self.data)).unwrap_or_default(),
            "name": self.name.as_str(),
            "project_id": self.project_id.map(ProjectId::as_uuid),
        })
    }

    pub(super) fn command(self, key: Option<IdempotencyKey>) -> CreateResource {
        CreateResource {
            name: self.name,
            project: self.project_id,
            data: self.data,
            key,
        }
    }
}

/// What a resource is to be from now on, all of it.
#[derive(ToSchema)]
#[schema(as = ReplaceResource, example = json!({ "name": "Invoice 17", "data": {}, "project_id": null }))]
pub(super) struct ReplaceResourceBody {
    /// Need not be unique.
    #[schema(schema_with = name)]
    name: ResourceName,
    #[schema(schema_with = data)]
    data: Document,
    /// A project of the organisation. Left out it is null: the resource is taken out of its project.
    #[schema(value_type = Option<Uuid>, required = false)]
    project_id: Option<ProjectId>,
}

impl ReplaceResourceBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        let (name, data, project_id) = whole(input)?;
        Ok(Self {
            name,
            data,
            project_id,
        })
    }

    pub(super) fn command(self, precondition: Precondition) -> ReplaceResource {
        ReplaceResource {
            name: self.name,
            project: self.project_id,
            data: self.data,
            precondition,
        }
    }
}

/// All that can be set.
fn whole(input: &mut Input) -> Checked<(ResourceName, Document, Option<ProjectId>)> {
    let sent = input.verbatim("data");
    input.body(|fields| {
        let name = fields.required("name", text(ResourceName::parse));
        let data = fields.required("data", document(sent));
        let project = fields.nullable("project_id", uuid);
        Ok((name?, data?, project?.map(ProjectId::from_uuid)))
    })
}

/// A JSON merge patch (RFC 7396) of the resource. What is left out stays as it is.
#[derive(ToSchema)]
#[schema(as = UpdateResource, example = json!({ "project_id": null, "data": { "total": 15, "currency": null } }))]
pub(super) struct PatchResourceBody {
    /// Cannot be removed, so null is refused.
    #[schema(schema_with = name, required = false)]
    name: Option<ResourceName>,
    /// Merged into the document: a null removes a member, an object is merged into the member, anything else takes
    /// its place. The document itself cannot be removed, so null is refused.
    #[schema(schema_with = data, required = false)]
    data: Option<Json>,
    /// Null takes the resource out of its project.
    #[schema(value_type = Option<Uuid>, required = false)]
    project_id: Given<Uuid>,
}

impl PatchResourceBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        let sent = input.verbatim("data");
        input.body(|fields| {
            let name = fields.defaulted("name", None, |value| {
                text(ResourceName::parse)(value).map(Some)
            });
            let data =
                fields.defaulted("data", None, |value| document_patch(sent)(value).map(Some));
            let project_id = fields.sent("project_id", uuid);
            Ok(Self {
                name: name?,
                data: data?,
                project_id: project_id?,
            })
        })
    }

    pub(super) fn command(self, precondition: Precondition) -> PatchResource {
        let project = match self.project_id {
            Given::Absent => None,
            Given::Null => Some(None),
            Given::Value(id) => Some(Some(ProjectId::from_uuid(id))),
        };
        PatchResource {
            name: self.name,
            project,
            data: self.data,
            precondition,
        }
    }
}

pub(super) fn name() -> Object {
    openapi::text::<{ ResourceName::MIN_CHARS }, { ResourceName::MAX_CHARS }>()
}

pub(super) fn data() -> Object {
    let bounds = format!(
        "Any JSON object of at most {} bytes in compact form, {} keys and {} levels. Order of keys and notation of \
        numbers are kept; a number beyond the range of a double, U+0000 and a repeated key are refused.",
        Document::MAX_BYTES,
        Document::MAX_KEYS,
        Document::MAX_DEPTH
    );
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(bounds))
        .build()
}
