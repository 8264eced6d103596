//! JSON merge patches (RFC 7396).

use super::{DocumentError, Json};
use std::collections::HashMap;

/// What a patch makes of a value, or of nothing (RFC 7396, section 2).
///
/// Goes as deep as the patch, so that is to be checked first. Takes time in proportion to both, whatever their keys:
/// a patch may have far more of them than a document.
///
/// # Errors
/// When an object of the patch has a key twice.
pub(super) fn merged(target: Option<&Json>, patch: &Json) -> Result<Json, DocumentError> {
    let Json::Object(changes) = patch else {
        return Ok(patch.clone());
    };
    let mut pending: HashMap<_, _> = changes.iter().map(|(key, change)| (key, change)).collect();
    if pending.len() < changes.len() {
        return Err(DocumentError::RepeatedKey);
    }
    let present = match target {
        Some(Json::Object(members)) => members.as_slice(),
        _ => &[],
    };
    let mut members = Vec::with_capacity(present.len());
    for (key, value) in present {
        match pending.remove(key) {
            None => members.push((key.clone(), value.clone())),
            Some(Json::Null) => {}
            Some(change) => members.push((key.clone(), merged(Some(value), change)?)),
        }
    }
    for (key, change) in changes {
        if pending.contains_key(key) && *change != Json::Null {
            members.push((key.clone(), merged(None, change)?));
        }
    }
    Ok(Json::Object(members))
}
