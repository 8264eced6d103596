//! Resources of an organisation: JSON documents, perhaps part of a project.

mod change;
mod create;
mod delete;
mod get;
mod list;
mod patch;
mod replace;
mod restore;

pub use create::CreateResource;
pub use patch::PatchResource;
pub use replace::ReplaceResource;

use crate::{
    Ports,
    error::{self, Error},
    gate::{Gate, Work},
};
use domain::{id::ProjectId, resource::Resource};

/// Use cases about resources.
pub struct Resources {
    gate: Gate,
    ports: Ports,
}

impl Resources {
    pub(crate) const fn new(gate: Gate, ports: Ports) -> Self {
        Self { gate, ports }
    }
}

/// What is deleted can be restored and nothing else.
fn live(found: Option<Resource>) -> Option<Resource> {
    found.filter(|resource| resource.state().deleted_at.is_none())
}

/// Demands that the project that a resource is to become part of is there.
async fn demand_project(work: &mut Work, id: ProjectId) -> Result<(), Error> {
    let found = work.tx.projects().find(id).await?;
    found
        .map(drop)
        .ok_or(Error::NotFound(error::Resource::Project))
}
