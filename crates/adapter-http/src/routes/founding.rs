//! What the doors to a new organisation share: where its place has to be made first, whoever asked waits a little, and
//! is told where to look when it takes longer.

use crate::{Api, wire::ResourceHeaders};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
};
use application::{onboarding::Founded, outcome::Outcome};
use domain::{
    access::Origin,
    tenant::{Tenant, TenantStatus},
};
use std::time::Duration;

/// What an answer with status 202 means.
pub(super) const NOT_YET: &str =
    "The organisation's place is still being made; ask `Location` again after `Retry-After`.";

/// How long whoever founds an organisation waits for its place.
const PATIENCE: Duration = Duration::from_secs(2);

/// Finishes what was founded, as far as that can be waited for; it is finished without whoever asked, too.
pub(super) async fn finished(api: &Api, mut founded: Founded, origin: Origin) -> Founded {
    if founded.tenant.status() != TenantStatus::Provisioning {
        return founded;
    }
    let waiting = founded.clone();
    let settle = async move |app: std::sync::Arc<application::App>| {
        app.onboarding.settle(&waiting, &origin).await
    };
    if let Some(Some(tenant)) = api.run_for(PATIENCE, settle).await {
        founded.tenant = tenant;
    }
    founded
}

/// The same for a request that may be a repeated one, which goes on with what the first one left.
pub(super) async fn settled(
    api: &Api,
    outcome: Outcome<Founded>,
    origin: Origin,
) -> Outcome<Founded> {
    match outcome {
        Outcome::Fresh(founded) => Outcome::Fresh(finished(api, founded, origin).await),
        Outcome::Replayed(founded) => Outcome::Replayed(finished(api, founded, origin).await),
    }
}

/// Says where the organisation is, and with status 202 that it is not open yet.
pub(super) fn placed(response: HttpResponse, path: &str, tenant: &Tenant) -> HttpResponse {
    let mut response = response.tagged(tenant.version()).located(path);
    if tenant.status() == TenantStatus::Provisioning {
        *response.status_mut() = StatusCode::ACCEPTED;
        let seconds = HeaderValue::from(PATIENCE.as_secs());
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}
