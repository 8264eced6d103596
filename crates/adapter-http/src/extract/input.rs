//! Everything that a request says beside who sends it.

use super::{
    body::{self, BodyLimit},
    checked::{Checked, Complete, Noted},
    document,
    fields::{self, Fields},
    header, json,
    json::Sent,
    page,
    query::{self, Query},
    rules,
};
use crate::{
    middleware::origin,
    problem::{Fault, Problem, Violation},
    routes::Route,
    wire::{CursorScope, demanded, demanded_of_any},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web::Bytes};
use application::precondition::Precondition;
use domain::{
    access::Origin,
    document::Json,
    id::TenantId,
    page::PageRequest,
    role::{Role, RoleName},
    text::TextError,
};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use serde_json::Value;
use uuid::Uuid;

/// A request's path, query, headers and body. Ask for the values in this order, then call [`Self::finish`].
pub(crate) struct Input {
    request: HttpRequest,
    /// The body's text, from which `body` was read.
    text: Bytes,
    body: Sent,
    query: Query,
    violations: Vec<Violation>,
}

impl FromRequest for Input {
    type Error = Problem;
    type Future =
        Either<Ready<Result<Self, Problem>>, LocalBoxFuture<'static, Result<Self, Problem>>>;

    /// Reads the body too, where the method has one.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        if !matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        ) {
            return Either::Left(ready(Ok(Self::new(request, Bytes::new(), Sent::Nothing))));
        }
        let payload = payload.take();
        Either::Right(Box::pin(async move {
            let limit = request
                .app_data::<Route>()
                .map_or(BodyLimit::Credentials, |route| route.limit);
            let text = body::read(request.clone(), payload, limit).await?;
            let body = json::read(&text).map_err(|violation| Problem::invalid(vec![violation]))?;
            Ok(Self::new(request, text, body))
        }))
    }
}

impl Input {
    /// Where the request came from.
    pub(crate) fn origin(&self) -> Origin {
        origin(&self.request)
    }

    fn new(request: HttpRequest, text: Bytes, body: Sent) -> Self {
        let query = Query::parse(request.query_string());
        Self {
            request,
            text,
            body,
            query,
            violations: Vec::new(),
        }
    }

    /// An id in the path.
    pub(crate) fn id<T>(&mut self, name: &'static str, wrap: impl FnOnce(Uuid) -> T) -> Checked<T> {
        let raw = self.request.match_info().get(name).unwrap_or_default();
        let checked =
            rules::parse_uuid(raw).map_err(|fault| fault.at(vec!["path".into(), name.into()]));
        self.keep(checked).map(wrap)
    }

    /// The organisation in the path.
    pub(crate) fn organisation(&mut self) -> Checked<TenantId> {
        self.id("organisation_id", TenantId::from_uuid)
    }

    /// The role in the path, whether or not the organisation defines it.
    pub(crate) fn role(&mut self) -> Checked<Role> {
        let raw = self.request.match_info().get("role").unwrap_or_default();
        let checked = Role::parse(raw).ok_or_else(|| {
            let pattern = RoleName::PATTERN;
            let fault = rules::text_fault(TextError::Pattern { pattern });
            fault.at(vec!["path".into(), "role".into()])
        });
        self.keep(checked)
    }

    /// An optional query parameter.
    pub(crate) fn query<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(Value) -> Result<T, Fault>,
    ) -> Checked<Option<T>> {
        let Some(raw) = self.query.get(name) else {
            return Ok(None);
        };
        let checked = query::unicode(raw)
            .and_then(|raw| rule(Value::String(raw.to_owned())))
            .map_err(query::at(name));
        self.keep(checked).map(Some)
    }

    /// A query parameter that has to be there.
    pub(crate) fn required_query<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(Value) -> Result<T, Fault>,
    ) -> Checked<T> {
        let found = self.query(name, rule)?;
        self.keep(found.ok_or_else(|| query::at(name)(Fault::missing())))
    }

    /// Which page of a list is asked for; without a scope a cursor is not looked at, as the request is refused anyway.
    pub(crate) fn page(&mut self, scope: Option<&CursorScope>) -> Checked<PageRequest> {
        page::read(&self.query, scope, &mut self.violations)
    }

    /// What `If-Match` demands.
    pub(crate) fn precondition(&self) -> Precondition {
        demanded(self.request.headers())
    }

    /// The same where there need not be anything yet: `If-None-Match: *` demands that there is nothing.
    pub(crate) fn precondition_of_any(&self) -> Precondition {
        demanded_of_any(self.request.headers())
    }

    /// What `Idempotency-Key` says, to be bound to the body once that is valid.
    pub(crate) fn idempotency_key(&mut self) -> Checked<Option<String>> {
        let checked = header::idempotency_key(self.request.headers());
        self.keep(checked)
    }

    /// The body, as its schema reads it.
    pub(crate) fn body<T>(
        &mut self,
        schema: impl FnOnce(&mut Fields<'_>) -> Checked<T>,
    ) -> Checked<T> {
        let body = std::mem::replace(&mut self.body, Sent::Nothing);
        fields::read(body, &mut self.violations, schema)
    }

    /// A field of the body exactly as it was sent; to be asked for before [`Self::body`].
    pub(crate) fn verbatim(&self, name: &str) -> Option<Json> {
        match self.body {
            Sent::Object(_) => document::verbatim(&self.text, name),
            Sent::Nothing | Sent::NoObject => None,
        }
    }

    /// Demands that no body was sent, or one that says nothing.
    pub(crate) fn no_body(&mut self) -> Checked<()> {
        match self.body {
            Sent::Nothing => Ok(()),
            Sent::Object(_) | Sent::NoObject => self.body(|_| Ok(())),
        }
    }

    /// The values, if nothing was wrong with any of them.
    ///
    /// # Errors
    /// 422 with everything that was wrong.
    pub(crate) fn finish<V: Complete>(self, values: V) -> Result<V::Values, Problem> {
        match values.complete() {
            Ok(values) if self.violations.is_empty() => Ok(values),
            _ => Err(Problem::invalid(self.violations)),
        }
    }

    fn keep<T>(&mut self, checked: Result<T, Violation>) -> Checked<T> {
        checked.map_err(|violation| {
            self.violations.push(violation);
            Noted
        })
    }
}
