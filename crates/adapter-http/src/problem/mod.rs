//! Every error answer: an RFC 9457 problem document, from one closed list of [`Code`]s.
//!
//! A [`Problem`] travels as the error of a handler; the outermost middleware writes the document, because only there
//! the request's id is at hand and errors of the framework come by as well.

mod codes;
mod document;
mod from_application;
mod violation;

pub use codes::{CODES, Code};
pub(crate) use document::{ProblemDocument, complete};
pub(crate) use violation::{Fault, Loc, Violation};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};

/// A refusal on its way to the client.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) detail: Option<String>,
    pub(crate) errors: Vec<Violation>,
    allow: Option<HeaderValue>,
}

impl Problem {
    /// More entries than this are left out: a body of nothing but unknown fields is not worth a long answer.
    const MAX_ERRORS: usize = 100;

    /// A request that is not as described.
    pub(crate) fn invalid(mut errors: Vec<Violation>) -> Self {
        errors.truncate(Self::MAX_ERRORS);
        Self {
            errors,
            ..Code::ValidationFailed.into()
        }
    }

    /// A known route with another method than these, a comma-separated list.
    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        let allow = HeaderValue::from_str(allow).ok();
        Self {
            allow,
            ..Code::MethodNotAllowed.into()
        }
    }

    fn saying(code: Code, detail: String) -> Self {
        Self {
            detail: Some(detail),
            ..code.into()
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            allow: None,
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Status and headers; the body follows in the outermost middleware.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        let headers = response.headers_mut();
        if self.code.challenges() {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.code.retry_after() {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if let Some(allow) = &self.allow {
            headers.insert(ALLOW, allow.clone());
        }
        response
    }
}
