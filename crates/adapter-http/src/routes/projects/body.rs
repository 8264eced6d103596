use crate::{
    extract::{Checked, Given, Input, choice, text},
    openapi::{self, nullable_text},
};
use application::projects::CreateProject;
use domain::{
    idempotency::IdempotencyKey,
    project::{ProjectChange, ProjectStatus},
    text::{Description, ProjectName},
};
use serde_json::{Value, json};
use utoipa::{ToSchema, openapi::Object};

/// A project to be created.
#[derive(ToSchema)]
#[schema(as = CreateProject, example = json!({ "name": "Billing Portal", "description": "Invoices", "status": "active" }))]
pub(super) struct CreateProjectBody {
    /// Need not be unique.
    #[schema(schema_with = name)]
    name: ProjectName,
    #[schema(schema_with = description, required = false)]
    description: Option<Description>,
    /// `active` by default.
    #[schema(schema_with = status, required = false)]
    status: ProjectStatus,
}

impl CreateProjectBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.required("name", text(ProjectName::parse));
            let description = fields.nullable("description", text(Description::parse));
            let status = choice(ProjectStatus::ALL, ProjectStatus::as_str);
            let status = fields.defaulted("status", ProjectStatus::Active, status);
            Ok(Self {
                name: name?,
                description: description?,
                status: status?,
            })
        })
    }

    /// The body with its defaults, keys in order: two bodies that mean the same are the same here.
    pub(super) fn canonical(&self) -> Value {
        json!({
            "description": self.description.as_ref().map(Description::as_str),
            "name": self.name.as_str(),
            "status": self.status.as_str(),
        })
    }

    pub(super) fn command(self, key: Option<IdempotencyKey>) -> CreateProject {
        let Self {
            name,
            description,
            status,
        } = self;
        CreateProject {
            name,
            description,
            status,
            key,
        }
    }
}

/// What is to be changed; at least one field has to be there.
#[derive(ToSchema)]
#[schema(as = UpdateProject, example = json!({ "description": null, "status": "archived" }))]
pub(super) struct UpdateProjectBody {
    /// Null changes nothing.
    #[schema(schema_with = nullable_name, required = false)]
    name: Given<ProjectName>,
    /// Null clears it.
    #[schema(schema_with = description, required = false)]
    description: Given<Description>,
    /// Null changes nothing.
    #[schema(schema_with = nullable_status, required = false)]
    status: Given<ProjectStatus>,
}

impl UpdateProjectBody {
    pub(super) fn read(input: &mut Input) -> Checked<Self> {
        input.body(|fields| {
            let name = fields.sent("name", text(ProjectName::parse));
            let description = fields.sent("description", text(Description::parse));
            let status = fields.sent("status", choice(ProjectStatus::ALL, ProjectStatus::as_str));
            let (name, description, status) = (name?, description?, status?);
            let says_something =
                name.is_present() || description.is_present() || status.is_present();
            fields.needs_one(
                "at least one project field must be provided",
                says_something,
            );
            Ok(Self {
                name,
                description,
                status,
            })
        })
    }

    pub(super) fn change(self) -> ProjectChange {
        let description = match self.description {
            Given::Absent => None,
            Given::Null => Some(None),
            Given::Value(description) => Some(Some(description)),
        };
        ProjectChange {
            name: self.name.value(),
            description,
            status: self.status.value(),
        }
    }
}

pub(super) fn name() -> Object {
    openapi::text::<{ ProjectName::MIN_CHARS }, { ProjectName::MAX_CHARS }>()
}

fn nullable_name() -> Object {
    nullable_text::<{ ProjectName::MIN_CHARS }, { ProjectName::MAX_CHARS }>()
}

pub(super) fn description() -> Object {
    nullable_text::<{ Description::MIN_CHARS }, { Description::MAX_CHARS }>()
}

pub(super) fn status() -> Object {
    openapi::choice(ProjectStatus::ALL, ProjectStatus::as_str)
}

fn nullable_status() -> Object {
    openapi::nullable(status())
}
