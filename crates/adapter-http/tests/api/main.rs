//! The API over HTTP, without a database: the translation, the errors, the limits and the document.

#[cfg(test)]
mod admin;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod cancellation;
#[cfg(test)]
mod document;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod support;
