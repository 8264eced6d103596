//! `/orgs/{organisation_id}/api-keys`

mod body;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{Input, MemberCaller},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, Listing, created, json},
};
use actix_web::{http::StatusCode, web::Data};
use application::api_keys::IssueApiKey;
use body::{ApiKeyView, IssueApiKeyBody, IssuedKeyView, RevokedKeyView};
use domain::id::ApiKeyId;

pub(super) fn mount(routes: &mut Routes) {
    let operation = |id, summary| Operation::new("api keys", id, summary).callers(Callers::Members);
    let list = operation("list_api_keys", "List API keys")
        .answers_page_of::<ApiKeyView<'_>>("A page of keys, newest first, revoked ones included.");
    let issue = operation("create_api_key", "Create an API key")
        .idempotent()
        .body::<IssueApiKeyBody>()
        .answers::<IssuedKeyView<'_>>(
            201,
            "The new key. The raw key is shown this once and not replayed.",
        );
    let revoke = operation("revoke_api_key", "Revoke an API key")
        .answers::<RevokedKeyView>(
            200,
            "The key is refused from now on; repeating this changes nothing.",
        )
        .fails(&[Code::ApiKeyNotFound]);
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/api-keys")
            .get(self::list, list)
            .post(self::issue, issue),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/api-keys/{api_key_id}").delete(self::revoke, revoke),
    );
}

async fn list(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let cursors = organisation.map(|id| api.cursors("api-keys", id.as_uuid()));
    let page = input.page(cursors.as_ref().ok());
    let (organisation, page, cursors) = input.finish((organisation, page, cursors))?;
    let asked = page.clone();
    let found = api
        .run(async move |app| app.api_keys.list(&caller.0, organisation, &page).await)
        .await?;
    Ok(json(
        StatusCode::OK,
        &Listing::new(&asked, &cursors, &found, ApiKeyView::from),
    ))
}

async fn issue(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let key = input.idempotency_key();
    let body = IssueApiKeyBody::read(&mut input);
    let (organisation, key, body) = input.finish((organisation, key, body))?;
    let key = api.bind(
        key,
        &format!("/orgs/{organisation}/api-keys"),
        &body.canonical(),
    );
    let command = IssueApiKey {
        name: body.name,
        key,
    };
    let outcome = api
        .run(async move |app| app.api_keys.issue(&caller.0, organisation, command).await)
        .await?;
    Ok(created(&outcome, IssuedKeyView::from))
}

async fn revoke(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("api_key_id", ApiKeyId::from_uuid);
    let (organisation, id) = input.finish((organisation, id))?;
    let key = api
        .run(async move |app| app.api_keys.revoke(&caller.0, organisation, id).await)
        .await?;
    Ok(json(StatusCode::OK, &RevokedKeyView::from(&key)))
}
