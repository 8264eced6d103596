//! From an HTTP request to typed values.
//!
//! The order is fixed: a [`caller`] extractor comes before [`Input`] in every handler's arguments, so a request without
//! a usable credential is refused before its body is read; [`Input`] reads the body and its syntax; then the handler
//! asks it for values, and everything that is wrong with them is answered at once by [`Input::finish`].

mod body;
mod caller;
mod checked;
mod document;
mod fields;
mod header;
mod input;
mod instant;
mod json;
mod page;
mod query;
mod rules;

pub(crate) use body::BodyLimit;
pub(crate) use caller::{
    GrantedCaller, MemberCaller, MemberOrKeyCaller, Operating, Principal, SignedIn,
};
pub(crate) use checked::{Checked, Given, Noted};
pub(crate) use document::{document, document_fault, document_patch};
pub(crate) use fields::Fields;
pub(crate) use input::Input;
pub(crate) use instant::instant;
pub(crate) use rules::{
    choice, email, flag, integer, password, role_name, slug, string, text, unknown_role, uuid,
};
