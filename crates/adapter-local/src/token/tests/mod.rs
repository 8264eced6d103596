mod forgery;
mod keys;
mod refusals;

use super::{Algorithm, JwtTokens, KeySet, SigningKey, TokenSettings, generate};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    id::UserId,
    ports::{IdGenerator, TokenIssuer, TokenVerifier},
};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

const ALL: [Algorithm; 4] = [
    Algorithm::EdDsa,
    Algorithm::Rs256,
    Algorithm::Es256,
    Algorithm::Hs256,
];
const NOW: OffsetDateTime = datetime!(2026-03-01 12:00:00 UTC);
const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";
const USER: Uuid = Uuid::from_u128(0x0195_5c3e_7d00_7abc_8def_0123_4567_89ab);

struct FixedId;

impl IdGenerator for FixedId {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(7)
    }
}

fn settings() -> TokenSettings {
    TokenSettings {
        issuer: "https://api.example".into(),
        audience: "saas-api".into(),
        ttl: TokenSettings::DEFAULT_TTL,
        leeway: TokenSettings::DEFAULT_LEEWAY,
    }
}

/// One key of each algorithm for all tests, as making RSA keys takes a while.
fn key(algorithm: Algorithm) -> SigningKey {
    static KEYS: OnceLock<Vec<SigningKey>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| ALL.map(new_key).to_vec());
    keys.iter()
        .find(|key| key.verification_key().algorithm() == algorithm)
        .unwrap()
        .clone()
}

fn new_key(algorithm: Algorithm) -> SigningKey {
    match algorithm {
        Algorithm::Hs256 => SigningKey::from_secret(SECRET).unwrap(),
        _ => SigningKey::from_pem(&generate(algorithm).unwrap()).unwrap(),
    }
}

fn with_keys(keys: KeySet) -> JwtTokens {
    JwtTokens::new(keys, settings(), Arc::new(FixedId))
}

fn tokens(algorithm: Algorithm) -> JwtTokens {
    with_keys(KeySet::new(key(algorithm)))
}

fn issue(tokens: &JwtTokens) -> String {
    tokens.issue(UserId::from_uuid(USER), NOW).token
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(part: &str) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// A token of any header and claims, with a genuine signature by the key.
fn signed(key: &SigningKey, header: &str, claims: &str) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    format!("{message}.{}", key.sign(message.as_bytes()))
}

fn good_header(key: &SigningKey) -> Value {
    let public = key.verification_key();
    json!({"typ": "at+jwt", "alg": public.algorithm().name(), "kid": public.kid()})
}

fn good_claims() -> Value {
    let now = NOW.unix_timestamp();
    json!({
        "iss": "https://api.example", "aud": "saas-api", "sub": USER.to_string(),
        "iat": now, "nbf": now, "exp": now + 900, "jti": "1", "token_type": "access",
    })
}

/// Replaces a member, or removes it where the value is null.
fn with(mut object: Value, member: &str, value: Value) -> String {
    let members = object.as_object_mut().unwrap();
    match value {
        Value::Null => members.remove(member),
        value => members.insert(member.to_owned(), value),
    };
    object.to_string()
}

#[test]
fn every_algorithm_signs_what_it_verifies_and_nothing_that_was_changed() {
    for algorithm in ALL {
        let tokens = tokens(algorithm);
        let token = issue(&tokens);
        assert_eq!(
            tokens.verify(&token, NOW),
            Some(UserId::from_uuid(USER)),
            "{algorithm:?}"
        );
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let exp = NOW.unix_timestamp() + 899;
        let changed = encoded(&with(part(&token, 1), "exp", json!(exp)));
        assert_ne!(changed, claims);
        assert_eq!(
            tokens.verify(&format!("{header}.{changed}.{signature}"), NOW),
            None
        );
    }
}

#[test]
fn a_token_says_what_it_should_and_nothing_about_roles() {
    let tokens = tokens(Algorithm::EdDsa);
    let issued = tokens.issue(UserId::from_uuid(USER), NOW);
    assert_eq!(issued.expires_in, Duration::minutes(15));
    let kid = key(Algorithm::EdDsa).verification_key().kid().to_owned();
    assert_eq!(
        part(&issued.token, 0),
        json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid})
    );
    assert_eq!(
        part(&issued.token, 1),
        json!({
            "iss": "https://api.example", "aud": "saas-api", "sub": USER.to_string(),
            "iat": NOW.unix_timestamp(), "nbf": NOW.unix_timestamp(),
            "exp": NOW.unix_timestamp() + 900,
            "jti": Uuid::from_u128(7).to_string(), "token_type": "access",
        })
    );
}

#[test]
fn a_token_is_valid_from_leeway_before_its_start_to_leeway_after_its_end() {
    let tokens = tokens(Algorithm::EdDsa);
    let token = issue(&tokens);
    let valid_at = |offset: Duration| tokens.verify(&token, NOW + offset).is_some();
    assert!(!valid_at(Duration::seconds(-6)));
    assert!(valid_at(Duration::seconds(-5)));
    assert!(valid_at(Duration::ZERO));
    assert!(valid_at(Duration::seconds(900)));
    assert!(valid_at(Duration::seconds(905) - Duration::MICROSECOND));
    assert!(!valid_at(Duration::seconds(905)));
    assert!(!valid_at(Duration::days(400)));
}

#[test]
fn the_systems_time_plays_no_part() {
    let tokens = tokens(Algorithm::EdDsa);
    for now in [
        datetime!(1990-01-01 0:00 UTC),
        datetime!(2190-01-01 0:00 UTC),
    ] {
        let token = tokens.issue(UserId::from_uuid(USER), now).token;
        assert!(tokens.verify(&token, now).is_some());
        assert!(tokens.verify(&token, NOW).is_none());
    }
}

#[test]
fn claims_that_a_later_version_adds_are_ignored() {
    let key = key(Algorithm::EdDsa);
    let claims = with(good_claims(), "sid", json!({"any": ["thing"]}));
    let token = signed(&key, &good_header(&key).to_string(), &claims);
    assert!(tokens(Algorithm::EdDsa).verify(&token, NOW).is_some());
}
