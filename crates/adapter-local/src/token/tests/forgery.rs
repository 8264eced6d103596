//! Tokens that no key of ours signed, or whose text was changed.

use super::*;
use jsonwebtoken::{Algorithm as Jose, EncodingKey, crypto};
use proptest::prelude::*;

fn verify(token: &str) -> Option<UserId> {
    tokens(Algorithm::EdDsa).verify(token, NOW)
}

#[test]
fn a_public_key_is_not_taken_for_a_secret() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Rs256, Algorithm::Es256] {
        let tokens = tokens(algorithm);
        let jwk = tokens.jwks()["keys"][0].clone();
        let members = ["x", "y", "n"].map(|member| jwk[member].as_str().unwrap_or_default());
        let mut secrets: Vec<Vec<u8>> = vec![Vec::new(), jwk.to_string().into_bytes()];
        for member in members {
            secrets.push(member.as_bytes().to_vec());
            secrets.push(URL_SAFE_NO_PAD.decode(member).unwrap());
        }
        for alg in ["HS256", "HS384", "HS512", algorithm.name()] {
            let header = with(good_header(&key(algorithm)), "alg", json!(alg));
            let message = format!(
                "{}.{}",
                encoded(&header),
                encoded(&good_claims().to_string())
            );
            for secret in &secrets {
                for hash in [Jose::HS256, Jose::HS384, Jose::HS512] {
                    let forger = EncodingKey::from_secret(secret);
                    let signature = crypto::sign(message.as_bytes(), &forger, hash).unwrap();
                    assert_eq!(tokens.verify(&format!("{message}.{signature}"), NOW), None);
                }
            }
        }
    }
}

#[test]
fn hs384_with_the_right_secret_is_refused() {
    for alg in ["HS256", "HS384"] {
        let header = with(good_header(&key(Algorithm::Hs256)), "alg", json!(alg));
        let message = format!(
            "{}.{}",
            encoded(&header),
            encoded(&good_claims().to_string())
        );
        let secret = EncodingKey::from_secret(SECRET);
        let signature = crypto::sign(message.as_bytes(), &secret, Jose::HS384).unwrap();
        assert_eq!(
            tokens(Algorithm::Hs256).verify(&format!("{message}.{signature}"), NOW),
            None
        );
    }
}

#[test]
fn a_key_of_the_set_does_not_vouch_for_another_keys_id() {
    let (ed, es) = (key(Algorithm::EdDsa), key(Algorithm::Es256));
    let both = KeySet::new(ed.clone()).with_verification_key(es.verification_key().clone());
    let tokens = with_keys(both);
    let claims = good_claims().to_string();
    assert!(
        tokens
            .verify(&signed(&es, &good_header(&es).to_string(), &claims), NOW)
            .is_some()
    );
    assert!(
        tokens
            .verify(&signed(&es, &good_header(&ed).to_string(), &claims), NOW)
            .is_none()
    );
    let mixed = with(good_header(&es), "alg", json!("EdDSA"));
    assert!(tokens.verify(&signed(&ed, &mixed, &claims), NOW).is_none());
}

#[test]
fn a_stranger_who_uses_our_key_id_is_refused() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let (ours, stranger) = (key(algorithm), new_key(algorithm));
        let token = signed(
            &stranger,
            &good_header(&ours).to_string(),
            &good_claims().to_string(),
        );
        assert_eq!(tokens(algorithm).verify(&token, NOW), None);
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let token = issue(&tokens(Algorithm::EdDsa));
    let (message, _) = token.rsplit_once('.').unwrap();
    let claims = message.split_once('.').unwrap().1;
    for forged in [
        message.to_owned(),
        format!("{message}."),
        format!("{message}.AA"),
        format!(".{claims}."),
        "..".into(),
        "...".into(),
        ".".into(),
        String::new(),
    ] {
        assert_eq!(verify(&forged), None, "{forged}");
    }
    for alg in ["none", "None", "nOnE", "NONE"] {
        let header = encoded(&with(
            good_header(&key(Algorithm::EdDsa)),
            "alg",
            json!(alg),
        ));
        assert_eq!(verify(&format!("{header}.{claims}.")), None);
        assert_eq!(verify(&format!("{header}.{claims}")), None);
    }
}

#[test]
fn a_token_cut_at_any_length_is_refused() {
    for algorithm in ALL {
        let tokens = tokens(algorithm);
        let token = issue(&tokens);
        for length in 0..token.len() {
            assert_eq!(
                tokens.verify(&token[..length], NOW),
                None,
                "{algorithm:?} {length}"
            );
            assert_eq!(
                tokens.verify(&token[length + 1..], NOW),
                None,
                "{algorithm:?} {length}"
            );
        }
    }
}

#[test]
fn anything_added_to_a_token_is_refused() {
    for algorithm in ALL {
        let tokens = tokens(algorithm);
        let token = issue(&tokens);
        for extra in [
            "=", "==", "A", "AA", "AAAA", ".", " ", "\n", "\0", "é", ".AAAA", "%00",
        ] {
            assert_eq!(
                tokens.verify(&format!("{token}{extra}"), NOW),
                None,
                "{extra:?}"
            );
            assert_eq!(
                tokens.verify(&format!("{extra}{token}"), NOW),
                None,
                "{extra:?}"
            );
            let within = token.replace('.', &format!("{extra}."));
            assert_eq!(tokens.verify(&within, NOW), None, "{extra:?}");
        }
        assert_eq!(tokens.verify(&format!("Bearer {token}"), NOW), None);
    }
}

#[test]
fn another_base64_text_of_the_same_bytes_is_refused() {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // 64 bytes of signature leave four unused bits in the last character.
    let token = issue(&tokens(Algorithm::EdDsa));
    let last = token.chars().last().unwrap();
    for other in ALPHABET.chars().filter(|other| *other != last) {
        assert_eq!(
            verify(&format!("{}{other}", &token[..token.len() - 1])),
            None,
            "{other}"
        );
    }
    let standard = token.replace('-', "+").replace('_', "/");
    assert_eq!(verify(&standard).is_some(), standard == token);
}

#[test]
fn a_token_that_is_too_long_is_refused_even_with_a_genuine_signature() {
    let key = key(Algorithm::EdDsa);
    let of_size = |padding: usize| {
        let claims = with(good_claims(), "padding", json!("p".repeat(padding)));
        signed(&key, &good_header(&key).to_string(), &claims)
    };
    let (fits, long, huge) = (of_size(2_500), of_size(2_900), of_size(64 * 1_024));
    assert!(fits.len() <= 4_096 && long.len() > 4_096 && huge.len() > 65_536);
    assert!(verify(&fits).is_some());
    assert_eq!((verify(&long), verify(&huge)), (None, None));
    assert_eq!(verify(&".".repeat(4_096)), None);
}

#[test]
fn every_changed_character_is_refused() {
    let token = issue(&tokens(Algorithm::EdDsa));
    for at in 0..token.len() {
        for new in ["A", "z", "0", "-", "."] {
            let changed = format!("{}{new}{}", &token[..at], &token[at + 1..]);
            assert_eq!(verify(&changed).is_some(), changed == token, "{at} {new}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_at_all_is_a_token(text in any::<String>()) {
        prop_assert_eq!(verify(&text), None);
    }

    #[test]
    fn nothing_of_the_right_form_is_a_token(
        text in "[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,90}"
    ) {
        prop_assert_eq!(verify(&text), None);
    }

    #[test]
    fn no_signed_text_is_a_token(header in "\\PC{0,60}", claims in "\\PC{0,60}") {
        prop_assert_eq!(verify(&signed(&key(Algorithm::EdDsa), &header, &claims)), None);
    }

    #[test]
    fn no_value_of_any_claim_does_harm(claim in 0_usize..8, text in any::<String>(), number in any::<i64>()) {
        let name = ["iss", "aud", "sub", "jti", "token_type", "iat", "nbf", "exp"][claim];
        let key = key(Algorithm::EdDsa);
        for value in [json!(text), json!(number)] {
            let token = signed(&key, &good_header(&key).to_string(), &with(good_claims(), name, value));
            let changes_nothing = name == "jti" && !text.is_empty() || name == "nbf" && number <= NOW.unix_timestamp();
            prop_assert!(verify(&token).is_none() || changes_nothing);
        }
    }
}
