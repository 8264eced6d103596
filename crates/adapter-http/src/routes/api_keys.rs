//! `/orgs/{organisation_id}/api-keys`

mod body;
mod rules;
mod view;

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api,
    extract::{GrantedCaller, Input, MemberCaller},
    openapi::{Callers, Operation},
    problem::Code,
    wire::{Answer, Listing, created, json},
};
use actix_web::{http::StatusCode, web::Data};
use body::{IssueApiKeyBody, RenameApiKeyBody, RotateApiKeyBody};
use domain::id::ApiKeyId;
pub(super) use view::IssuedKeyView;
use view::{ApiKeyView, RevokedKeyView};

pub(super) fn mount(routes: &mut Routes) {
    let operation = |id, summary| Operation::new("api keys", id, summary);
    let write = |id, summary| operation(id, summary).callers(Callers::Members);
    let read = |id, summary| operation(id, summary).callers(Callers::MembersAndGrantedKeys);
    let list = read("list_api_keys", "List API keys")
        .answers_page_of::<ApiKeyView<'_>>("A page of keys, newest first, revoked ones included.");
    let issue = write("create_api_key", "Create an API key")
        .idempotent()
        .body::<IssueApiKeyBody>()
        .answers::<IssuedKeyView<'_>>(
            201,
            "The new key. The raw key is shown this once and not replayed.",
        )
        .fails(&[Code::PrivilegeEscalation]);
    let get = read("get_api_key", "Get an API key")
        .fails(&[Code::ApiKeyNotFound])
        .answers::<ApiKeyView<'_>>(200, "The key, revoked or not.");
    let rename = write("update_api_key", "Rename or describe an API key")
        .fails(&[Code::ApiKeyNotFound])
        .body::<RenameApiKeyBody>()
        .answers::<ApiKeyView<'_>>(200, "The key, changed.");
    let rotate = write("rotate_api_key", "Give an API key a new secret")
        .idempotent()
        .body::<RotateApiKeyBody>()
        .answers::<IssuedKeyView<'_>>(
            201,
            "The key. The new raw key is shown this once and not replayed.",
        )
        .fails(&[
            Code::ApiKeyNotFound,
            Code::PrivilegeEscalation,
            Code::ApiKeyDead,
        ]);
    let revoke = write("revoke_api_key", "Revoke an API key")
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
        Endpoint::at("/orgs/{organisation_id}/api-keys/{api_key_id}")
            .get(self::get, get)
            .patch(self::rename, rename)
            .delete(self::revoke, revoke),
    );
    routes.add(
        Endpoint::at("/orgs/{organisation_id}/api-keys/{api_key_id}/rotate")
            .post(self::rotate, rotate),
    );
}

async fn list(api: Data<Api>, caller: GrantedCaller, mut input: Input) -> Answer {
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
    let path = format!("/orgs/{organisation}/api-keys");
    let key = api.bind(key, &path, &body.canonical());
    let command = body.command(key);
    let outcome = api
        .run(async move |app| app.api_keys.issue(&caller.0, organisation, command).await)
        .await?;
    Ok(created(&outcome, IssuedKeyView::from))
}

async fn get(api: Data<Api>, caller: GrantedCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("api_key_id", ApiKeyId::from_uuid);
    let (organisation, id) = input.finish((organisation, id))?;
    let key = api
        .run(async move |app| app.api_keys.get(&caller.0, organisation, id).await)
        .await?;
    Ok(json(StatusCode::OK, &ApiKeyView::from(&key)))
}

async fn rename(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("api_key_id", ApiKeyId::from_uuid);
    let body = RenameApiKeyBody::read(&mut input);
    let (organisation, id, body) = input.finish((organisation, id, body))?;
    let command = body.command();
    let key = api
        .run(async move |app| {
            app.api_keys
                .rename(&caller.0, organisation, id, command)
                .await
        })
        .await?;
    Ok(json(StatusCode::OK, &ApiKeyView::from(&key)))
}

async fn rotate(api: Data<Api>, caller: MemberCaller, mut input: Input) -> Answer {
    let organisation = input.organisation();
    let id = input.id("api_key_id", ApiKeyId::from_uuid);
    let key = input.idempotency_key();
    let body = RotateApiKeyBody::read(&mut input);
    let (organisation, id, key, body) = input.finish((organisation, id, key, body))?;
    let path = format!("/orgs/{organisation}/api-keys/{id}/rotate");
    let key = api.bind(key, &path, &body.canonical());
    let command = body.command(key);
    let outcome = api
        .run(async move |app| {
            app.api_keys
                .rotate(&caller.0, organisation, id, command)
                .await
        })
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
