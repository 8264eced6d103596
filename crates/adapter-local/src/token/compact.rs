//! The compact serialisation (RFC 7515 §3.1) of a JSON header and JSON claims.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// Length in bytes above which a text is not looked at: ours have about 500, with RS256 about 800.
const MAX_BYTES: usize = 4_096;

/// A token taken apart; nothing of it is verified.
pub(super) struct Compact<'a> {
    /// The first two parts with the dot between them: what is signed.
    pub(super) message: &'a str,
    pub(super) header: &'a str,
    pub(super) claims: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Compact<'a> {
    /// Takes three parts between two dots; a third dot is left in the claims, where it is no base64url.
    pub(super) fn split(token: &'a str) -> Option<Self> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        Some(Self {
            message,
            header,
            claims,
            signature,
        })
    }
}

/// Writes one part.
pub(super) fn encode(part: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("strings and integers serialise"))
}

/// Reads one part: canonical base64url without padding, of a JSON object. (A JSON array would fill a struct, too.)
pub(super) fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    if json.first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice(&json).ok()
}
