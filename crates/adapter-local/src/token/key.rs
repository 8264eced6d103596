//! Keys that sign and keys that verify, each for one algorithm.

use super::Algorithm;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, ParsedPublicKey,
    RsaKeyPair, RsaParameters,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey, EncodingKey, crypto,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use zeroize::Zeroizing;

/// Bytes of a symmetric key below which it is refused (RFC 7518 §3.2).
const MIN_SECRET_BYTES: usize = 32;
/// Bits of an RSA modulus below which a key is refused (RFC 7518 §3.3).
const MIN_MODULUS_BITS: u32 = 2_048;
const KEY_ID_CONTEXT: &str = "saas-api 2026 hs256 key id v1";

/// Key material that cannot be used. Never shows the material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not one PEM block.
    #[error("not a PEM document")]
    NotPem,
    /// A PEM block of another kind.
    #[error("a key is a PEM block PRIVATE KEY (PKCS#8) or, to verify only, PUBLIC KEY (SPKI)")]
    WrongBlock,
    /// No key, or one of another algorithm, curve or size.
    #[error("not an Ed25519, P-256 or RSA key of 2,048 bits or more")]
    Unsupported,
    /// A symmetric key of less than 256 bits.
    #[error("an HS256 secret has at least 32 bytes")]
    ShortSecret,
    /// Symmetric keys are derived or configured, not generated.
    #[error("HS256 has no key pairs")]
    NoKeyPair,
    /// The cryptographic library failed.
    #[error("key generation failed")]
    Generation,
}

/// A key that signs, with the key that verifies what it signed.
#[derive(Clone, Debug)]
pub struct SigningKey {
    signer: EncodingKey,
    verification: VerificationKey,
}

/// A key that verifies.
#[derive(Clone, Debug)]
pub struct VerificationKey {
    kid: String,
    algorithm: Algorithm,
    verifier: DecodingKey,
    jwk: Option<Jwk>,
}

impl SigningKey {
    /// Reads a PKCS#8 private key in PEM form; the key itself tells its algorithm.
    ///
    /// # Errors
    /// When it is no such key of a supported algorithm and size.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let block = pem::parse(pem).map_err(|_| KeyError::NotPem)?;
        let tag = block.tag().to_owned();
        let der = Zeroizing::new(block.into_contents());
        if tag != "PRIVATE KEY" {
            return Err(KeyError::WrongBlock);
        }
        let (algorithm, signer, verifier) = key_pair(pem, &der).ok_or(KeyError::Unsupported)?;
        let key = Self {
            signer,
            verification: VerificationKey::public(algorithm, verifier)?,
        };
        // A token is issued without a way to fail, so a key that cannot sign is refused here.
        let signature = key.try_sign(b"probe").ok_or(KeyError::Unsupported)?;
        if !key.verification.accepts(b"probe", &signature) {
            return Err(KeyError::Unsupported);
        }
        Ok(key)
    }

    /// A key for HS256. Its id is derived from the secret one way.
    ///
    /// # Errors
    /// When the secret has less than 32 bytes.
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyError> {
        let verification = VerificationKey::from_secret(secret)?;
        Ok(Self {
            signer: EncodingKey::from_secret(secret),
            verification,
        })
    }

    /// The key that verifies what this one signs.
    pub fn verification_key(&self) -> &VerificationKey {
        &self.verification
    }

    /// Signs the first two parts of a token; the third part.
    pub(super) fn sign(&self, message: &[u8]) -> String {
        self.try_sign(message)
            .expect("a key that signed when it was read signs")
    }

    fn try_sign(&self, message: &[u8]) -> Option<String> {
        crypto::sign(message, &self.signer, self.verification.algorithm.jose()).ok()
    }
}

impl VerificationKey {
    /// Reads a public key (SPKI), or the public half of a private one (PKCS#8), in PEM form.
    ///
    /// # Errors
    /// When it is no such key of a supported algorithm and size.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        match pem::parse(pem).map_err(|_| KeyError::NotPem)?.tag() {
            "PRIVATE KEY" => SigningKey::from_pem(pem).map(|key| key.verification),
            "PUBLIC KEY" => {
                let bytes = pem.as_bytes();
                let (algorithm, verifier) = DecodingKey::from_ed_pem(bytes)
                    .map(|key| (Algorithm::EdDsa, key))
                    .or_else(|_| DecodingKey::from_ec_pem(bytes).map(|key| (Algorithm::Es256, key)))
                    .or_else(|_| {
                        DecodingKey::from_rsa_pem(bytes).map(|key| (Algorithm::Rs256, key))
                    })
                    .map_err(|_| KeyError::Unsupported)?;
                Self::public(algorithm, verifier)
            }
            _ => Err(KeyError::WrongBlock),
        }
    }

    /// A key for HS256.
    ///
    /// # Errors
    /// When the secret has less than 32 bytes.
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(KeyError::ShortSecret);
        }
        let kid = URL_SAFE_NO_PAD.encode(blake3::derive_key(KEY_ID_CONTEXT, secret));
        let verifier = DecodingKey::from_secret(secret);
        Ok(Self {
            kid,
            algorithm: Algorithm::Hs256,
            verifier,
            jwk: None,
        })
    }

    fn public(algorithm: Algorithm, verifier: DecodingKey) -> Result<Self, KeyError> {
        let (kid, jwk) = describe(algorithm, &verifier).ok_or(KeyError::Unsupported)?;
        Ok(Self {
            kid,
            algorithm,
            verifier,
            jwk: Some(jwk),
        })
    }

    /// The key's id: the SHA-256 thumbprint of a public key (RFC 7638), a one-way derivation of a secret.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The only algorithm that the key is used with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key as a JWK (RFC 7517); `None` for a secret.
    pub(super) fn jwk(&self) -> Option<&Jwk> {
        self.jwk.as_ref()
    }

    /// Whether a token's third part is this key's signature of the first two.
    pub(super) fn accepts(&self, message: &[u8], signature: &str) -> bool {
        crypto::verify(signature, message, &self.verifier, self.algorithm.jose()).unwrap_or(false)
    }
}

/// Tries the kinds of private keys in turn: each parser accepts its own kind only.
fn key_pair(pem: &str, der: &[u8]) -> Option<(Algorithm, EncodingKey, DecodingKey)> {
    if let Ok(pair) = Ed25519KeyPair::from_pkcs8(der) {
        let public = DecodingKey::from_ed_der(pair.public_key().as_ref());
        return Some((Algorithm::EdDsa, EncodingKey::from_ed_der(der), public));
    }
    if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
        let public = DecodingKey::from_ec_der(pair.public_key().as_ref());
        return Some((Algorithm::Es256, EncodingKey::from_ec_der(der), public));
    }
    let pair = RsaKeyPair::from_pkcs8(der).ok()?;
    let private = EncodingKey::from_rsa_pem(pem.as_bytes()).ok()?;
    Some((
        Algorithm::Rs256,
        private,
        DecodingKey::from_rsa_der(pair.public_key().as_ref()),
    ))
}

/// Id and JWK of a public key; `None` when the bytes are no key of the algorithm, or too small a one.
fn describe(algorithm: Algorithm, key: &DecodingKey) -> Option<(String, Jwk)> {
    let bytes = key.try_get_as_bytes().ok()?;
    ParsedPublicKey::new(algorithm.public_key_check()?, bytes).ok()?;
    if algorithm == Algorithm::Rs256
        && RsaParameters::public_modulus_len(bytes).ok()? < MIN_MODULUS_BITS
    {
        return None;
    }
    let mut jwk = Jwk::from_decoding_key(key, Some(algorithm.jose())).ok()?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Some((kid, jwk))
}
