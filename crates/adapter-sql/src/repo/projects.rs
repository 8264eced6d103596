use super::{contains, one_row, page, parsed};
use crate::{
    entity::project::{ActiveModel, Column, Entity, Model},
    error::{corrupt, store_error},
    lease::Wire,
    scope::{insert, own, rows_of, update_of},
    tx::SqlTenantTx,
};
use async_trait::async_trait;
use domain::{
    id::{ProjectId, TenantId, UserId},
    page::{PageOf, PageRequest, Position, SortValue},
    ports::{ProjectRepository, StoreResult},
    project::{Project, ProjectFilter, ProjectSort, ProjectState, ProjectStatus},
    text::{Description, ProjectName},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, Select, UpdateMany, sea_query::Expr};
use time::OffsetDateTime;

pub(crate) fn restore(row: Model) -> StoreResult<Project> {
    let state = ProjectState {
        id: ProjectId::from_uuid(row.id),
        tenant: TenantId::from_uuid(row.organisation_id),
        name: ProjectName::parse(row.name).map_err(|_| corrupt("projects", "name"))?,
        status: ProjectStatus::parse(&row.status).ok_or_else(|| corrupt("projects", "status"))?,
        description: parsed(
            row.description,
            Description::parse,
            ("projects", "description"),
        )?,
        created_by: row.created_by_user_id.map(UserId::from_uuid),
        updated_by: row.updated_by_user_id.map(UserId::from_uuid),
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok(Project::restore(state, row.version))
}

fn live(tenant: TenantId) -> Select<Entity> {
    rows_of::<Entity>(tenant).filter(Column::DeletedAt.is_null())
}

fn matching(tenant: TenantId, filter: &ProjectFilter) -> Select<Entity> {
    let mut select = live(tenant);
    if let Some(status) = filter.status {
        select = select.filter(Column::Status.eq(status.as_str()));
    }
    if let Some(name) = &filter.name {
        select = select.filter(contains(Column::NameFolded, name));
    }
    if let Some(user) = filter.created_by {
        select = select.filter(Column::CreatedByUserId.eq(user.as_uuid()));
    }
    select
}

/// Sets every field that can change, if the stored version is the one before.
fn change(project: &Project) -> UpdateMany<Entity> {
    let state = project.state();
    let description = state
        .description
        .as_ref()
        .map(|text| text.as_str().to_owned());
    update_of::<Entity>(state.tenant)
        .col_expr(Column::Name, Expr::val(state.name.as_str()))
        .col_expr(
            Column::NameFolded,
            Expr::val(state.name.as_str().to_lowercase()),
        )
        .col_expr(Column::Status, Expr::val(state.status.as_str()))
        .col_expr(Column::Description, Expr::val(description))
        .col_expr(
            Column::UpdatedByUserId,
            Expr::val(state.updated_by.map(UserId::as_uuid)),
        )
        .col_expr(Column::Version, Expr::val(project.version()))
        .col_expr(Column::UpdatedAt, Expr::val(state.updated_at))
        .filter(Column::Id.eq(state.id.as_uuid()))
        .filter(Column::Version.eq(project.version() - 1))
}

#[async_trait]
impl<W: Wire> ProjectRepository for SqlTenantTx<W> {
    async fn find(&mut self, id: ProjectId) -> StoreResult<Option<Project>> {
        let select = live(self.tenant).filter(Column::Id.eq(id.as_uuid()));
        self.one(select).await?.map(restore).transpose()
    }

    async fn list(
        &mut self,
        filter: &ProjectFilter,
        page: &PageRequest,
    ) -> StoreResult<PageOf<Project>> {
        let by = match filter.sort_by {
            ProjectSort::CreatedAt => Column::CreatedAt,
            ProjectSort::Name => Column::Name,
            ProjectSort::Status => Column::Status,
        };
        let order = page::Ordering {
            by,
            id: Column::Id,
            descending: filter.descending,
        };
        let select = matching(self.tenant, filter);
        page::fetch(&self.lease, select, order, page, restore, |project| {
            Position {
                value: match filter.sort_by {
                    ProjectSort::CreatedAt => SortValue::Time(project.state().created_at),
                    ProjectSort::Name => SortValue::Text(project.name().as_str().to_owned()),
                    ProjectSort::Status => SortValue::Text(project.status().as_str().to_owned()),
                },
                id: project.id().as_uuid(),
            }
        })
        .await
    }

    async fn insert(&mut self, project: &Project) -> StoreResult<()> {
        own(self.tenant, project.tenant())?;
        let state = project.state();
        let row = ActiveModel {
            organisation_id: Set(state.tenant.as_uuid()),
            id: Set(state.id.as_uuid()),
            name: Set(state.name.as_str().to_owned()),
            name_folded: Set(state.name.as_str().to_lowercase()),
            status: Set(state.status.as_str().to_owned()),
            description: Set(state
                .description
                .as_ref()
                .map(|text| text.as_str().to_owned())),
            created_by_user_id: Set(state.created_by.map(UserId::as_uuid)),
            updated_by_user_id: Set(state.updated_by.map(UserId::as_uuid)),
            version: Set(project.version()),
            created_at: Set(state.created_at),
            updated_at: Set(state.updated_at),
            deleted_at: Set(None),
        };
        insert(&self.lease, row).await.map_err(store_error)
    }

    async fn update(&mut self, project: &Project) -> StoreResult<()> {
        own(self.tenant, project.tenant())?;
        let updated = change(project)
            .filter(Column::DeletedAt.is_null())
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(updated.rows_affected)
    }

    async fn delete(&mut self, project: &Project, now: OffsetDateTime) -> StoreResult<()> {
        own(self.tenant, project.tenant())?;
        let deleted = update_of::<Entity>(self.tenant)
            .col_expr(Column::DeletedAt, Expr::val(now))
            .col_expr(Column::UpdatedAt, Expr::val(now))
            .col_expr(Column::Version, Expr::val(project.version() + 1))
            .filter(Column::Id.eq(project.id().as_uuid()))
            .filter(Column::Version.eq(project.version()))
            .filter(Column::DeletedAt.is_null())
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(deleted.rows_affected)
    }
    async fn find_deleted(&mut self, id: ProjectId) -> StoreResult<Option<Project>> {
        let select = rows_of::<Entity>(self.tenant)
            .filter(Column::DeletedAt.is_not_null())
            .filter(Column::Id.eq(id.as_uuid()));
        self.one(select).await?.map(restore).transpose()
    }

    async fn restore(&mut self, project: &Project) -> StoreResult<()> {
        own(self.tenant, project.tenant())?;
        let restored = change(project)
            .col_expr(Column::DeletedAt, Expr::val(Option::<OffsetDateTime>::None))
            .filter(Column::DeletedAt.is_not_null())
            .exec(&self.lease)
            .await
            .map_err(store_error)?;
        one_row(restored.rows_affected)
    }
}
