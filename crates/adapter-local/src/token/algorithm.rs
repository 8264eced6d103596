//! The signature algorithms that a key can be for.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};

/// A JWS signature algorithm (RFC 7518, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `EdDSA` with Ed25519: the default.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and a modulus of 2,048 to 8,192 bits.
    Rs256,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// HMAC with SHA-256: whoever can verify can also sign.
    Hs256,
}

impl Algorithm {
    /// The registered name, as in a token's header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
        }
    }

    pub(super) const fn jose(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
        }
    }

    /// What checks that bytes are a public key of this algorithm; `None` where there are no public keys.
    pub(super) fn public_key_check(self) -> Option<&'static dyn VerificationAlgorithm> {
        match self {
            Self::EdDsa => Some(&ED25519),
            Self::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
            Self::Es256 => Some(&ECDSA_P256_SHA256_FIXED),
            Self::Hs256 => None,
        }
    }
}
