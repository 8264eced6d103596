//! One thing that is wrong with a request's path, query, headers or body.

use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// Why one value was refused. Never holds the value.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) kind: &'static str,
    pub(crate) msg: Cow<'static, str>,
    pub(crate) ctx: Option<Value>,
}

impl Fault {
    pub(crate) fn new(kind: &'static str, msg: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            msg: msg.into(),
            ctx: None,
        }
    }

    pub(crate) fn with(mut self, ctx: Value) -> Self {
        self.ctx = Some(ctx);
        self
    }

    /// A value of the right kind that breaks a rule.
    pub(crate) fn value_error(rule: &str) -> Self {
        Self::new("value_error", format!("Value error, {rule}"))
    }

    pub(crate) fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    /// Says where the value stands.
    pub(crate) fn at(self, loc: Vec<Loc>) -> Violation {
        Violation {
            kind: self.kind,
            loc,
            msg: self.msg,
            ctx: self.ctx,
        }
    }
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Loc {
    /// A part of the request, or a field.
    Name(Cow<'static, str>),
    /// An offset, in code points, or a place in a list, counted from 0.
    Offset(usize),
}

impl From<&'static str> for Loc {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

/// An entry of `errors` in a problem document.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Violation {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) loc: Vec<Loc>,
    pub(crate) msg: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ctx: Option<Value>,
}
