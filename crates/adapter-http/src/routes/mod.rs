//! The operations, one file for each resource: routes with their description, what is sent and answered, handlers.
//!
//! A handler translates, calls one use case and translates back.

mod access;
mod admin;
mod api_keys;
mod audit_events;
mod auth;
mod docs;
mod endpoint;
mod founding;
mod me;
mod members;
mod organisations;
mod projects;
mod resources;
mod roles;
mod sign_up;
mod system;

pub(crate) use endpoint::{Route, Routes};
pub(crate) use system::{alive, ready, unknown};

use crate::HttpSettings;

/// Everything that is served with these settings; the busiest routes come first, because the router looks for them in
/// this order.
pub(crate) fn all(settings: &HttpSettings) -> Routes {
    let mut routes = Routes::default();
    projects::mount(&mut routes);
    resources::mount(&mut routes);
    organisations::mount(&mut routes);
    me::mount(&mut routes);
    auth::mount(&mut routes);
    if settings.sign_up {
        sign_up::mount(&mut routes);
    }
    members::mount(&mut routes);
    roles::mount(&mut routes);
    access::mount(&mut routes);
    api_keys::mount(&mut routes);
    audit_events::mount(&mut routes);
    system::mount(&mut routes);
    if settings.metrics_enabled {
        system::mount_metrics(&mut routes);
    }
    if settings.docs_enabled {
        docs::mount(&mut routes);
    }
    routes
}

/// What operators are served.
pub(crate) fn admin() -> Routes {
    let mut routes = Routes::default();
    admin::mount(&mut routes);
    routes
}

/// The metrics alone.
pub(crate) fn metrics() -> Routes {
    let mut routes = Routes::default();
    system::mount_metrics(&mut routes);
    routes
}
