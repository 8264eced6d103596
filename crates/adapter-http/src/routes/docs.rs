//! The API document and a page to read it, served from the binary.

use super::endpoint::{Endpoint, Routes};
use crate::{
    Api, openapi,
    problem::{Code, Problem},
    wire::Answer,
};
use actix_web::{
    HttpResponse,
    http::header::CONTENT_SECURITY_POLICY,
    web::{Bytes, Data, Path},
};
use std::{cell::OnceCell, rc::Rc, sync::Arc};
use utoipa_swagger_ui::Config;

/// What the page needs: its own scripts, styles and images, and requests to this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn mount(routes: &mut Routes) {
    let document = Rc::new(OnceCell::new());
    let document = move |api: Data<Api>| {
        let document = document.clone();
        async move { self::document(&api, &document) }
    };
    routes.add(Endpoint::at("/openapi.json").page(document));
    routes.add(Endpoint::at("/docs").page(page));
    routes.add(Endpoint::at("/redoc").page(page));
    routes.add(Endpoint::at("/docs/{asset}").page(asset));
}

fn document(api: &Api, made: &OnceCell<Bytes>) -> Answer {
    if made.get().is_none() {
        let json = openapi(&api.settings).to_json().map_err(|error| {
            tracing::error!(%error, "the API document cannot be written");
            Problem::from(Code::InternalError)
        })?;
        let _ = made.set(json.into());
    }
    let json = made.get().cloned().unwrap_or_default();
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(json))
}

/// The page stands beside the document, its assets one level below.
async fn page() -> Answer {
    let (bytes, _) = file("index.html")?;
    let html = String::from_utf8_lossy(&bytes)
        .replace("=\"./", "=\"")
        .replace("href=\"", "href=\"docs/")
        .replace("src=\"", "src=\"docs/");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .content_type("text/html; charset=utf-8")
        .body(html))
}

async fn asset(name: Path<String>) -> Answer {
    let name = if *name == "oauth2-redirect" {
        "oauth2-redirect.html"
    } else {
        &name
    };
    let (bytes, content_type) = file(name)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .content_type(content_type)
        .body(bytes))
}

fn file(name: &str) -> Result<(Vec<u8>, String), Problem> {
    let config = Arc::new(Config::from("openapi.json").validator_url("none"));
    match utoipa_swagger_ui::serve(name, config) {
        Ok(Some(file)) => Ok((file.bytes.into_owned(), file.content_type)),
        Ok(None) => Err(Code::NotFound.into()),
        Err(error) => {
            tracing::error!(%error, "the documentation page cannot be written");
            Err(Code::InternalError.into())
        }
    }
}
