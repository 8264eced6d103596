//! Access tokens that are almost right. The forger has the server's own signing key, so that only what is being
//! changed can be the reason for the refusal.

use crate::support::*;
use aws_lc_rs::{hmac, signature::Ed25519KeyPair};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use std::fs;
use test_server::{Reply, TestServer, World};

/// Takes a valid token apart and signs it anew.
struct Forger {
    key: Ed25519KeyPair,
    header: Value,
    claims: Value,
}

impl Forger {
    fn new(server: &TestServer, token: &str) -> Self {
        let pem = fs::read_to_string(server.home().join("data/signing-key.pem"))
            .expect("a generated key");
        let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(der).expect("a PEM file");
        let parts: Vec<_> = token.split('.').collect();
        let part = |n: usize| {
            let bytes = URL_SAFE_NO_PAD.decode(parts[n]).expect("base64url");
            serde_json::from_slice(&bytes).expect("JSON")
        };
        Self {
            key: Ed25519KeyPair::from_pkcs8(&der).expect("an Ed25519 key"),
            header: part(0),
            claims: part(1),
        }
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// With members of the header replaced, or removed by null.
    fn header(&self, change: &Value) -> String {
        self.sign(
            &changed(&self.header, change).to_string(),
            &self.claims.to_string(),
        )
    }

    /// With claims replaced, or removed by null.
    fn claims(&self, change: &Value) -> String {
        self.sign(
            &self.header.to_string(),
            &changed(&self.claims, change).to_string(),
        )
    }

    /// With all times moved by so many seconds.
    fn moved(&self, seconds: i64) -> String {
        let at = |name: &str| json!(self.claims[name].as_i64().unwrap_or_default() + seconds);
        self.claims(&json!({ "iat": at("iat"), "nbf": at("nbf"), "exp": at("exp") }))
    }

    fn wrong_headers(&self) -> Vec<String> {
        [
            json!({ "alg": "none" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "RS256" }),
            json!({ "alg": "eddsa" }),
            json!({ "alg": null }),
            json!({ "typ": "JWT" }),
            json!({ "typ": null }),
            json!({ "kid": null }),
            json!({ "kid": "" }),
            json!({ "kid": "../../signing-key.pem" }),
            json!({ "kid": "' OR 1=1 --" }),
            json!({ "kid": "\0" }),
            json!({ "crit": ["exp"] }),
            json!({ "crit": [] }),
            json!({ "jku": "http://127.0.0.1/jwks.json" }),
            json!({ "x5u": "http://127.0.0.1/x.pem" }),
            json!({ "jwk": { "kty": "OKP", "crv": "Ed25519", "x": "AA" } }),
            json!({ "zip": "DEF" }),
        ]
        .iter()
        .map(|change| self.header(change))
        .collect()
    }

    fn wrong_claims(&self) -> Vec<String> {
        let second = |name: &str, plus: i64| self.claims[name].as_i64().unwrap_or_default() + plus;
        [
            json!({ "iss": "somebody" }),
            json!({ "iss": null }),
            json!({ "aud": "somebody" }),
            json!({ "aud": null }),
            json!({ "aud": ["saas-api"] }),
            json!({ "sub": null }),
            json!({ "sub": "x" }),
            json!({ "sub": random_id() }),
            json!({ "sub": self.claims["sub"].as_str().unwrap_or_default().to_uppercase() }),
            json!({ "jti": null }),
            json!({ "jti": "" }),
            json!({ "token_type": "refresh" }),
            json!({ "token_type": null }),
            json!({ "exp": null }),
            json!({ "exp": second("exp", 0).to_string() }),
            json!({ "exp": -1 }),
            json!({ "exp": 1.5e9 }),
            json!({ "exp": second("exp", 1) }),
            json!({ "exp": i64::MAX }),
            json!({ "nbf": second("nbf", 120) }),
            json!({ "nbf": null }),
            json!({ "iat": second("iat", 600), "exp": second("exp", 600) }),
            json!({ "iat": null }),
        ]
        .iter()
        .map(|change| self.claims(change))
        .chain([self.moved(-1000), self.moved(600), self.with_duplicate()])
        .collect()
    }

    fn with_duplicate(&self) -> String {
        let claims = self.claims.to_string();
        self.sign(
            &self.header.to_string(),
            &claims.replacen('{', r#"{"exp":1,"#, 1),
        )
    }

    /// Signed with HMAC, the public key being the secret.
    fn confused(&self, public: &str) -> Vec<String> {
        let header = changed(&self.header, &json!({ "alg": "HS256" })).to_string();
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(self.claims.to_string())
        );
        let raw = URL_SAFE_NO_PAD.decode(public).expect("base64url");
        [public.as_bytes(), &raw]
            .map(|secret| {
                let tag = hmac::sign(
                    &hmac::Key::new(hmac::HMAC_SHA256, secret),
                    message.as_bytes(),
                );
                format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
            })
            .to_vec()
    }
}

fn changed(object: &Value, change: &Value) -> Value {
    let mut object = object.clone();
    for (name, value) in change.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
    if let Some(members) = object.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    object
}

/// The same token with its text damaged.
fn damaged(token: &str) -> Vec<String> {
    let (message, signature) = token.rsplit_once('.').expect("a token has dots");
    let (header, claims) = message.split_once('.').expect("a token has dots");
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let mut all = vec![
        format!("{message}."),
        message.to_owned(),
        header.to_owned(),
        format!(".{claims}.{signature}"),
        format!("{header}..{signature}"),
        format!("{message}.{flipped}{}", &signature[1..]),
        format!("{token}="),
        format!("{token}A"),
        format!("{token}.{signature}"),
        format!(
            "{}.{claims}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#)
        ),
        format!("x{token}"),
        "x".repeat(5000),
        "a.b.c".to_owned(),
        "null".to_owned(),
    ];
    all.extend((1..=8).map(|cut| token[..token.len() - cut].to_owned()));
    all
}

/// A body without what differs from request to request.
fn timeless(reply: &Reply) -> Value {
    let mut body = reply.json();
    body["request_id"] = Value::Null;
    body["instance"] = Value::Null;
    body
}

fn whatever_is_wrong_with_a_token_the_answer_is_the_same(server: &TestServer) {
    let world = World::new(server, "tokens");
    let token = &world.owner.token;
    let forger = Forger::new(server, token);
    // The forger's own work is good, so a refusal is about what was changed.
    let _ = server
        .get("/me")
        .bearer(forger.claims(&json!({ "org": "ignored" })))
        .expect(200);
    let _ = server.get("/me").bearer(forger.moved(-60)).expect(200);

    let keys = server.get("/.well-known/jwks.json").expect(200);
    let mut tokens = forger.wrong_headers();
    tokens.extend(forger.wrong_claims());
    tokens.extend(forger.confused(&keys.string("/keys/0/x")));
    tokens.extend(damaged(token));
    tokens.push(world.api_key(server, &world.owner, "no token").raw);
    for (path, refusal) in [("/me", BAD_TOKEN), (&world.path(""), BAD_TOKEN)] {
        let expected = timeless(&refusal.of(server.get(path).bearer("x.y.z")));
        for token in &tokens {
            assert_eq!(
                timeless(&refusal.of(server.get(path).bearer(token))),
                expected,
                "{token}"
            );
        }
    }
    tokens.pop();
    for token in &tokens {
        BAD_CREDENTIAL.of(server.get(&world.path("/projects")).bearer(token));
    }
}

fn a_token_of_another_deployment_is_worth_nothing(server: &TestServer) {
    let other = own(server).start();
    let user = other.user("elsewhere");
    let _ = other.get("/me").bearer(&user.token).expect(200);
    BAD_TOKEN.of(server.get("/me").bearer(&user.token));
}

fn a_token_ends_when_it_said_it_would(server: &TestServer) {
    let brief = own(server)
        .setting("SAAS_API_ACCESS_TOKEN_TTL_SECONDS", "1")
        .setting("SAAS_API_TOKENS__LEEWAY_SECONDS", "0")
        .start();
    let email = brief.user("brief").email;
    let token = brief.login(&email);
    let _ = brief.get("/me").bearer(&token).expect(200);
    std::thread::sleep(std::time::Duration::from_millis(2100));
    BAD_TOKEN.of(brief.get("/me").bearer(&token));
}

fn damaged_api_keys_are_refused_alike(server: &TestServer) {
    let world = World::new(server, "keys");
    let (key, other) = (
        world.api_key(server, &world.owner, "one").raw,
        world.api_key(server, &world.owner, "two").raw,
    );
    let (id, secret) = (&key[..28], &other[28..]);
    let upper = key.to_uppercase();
    let expected =
        timeless(&BAD_CREDENTIAL.of(server.get(&world.path("/projects")).bearer("nonsense")));
    let brand = key.replacen("saas_", "demo_", 1);
    for wrong in [
        &format!("{id}{secret}"),
        &upper,
        &key[..76],
        &format!("{key}x"),
        &brand,
        &key[5..],
    ] {
        let reply = BAD_CREDENTIAL.of(server.get(&world.path("/projects")).bearer(wrong));
        assert_eq!(timeless(&reply), expected, "{wrong}");
    }
}

on_both!(
    whatever_is_wrong_with_a_token_the_answer_is_the_same,
    a_token_of_another_deployment_is_worth_nothing,
    a_token_ends_when_it_said_it_would,
    damaged_api_keys_are_refused_alike,
);
