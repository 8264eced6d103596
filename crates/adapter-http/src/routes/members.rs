//! `/orgs/{organisation_id}/members`

mod body;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{GrantedCaller, Input, MemberCaller},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, Listing, created, json},
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use application::members::AddMember;
use body::{AddMemberBody, ChangeRoleBody, MembershipView};
use domain::id::UserId;

pub(super) fn mount(routes: &mut Routes) {
    let operation = |id, summary| Operation::new("members", id, summary).callers(Callers::Members);
    let list = Operation::new("members", "list_members", "List members")
        .callers(Callers::MembersAndGrantedKeys)
        .answers_page_of::<MembershipView<'_>>("A page of memberships, oldest first.");
    let add = operation("add_member", "Make a user a member")
        .idempotent()
        .body::<AddMemberBody>()
        .answers::<MembershipView<'_>>(201, "The new membership.")
        .fails(&[Code::UserNotFound, Code::AlreadyMember]);
    let change = operation("change_member_role", "Set a member's role")
        .body::<ChangeRoleBody>()
        .answers::<MembershipView<'_>>(200, "The membership, changed.")
        .fails(&[Code::MembershipNotFound, Code::LastOwner]);
    let remove = operation("remove_member", "Remove a member")
        .fails(&[Code::MembershipNotFound, Code::LastOwner]);
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/members")
            .get(self::list, list)
            .post(self::add, add),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/members/{user_id}")
            .patch(self::change_role, change)
            .delete(self::remove, remove),
    );
}

async fn list(api: Data<Api>, caller: GrantedCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let cursors = organisation.map(|id| api.cursors("members", id.as_uuid()));
    let page = input.page(cursors.as_ref().ok());
    let (organisation, page, cursors) = input.finish((organisation, page, cursors))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| app.members.list(&caller.0, organisation, &page).await)
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, MembershipView::from),
    ))
}

async fn add(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let key = input.idempotency_key();
    let body = AddMemberBody::read(&mut input);
    let (organisation, key, body) = input.finish((organisation, key, body))?;
    let path = format!("/orgs/{organisation}/members");
    let command = AddMember {
        key: api.bind(key, &path, &body.canonical()),
        user: body.user_id,
        role: body.role,
    };
    let outcome = api
        .run(async move |app| app.members.add(&caller.0, organisation, command).await)
        .await?;
    Ok(created(&outcome, MembershipView::from))
}

async fn change_role(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let user = input.id("user_id", UserId::from_uuid);
    let body = ChangeRoleBody::read(&mut input);
    let (organisation, user, body) = input.finish((organisation, user, body))?;
    let member = api
        .run(async move |app| {
            app.members
                .change_role(&caller.0, organisation, user, body.role)
                .await
        })
        .await?;
    Ok(json(StatusCode::OK, &MembershipView::from(&member)))
}

async fn remove(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let user = input.id("user_id", UserId::from_uuid);
    let (organisation, user) = input.finish((organisation, user))?;
    api.run(async move |app| app.members.remove(&caller.0, organisation, user).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
