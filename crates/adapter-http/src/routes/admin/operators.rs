use super::{
    body::AppointBody,
    view::{AppointedView, OperatorView, OperatorsView},
};
use crate::{
    Api,
    extract::{BodyLimit, Input, Operating},
    openapi::{Callers, Operation},
    problem::Code,
    routes::endpoint::{Endpoint, Routes},
    wire::{Answer, json},
};
use actix_web::{http::StatusCode, web::Data};
use domain::id::OperatorId;

pub(super) fn mount(routes: &mut Routes) {
    let operation = |id, summary| Operation::new("operators", id, summary);
    let appoint = operation("appoint_operator", "Become an operator")
        .callers(Callers::Anyone)
        .body::<AppointBody>()
        .answers::<AppointedView<'_>>(201, "The new operator. The key is shown this once.")
        .fails(&[
            Code::InvalidBootstrapToken,
            Code::OperatorNameTaken,
            Code::StorageUnavailable,
            Code::HandlerTimeout,
        ]);
    let list = operation("list_operators", "List operators")
        .callers(Callers::Operators)
        .answers::<OperatorsView<'_>>(200, "All operators, oldest first.");
    let revoke = operation("revoke_operator", "Take an operator's key away")
        .callers(Callers::Operators)
        .answers::<OperatorView<'_>>(
            200,
            "The key is refused from now on; repeating this changes nothing.",
        )
        .fails(&[Code::OperatorNotFound]);
    routes.add(
        Endpoint::at("/admin/bootstrap")
            .with_limit(BodyLimit::Credentials)
            .post(self::appoint, appoint),
    );
    routes.add(Endpoint::at("/admin/operators").get(self::list, list));
    routes.add(Endpoint::at("/admin/operators/{operator_id}").delete(self::revoke, revoke));
}

async fn appoint(api: Data<Api>, mut input: Input) -> Answer {
    let origin = input.origin();
    let body = input.body(AppointBody::read);
    let (body,) = input.finish((body,))?;
    let command = body.command(origin);
    let appointed = api
        .run(async move |app| app.operators.appoint(command).await)
        .await?;
    Ok(json(StatusCode::CREATED, &AppointedView::from(&appointed)))
}

async fn list(api: Data<Api>, caller: Operating) -> Answer {
    let operators = api
        .run(async move |app| app.operators.list(&caller.0).await)
        .await?;
    Ok(json(StatusCode::OK, &OperatorsView::from(&*operators)))
}

async fn revoke(api: Data<Api>, caller: Operating, mut input: Input) -> Answer {
    let id = input.id("operator_id", OperatorId::from_uuid);
    let (id,) = input.finish((id,))?;
    let operator = api
        .run(async move |app| app.operators.revoke(&caller.0, id).await)
        .await?;
    Ok(json(StatusCode::OK, &OperatorView::from(&operator)))
}
