//! One registration for each route: it is mounted and described from the same line.

use crate::{
    extract::BodyLimit,
    openapi::{Components, Operation},
    problem::Problem,
    wire::Answer,
};
use actix_web::{FromRequest, Handler, Resource, Responder, guard, web, web::ServiceConfig};
use std::future::ready;
use utoipa::openapi::path::{HttpMethod, PathItem, Paths, PathsBuilder};

/// What the middleware and the extractors know about the route that was matched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The path with its parameters in braces, without the base path.
    pub(crate) template: &'static str,
    /// How large its bodies may be.
    pub(crate) limit: BodyLimit,
}

/// A path with its methods.
pub(crate) struct Endpoint {
    route: Route,
    resource: Resource,
    allow: Vec<&'static str>,
    described: Vec<(HttpMethod, utoipa::openapi::path::Operation)>,
    components: Components,
}

impl Endpoint {
    pub(super) fn at(template: &'static str) -> Self {
        Self {
            route: Route {
                template,
                limit: BodyLimit::General,
            },
            resource: web::resource(template),
            allow: Vec::new(),
            described: Vec::new(),
            components: Components::default(),
        }
    }

    /// Takes small bodies only.
    pub(super) fn with_limit(mut self, limit: BodyLimit) -> Self {
        self.route.limit = limit;
        self
    }

    /// Answers GET, and HEAD, which is GET without the body (RFC 9110, section 9.3.2).
    pub(super) fn get<F, Args>(mut self, handler: F, operation: Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self = self.page(handler);
        self.describe(HttpMethod::Get, operation)
    }

    /// Answers GET and HEAD with something that is no operation of the API.
    pub(super) fn page<F, Args>(mut self, handler: F) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        let methods = guard::Any(guard::Get()).or(guard::Head());
        self.resource = self.resource.route(web::route().guard(methods).to(handler));
        self.allow.extend(["GET", "HEAD"]);
        self
    }

    pub(super) fn post<F, Args>(mut self, handler: F, operation: Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.resource = self.resource.route(web::post().to(handler));
        self.allow.push("POST");
        self.describe(HttpMethod::Post, operation)
    }

    pub(super) fn put<F, Args>(mut self, handler: F, operation: Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.resource = self.resource.route(web::put().to(handler));
        self.allow.push("PUT");
        self.describe(HttpMethod::Put, operation)
    }

    pub(super) fn patch<F, Args>(mut self, handler: F, operation: Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.resource = self.resource.route(web::patch().to(handler));
        self.allow.push("PATCH");
        self.describe(HttpMethod::Patch, operation)
    }

    pub(super) fn delete<F, Args>(mut self, handler: F, operation: Operation) -> Self
    where
        F: Handler<Args, Output: Responder + 'static>,
        Args: FromRequest + 'static,
    {
        self.resource = self.resource.route(web::delete().to(handler));
        self.allow.push("DELETE");
        self.describe(HttpMethod::Delete, operation)
    }

    fn describe(mut self, method: HttpMethod, operation: Operation) -> Self {
        let (described, components) = operation.at(self.route.template);
        self.described.push((method, described));
        self.components.merge(components);
        self
    }

    fn mount(self, config: &mut ServiceConfig) {
        let allow = self.allow.join(", ");
        let refuse = move || ready(Answer::Err(Problem::method_not_allowed(&allow)));
        config.service(
            self.resource
                .app_data(self.route)
                .default_service(web::to(refuse)),
        );
    }
}

/// Every endpoint, in the order in which the router looks for them.
#[derive(Default)]
pub(crate) struct Routes(Vec<Endpoint>);

impl Routes {
    pub(super) fn add(&mut self, endpoint: Endpoint) {
        self.0.push(endpoint);
    }

    /// Mounts all of them.
    pub(crate) fn mount(self, config: &mut ServiceConfig) {
        for endpoint in self.0 {
            endpoint.mount(config);
        }
    }

    /// Describes all of them.
    pub(crate) fn describe(self) -> (Paths, Components) {
        let (mut paths, mut components) = (PathsBuilder::new(), Components::default());
        for endpoint in self.0 {
            components.merge(endpoint.components);
            for (method, operation) in endpoint.described {
                paths = paths.path(endpoint.route.template, PathItem::new(method, operation));
            }
        }
        (paths.build(), components)
    }
}
