//! `/orgs/{organisation_id}/access/check` and `/orgs/{organisation_id}/members/{user_id}/permissions`

mod body;
mod view;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{Input, MemberOrKeyCaller},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, json},
};
use actix_web::{http::StatusCode, web::Data};
use body::CheckAccessBody;
use domain::id::UserId;
use view::{AnswersView, EffectiveView};

pub(super) fn mount(routes: &mut Routes) {
    let operation = |id, summary| {
        Operation::new("access", id, summary)
            .callers(Callers::MembersAndKeys)
            .fails(&[Code::MembershipNotFound])
    };
    let check = operation("check_access", "Ask what somebody may do, and why")
        .body::<CheckAccessBody>()
        .answers::<AnswersView>(200, "An answer for each question, in their order.");
    let effective = operation("member_permissions", "List what a member may do")
        .answers::<EffectiveView<'_>>(200, "What the member may do at this moment.");
    routes.add(Endpoint::at("/orgs/{organisation_id}/access/check").post(self::check, check));
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/members/{user_id}/permissions")
            .get(self::effective, effective),
    );
}

async fn check(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let body = CheckAccessBody::read(&mut input);
    let (organisation, body) = input.finish((organisation, body))?;
    let asked = body.asked();
    let answers = api
        .run(async move |app| app.access.check(&caller.0, organisation, asked).await)
        .await?;
    Ok(json(StatusCode::OK, &AnswersView::from(&answers[..])))
}

async fn effective(api: Data<Api>, caller: MemberOrKeyCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let user = input.id("user_id", UserId::from_uuid);
    let (organisation, user) = input.finish((organisation, user))?;
    let found = api
        .run(async move |app| app.access.effective(&caller.0, organisation, user).await)
        .await?;
    Ok(json(StatusCode::OK, &EffectiveView::from(&found)))
}
