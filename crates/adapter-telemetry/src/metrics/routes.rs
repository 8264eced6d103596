//! Label values of a bounded number.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};

/// The standard spelling of a method, or `other`: clients may send any token, and each would be a series for ever.
pub(super) fn verb(method: &str) -> &'static str {
    match method {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        _ => "other",
    }
}

/// Route templates seen so far, so that recording a request copies a pointer and not a text.
#[derive(Debug, Default)]
pub(super) struct Routes(RwLock<HashSet<Arc<str>>>);

impl Routes {
    /// The shared copy of a template.
    pub(super) fn intern(&self, route: &str) -> Arc<str> {
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(route)
            .cloned();
        known.unwrap_or_else(|| {
            let shared: Arc<str> = Arc::from(route);
            self.0
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(Arc::clone(&shared));
            shared
        })
    }
}
