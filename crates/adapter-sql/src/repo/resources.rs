use super::{contains, one_row, page};
use crate::{
    document,
    entity::resource::{ActiveModel, Column, Entity, Model},
    error::{corrupt, reference_error},
    lease::Wire,
    scope::{insert, own, rows_of, update_of},
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    id::{ProjectId, ResourceId, TenantId, UserId},
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{Reference, ResourceRepository, StoreError, StoreResult},
    resource::{Resource, ResourceFilter, ResourceState},
    text::ResourceName,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, QueryFilter, Select, sea_query::Expr};

fn restore(row: Model) -> StoreResult<Resource> {
    let state = ResourceState {
        id: ResourceId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        name: ResourceName::parse(row.name).map_err(|_| corrupt("resources", "name"))?,
        project: row.project_id.map(ProjectId::from_uuid),
        owner: UserId::from_uuid(row.owner_user_id),
        data: document::read(&row.data)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
        deleted_at: row.deleted_at,
    };
    Ok(Resource::restore(state, row.version))
}

fn matching(tenant: TenantId, filter: &ResourceFilter) -> Select<Entity> {
    let mut select = rows_of::<Entity>(tenant).filter(Column::DeletedAt.is_null());
    if let Some(name) = &filter.name {
        select = select.filter(contains(Column::NameFolded, name));
    }
    if let Some(owner) = filter.owner {
        select = select.filter(Column::OwnerUserId.eq(owner.as_uuid()));
    }
    if let Some(project) = filter.project {
        select = select.filter(Column::ProjectId.eq(project.as_uuid()));
    }
    select
}

/// A resource refers to its project and to nothing else.
fn no_project(error: DbErr) -> StoreError {
    reference_error(error, Reference::Project)
}

#[async_trait]
impl<W: Wire> ResourceRepository for SqlTenantTx<W> {
    async fn find(&mut self, id: ResourceId) -> StoreResult<Option<Resource>> {
        let select = rows_of::<Entity>(self.tenant).filter(Column::Id.eq(id.as_uuid()));
        self.one(select).await?.map(restore).transpose()
    }

    async fn list(
        &mut self,
        filter: &ResourceFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Resource>> {
        let order = page::Ordering {
            by: Column::CreatedAt,
            id: Column::Id,
            descending: true,
        };
        let select = matching(self.tenant, filter);
        page::fetch(&self.lease, select, order, page, restore, |resource| {
            Position {
                value: SortValue::Time(resource.state().created_at),
                id: resource.id().as_uuid(),
            }
        })
        .await
    }

    async fn insert(&mut self, resource: &Resource) -> StoreResult<()> {
        let state = resource.state();
        own(self.tenant, state.tenant)?;
        let row = ActiveModel {
            organisation_id: Set(state.tenant.as_uuid()),
            id: Set(state.id.as_uuid()),
            name: Set(state.name.as_str().to_owned()),
            name_folded: Set(state.name.as_str().to_lowercase()),
            project_id: Set(state.project.map(ProjectId::as_uuid)),
            owner_user_id: Set(state.owner.as_uuid()),
            data: Set(document::write(&state.data)),
            version: Set(resource.version()),
            created_at: Set(state.created_at),
            updated_at: Set(state.updated_at),
            deleted_at: Set(state.deleted_at),
        };
        insert(&self.lease, row).await.map_err(no_project)
    }

    async fn update(&mut self, resource: &Resource) -> StoreResult<()> {
        let state = resource.state();
        own(self.tenant, state.tenant)?;
        let (name, project) = (state.name.as_str(), state.project.map(ProjectId::as_uuid));
        let updated = update_of::<Entity>(self.tenant)
            .col_expr(Column::Name, Expr::val(name))
            .col_expr(Column::NameFolded, Expr::val(name.to_lowercase()))
            .col_expr(Column::ProjectId, Expr::val(project))
            .col_expr(Column::Data, Expr::val(document::write(&state.data)))
            .col_expr(Column::Version, Expr::val(resource.version()))
            .col_expr(Column::UpdatedAt, Expr::val(state.updated_at))
            .col_expr(Column::DeletedAt, Expr::val(state.deleted_at))
            .filter(Column::Id.eq(state.id.as_uuid()))
            .filter(Column::Version.eq(resource.version() - 1))
            .exec(&self.lease)
            .await
            .map_err(no_project)?;
        one_row(updated.rows_affected)
    }
}
