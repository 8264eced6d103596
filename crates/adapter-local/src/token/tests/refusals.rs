//! Tokens with a genuine signature whose header or claims are not what they should be.

use super::*;

fn refused(header: &str, claims: &str) {
    let token = signed(&key(Algorithm::EdDsa), header, claims);
    assert_eq!(
        tokens(Algorithm::EdDsa).verify(&token, NOW),
        None,
        "{header} {claims}"
    );
}

fn refused_header(header: &str) {
    refused(header, &good_claims().to_string());
}

fn refused_claims(claims: &str) {
    refused(&good_header(&key(Algorithm::EdDsa)).to_string(), claims);
}

fn header() -> Value {
    good_header(&key(Algorithm::EdDsa))
}

#[test]
fn the_unchanged_header_and_claims_are_accepted() {
    let token = signed(
        &key(Algorithm::EdDsa),
        &header().to_string(),
        &good_claims().to_string(),
    );
    assert!(tokens(Algorithm::EdDsa).verify(&token, NOW).is_some());
}

#[test]
fn headers_with_another_algorithm_are_refused() {
    for alg in [
        "none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS256", "ES256", "PS256",
        "eddsa", "Ed25519", "",
    ] {
        refused_header(&with(header(), "alg", json!(alg)));
    }
    for alg in [
        json!(null),
        json!(1),
        json!(["EdDSA"]),
        json!({"EdDSA": null}),
    ] {
        refused_header(&with(header(), "alg", alg));
    }
}

#[test]
fn headers_of_another_type_are_refused() {
    for typ in [
        json!(null),
        json!("JWT"),
        json!("jwt"),
        json!("AT+JWT"),
        json!("refresh+jwt"),
        json!("invite+jwt"),
        json!("application/at+jwt"),
        json!(""),
        json!(1),
    ] {
        refused_header(&with(header(), "typ", typ));
    }
}

#[test]
fn headers_that_name_no_key_of_ours_are_refused() {
    let unknown = new_key(Algorithm::EdDsa)
        .verification_key()
        .kid()
        .to_owned();
    for kid in [
        json!(null),
        json!(""),
        json!(unknown),
        json!("../../../../dev/null"),
        json!("/etc/passwd"),
        json!("file:///dev/null"),
        json!("' OR 1=1 --"),
        json!("x'; DROP TABLE keys; --"),
        json!("\0"),
        json!(format!("{}\0", header()["kid"].as_str().unwrap())),
        json!(0),
        json!(["a"]),
        json!({"a": 1}),
        json!(true),
        json!("k".repeat(2_000)),
    ] {
        refused_header(&with(header(), "kid", kid));
    }
}

#[test]
fn headers_that_bring_a_key_or_demand_anything_are_refused() {
    let jwk = tokens(Algorithm::EdDsa).jwks()["keys"][0].clone();
    for (member, value) in [
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("jwk", jwk),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
        ("unheard-of", json!(1)),
    ] {
        refused_header(&with(header(), member, value));
    }
}

#[test]
fn headers_with_duplicate_members_are_refused() {
    let header = header().to_string();
    for member in [
        r#""alg":"EdDSA""#,
        r#""alg":"none""#,
        r#""al\u0067":"EdDSA""#,
        r#""typ":"at+jwt""#,
        r#""kid":"x""#,
    ] {
        refused_header(&header.replacen('{', &format!("{{{member},"), 1));
    }
}

#[test]
fn claims_with_duplicate_members_are_refused() {
    let claims = good_claims().to_string();
    for member in [
        r#""exp":99999999999"#,
        r#""sub":"x""#,
        r#""s\u0075b":"x""#,
        r#""aud":"saas-api""#,
        r#""iat":0"#,
    ] {
        refused_claims(&claims.replacen('{', &format!("{{{member},"), 1));
    }
}

#[test]
fn a_missing_claim_is_refused_whichever_it_is() {
    for claim in [
        "iss",
        "aud",
        "sub",
        "iat",
        "nbf",
        "exp",
        "jti",
        "token_type",
    ] {
        refused_claims(&with(good_claims(), claim, Value::Null));
        refused_claims(&good_claims().to_string().replace(
            &format!("\"{claim}\""),
            &format!("\"{}\"", claim.to_uppercase()),
        ));
    }
}

#[test]
fn times_that_are_no_integers_are_refused() {
    // As an integer, this would do for each of the three.
    let soon = NOW.unix_timestamp() + 1;
    for claim in ["exp", "nbf", "iat"] {
        let key = key(Algorithm::EdDsa);
        let claims = with(good_claims(), claim, json!(soon));
        let token = signed(&key, &header().to_string(), &claims);
        assert!(
            tokens(Algorithm::EdDsa).verify(&token, NOW).is_some(),
            "{claim}"
        );
    }
    for claim in ["exp", "nbf", "iat"] {
        for value in [
            json!(soon.to_string()),
            json!("never"),
            json!(1.5),
            json!(true),
            json!([soon]),
            json!({"at": soon}),
            json!(""),
            json!(u64::MAX),
            json!(1e300),
        ] {
            refused_claims(&with(good_claims(), claim, value));
        }
        let text = with(good_claims(), claim, json!(-424_242));
        for value in [
            format!("{soon}.0"),
            "1e9".into(),
            "null".into(),
            format!("0{soon}"),
            "NaN".into(),
            "9".repeat(400),
        ] {
            refused_claims(&text.replace("-424242", &value));
        }
    }
}

#[test]
fn times_out_of_bounds_are_refused() {
    let now = NOW.unix_timestamp();
    for (claim, value) in [
        ("exp", now - 5),
        ("exp", now - 60),
        ("exp", 0),
        ("exp", -1),
        ("exp", i64::MIN),
        ("exp", i64::MAX),
        ("nbf", now + 6),
        ("nbf", now + 3_600),
        ("nbf", i64::MAX),
        ("iat", now + 6),
        ("iat", now + 600),
        ("iat", i64::MAX),
        ("iat", i64::MIN),
    ] {
        refused_claims(&with(good_claims(), claim, json!(value)));
    }
}

#[test]
fn a_lifetime_longer_than_the_policy_or_of_no_time_is_refused() {
    let now = NOW.unix_timestamp();
    refused_claims(&with(good_claims(), "exp", json!(now + 901)));
    refused_claims(&with(good_claims(), "iat", json!(now - 1)));
    refused_claims(&with(good_claims(), "exp", json!(now + 86_400 * 365)));
    let never = with(good_claims(), "exp", json!(now));
    refused_claims(&never);
    let inverted = with(good_claims(), "iat", json!(now + 4));
    refused_claims(&inverted.replace(&(now + 900).to_string(), &(now + 3).to_string()));
}

#[test]
fn other_issuers_audiences_and_kinds_are_refused() {
    for (claim, value) in [
        ("aud", json!(["saas-api"])),
        ("aud", json!([])),
        ("aud", json!("")),
        ("aud", json!("saas-api ")),
        ("aud", json!("SAAS-API")),
        ("aud", json!("other")),
        ("aud", json!({"saas-api": 1})),
        ("iss", json!("https://api.example/")),
        ("iss", json!("https://evil.example")),
        ("iss", json!(["https://api.example"])),
        ("iss", json!("")),
        ("token_type", json!("refresh")),
        ("token_type", json!("invite")),
        ("token_type", json!("Access")),
        ("token_type", json!(["access"])),
        ("jti", json!("")),
        ("jti", json!(1)),
    ] {
        refused_claims(&with(good_claims(), claim, value));
    }
}

#[test]
fn subjects_that_are_no_canonical_uuid_are_refused() {
    for sub in [
        String::new(),
        "admin".into(),
        USER.to_string().to_uppercase(),
        USER.simple().to_string(),
        USER.urn().to_string(),
        USER.braced().to_string(),
        format!("{USER} "),
        format!("{USER}\0"),
        "' OR 1=1 --".into(),
    ] {
        refused_claims(&with(good_claims(), "sub", json!(sub)));
    }
    refused_claims(&with(good_claims(), "sub", json!(7)));
}

#[test]
fn parts_that_are_no_json_object_are_refused() {
    let header_text = header().to_string();
    let in_order = |object: &Value, members: &[&str]| {
        json!(
            members
                .iter()
                .map(|member| object[member].clone())
                .collect::<Vec<_>>()
        )
        .to_string()
    };
    refused_header(&in_order(&header(), &["typ", "alg", "kid"]));
    refused_claims(&in_order(
        &good_claims(),
        &[
            "iss",
            "aud",
            "sub",
            "iat",
            "nbf",
            "exp",
            "jti",
            "token_type",
        ],
    ));
    for text in [
        "",
        "null",
        "1",
        "\"\"",
        "[]",
        "{}",
        "{",
        "\u{feff}{}",
        "{\"a\":",
    ] {
        refused_header(text);
        refused_claims(text);
    }
    refused_header(&format!("{header_text}x"));
    refused_header(&format!("{header_text}{header_text}"));
    refused_claims(&format!("{}\0", good_claims()));
    refused_claims(&"[".repeat(2_000));
}
