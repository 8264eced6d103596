//! The tenant's data: whatever is asked of it goes to the cell.

use crate::tx::CellTx;
use async_trait::async_trait;
use domain::{
    id::{ProjectId, ResourceId},
    page::{PageOf, PageRequest},
    ports::{ProjectRepository, ResourceRepository, StoreResult},
    project::{Project, ProjectFilter},
    resource::{Resource, ResourceFilter},
};
use time::OffsetDateTime;

#[async_trait]
impl ProjectRepository for CellTx {
    async fn find(&mut self, id: ProjectId) -> StoreResult<Option<Project>> {
        self.data().await?.projects().find(id).await
    }

    async fn list(
        &mut self,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Project>> {
        self.data().await?.projects().list(filter, page).await
    }

    async fn insert(&mut self, project: &Project) -> StoreResult<()> {
        self.change().await?.projects().insert(project).await
    }

    async fn update(&mut self, project: &Project) -> StoreResult<()> {
        self.change().await?.projects().update(project).await
    }

    async fn delete(&mut self, project: &Project, now: OffsetDateTime) -> StoreResult<()> {
        self.change().await?.projects().delete(project, now).await
    }

    async fn find_deleted(&mut self, id: ProjectId) -> StoreResult<Option<Project>> {
        self.data().await?.projects().find_deleted(id).await
    }

    async fn restore(&mut self, project: &Project) -> StoreResult<()> {
        self.change().await?.projects().restore(project).await
    }
}

#[async_trait]
impl ResourceRepository for CellTx {
    async fn find(&mut self, id: ResourceId) -> StoreResult<Option<Resource>> {
        self.data().await?.resources().find(id).await
    }

    async fn list(
        &mut self,
        filter: &ResourceFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Resource>> {
        self.data().await?.resources().list(filter, page).await
    }

    async fn insert(&mut self, resource: &Resource) -> StoreResult<()> {
        self.change().await?.resources().insert(resource).await
    }

    async fn update(&mut self, resource: &Resource) -> StoreResult<()> {
        self.change().await?.resources().update(resource).await
    }
}
