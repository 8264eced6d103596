//! The API over HTTP, without a database: the translation, the errors, the limits and the document.

mod bodies;
mod document;
mod errors;
mod requests;
mod support;
