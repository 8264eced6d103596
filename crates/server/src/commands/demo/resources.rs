use super::data::Resource;
use anyhow::Context;
use application::resources::CreateResource;
use domain::{
    document::{Document, Json},
    id::ProjectId,
    text::ResourceName,
};
use std::collections::HashMap;

/// How a resource of the demo is created, once its project has been.
pub(super) fn command(
    resource: &Resource,
    projects: &HashMap<&str, ProjectId>,
) -> anyhow::Result<CreateResource> {
    let project = projects
        .get(resource.project)
        .context("the demo knows its projects")?;
    let member = |(key, text): &(&str, &str)| ((*key).to_owned(), Json::Text((*text).to_owned()));
    let data = Json::Object(resource.texts.iter().map(member).collect());
    Ok(CreateResource {
        name: ResourceName::parse(resource.name)?,
        project: Some(*project),
        data: Document::new(data)?,
        key: None,
    })
}
