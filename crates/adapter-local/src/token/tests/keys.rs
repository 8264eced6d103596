//! Reading keys, rotating them and publishing them.

use super::*;
use crate::token::{KeyError, VerificationKey};
use std::collections::BTreeSet;

fn public_pem(algorithm: Algorithm, private_pem: &str) -> String {
    use aws_lc_rs::{
        encoding::{AsDer, PublicKeyX509Der},
        signature::{
            ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair,
        },
    };
    let der = pem::parse(private_pem).unwrap().into_contents();
    let public: PublicKeyX509Der = match algorithm {
        Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(&der)
            .unwrap()
            .public_key()
            .as_der(),
        Algorithm::Es256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)
            .unwrap()
            .public_key()
            .as_der(),
        _ => RsaKeyPair::from_pkcs8(&der).unwrap().public_key().as_der(),
    }
    .unwrap();
    pem::encode(&pem::Pem::new("PUBLIC KEY", public.as_ref()))
}

#[test]
fn a_public_key_verifies_what_its_private_key_signed() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Rs256, Algorithm::Es256] {
        let private = generate(algorithm).unwrap();
        let signing = SigningKey::from_pem(&private).unwrap();
        let token = issue(&with_keys(KeySet::new(signing.clone())));
        let stranger = with_keys(KeySet::new(key(Algorithm::Hs256)));
        assert_eq!(stranger.verify(&token, NOW), None);
        for pem in [public_pem(algorithm, &private), private.to_string()] {
            let public = VerificationKey::from_pem(&pem).unwrap();
            assert_eq!(public.algorithm(), algorithm);
            assert_eq!(public.kid(), signing.verification_key().kid());
            let keys = KeySet::new(key(Algorithm::Hs256)).with_verification_key(public);
            assert!(
                with_keys(keys).verify(&token, NOW).is_some(),
                "{algorithm:?}"
            );
        }
    }
}

#[test]
fn the_id_of_a_public_key_is_its_thumbprint() {
    // Key and thumbprint of RFC 8037, appendix A.
    let prefix = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let x = URL_SAFE_NO_PAD
        .decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        .unwrap();
    let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", [&prefix[..], &x].concat()));
    let key = VerificationKey::from_pem(&pem).unwrap();
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn the_id_of_a_secret_depends_on_it_and_does_not_show_it() {
    let kid = |secret: &[u8]| {
        VerificationKey::from_secret(secret)
            .unwrap()
            .kid()
            .to_owned()
    };
    assert_eq!(kid(SECRET), kid(SECRET));
    assert_ne!(kid(SECRET), kid(&[9; 32]));
    assert_ne!(
        kid(SECRET),
        URL_SAFE_NO_PAD.encode(blake3::hash(SECRET).as_bytes())
    );
    assert_ne!(kid(SECRET), URL_SAFE_NO_PAD.encode(SECRET));
}

#[test]
fn two_keys_overlap_and_a_removed_one_is_refused() {
    let (old, new) = (new_key(Algorithm::EdDsa), new_key(Algorithm::EdDsa));
    let before =
        with_keys(KeySet::new(old.clone()).with_verification_key(new.verification_key().clone()));
    let during =
        with_keys(KeySet::new(new.clone()).with_verification_key(old.verification_key().clone()));
    let after = with_keys(KeySet::new(new.clone()));
    let (by_old, by_new) = (issue(&before), issue(&during));
    assert_eq!(part(&by_old, 0)["kid"], old.verification_key().kid());
    assert_eq!(part(&by_new, 0)["kid"], new.verification_key().kid());
    for tokens in [&before, &during] {
        assert!(tokens.verify(&by_old, NOW).is_some() && tokens.verify(&by_new, NOW).is_some());
    }
    assert!(after.verify(&by_old, NOW).is_none() && after.verify(&by_new, NOW).is_some());
}

#[test]
fn a_key_is_in_the_set_once() {
    let key = key(Algorithm::EdDsa);
    let keys = KeySet::new(key.clone()).with_verification_key(key.verification_key().clone());
    assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn the_published_set_holds_public_members_only() {
    let keys = ALL.map(key);
    let mut set = KeySet::new(keys[3].clone());
    for key in &keys {
        set = set.with_verification_key(key.verification_key().clone());
    }
    let jwks = with_keys(set).jwks();
    let published = jwks["keys"].as_array().unwrap();
    let expected: [(&str, &[&str]); 3] = [
        ("EdDSA", &["alg", "crv", "kid", "kty", "use", "x"]),
        ("RS256", &["alg", "e", "kid", "kty", "n", "use"]),
        ("ES256", &["alg", "crv", "kid", "kty", "use", "x", "y"]),
    ];
    assert_eq!(published.len(), expected.len());
    for (jwk, (alg, members)) in published.iter().zip(expected) {
        let found: BTreeSet<&str> = jwk
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(found, members.iter().copied().collect());
        assert_eq!(
            (jwk["alg"].as_str(), jwk["use"].as_str()),
            (Some(alg), Some("sig"))
        );
    }
    let text = jwks.to_string();
    let secret = URL_SAFE_NO_PAD.encode(SECRET);
    let kid = keys[3].verification_key().kid();
    assert!(
        !text.contains(&secret) && !text.contains(kid) && !text.contains("oct"),
        "{text}"
    );
}

#[test]
fn a_set_of_a_secret_publishes_nothing() {
    assert_eq!(tokens(Algorithm::Hs256).jwks(), json!({"keys": []}));
}

#[test]
fn what_is_no_usable_key_is_refused() {
    let private = generate(Algorithm::EdDsa).unwrap();
    let block = |tag: &str, der: &[u8]| pem::encode(&pem::Pem::new(tag, der));
    let der = pem::parse(private.as_str()).unwrap().into_contents();
    let public = public_pem(Algorithm::EdDsa, &private);
    for (pem, error) in [
        (String::new(), KeyError::NotPem),
        ("canary".into(), KeyError::NotPem),
        (block("RSA PRIVATE KEY", &der), KeyError::WrongBlock),
        (block("CERTIFICATE", &der), KeyError::WrongBlock),
        (block("PRIVATE KEY", b""), KeyError::Unsupported),
        (block("PRIVATE KEY", &der[..40]), KeyError::Unsupported),
        (p384(), KeyError::Unsupported),
    ] {
        assert_eq!(SigningKey::from_pem(&pem).err(), Some(error), "{pem}");
        assert_eq!(VerificationKey::from_pem(&pem).err(), Some(error), "{pem}");
    }
    assert_eq!(
        SigningKey::from_pem(&public).err(),
        Some(KeyError::WrongBlock)
    );
    let cut = block("PUBLIC KEY", &pem::parse(&public).unwrap().contents()[..20]);
    assert_eq!(
        VerificationKey::from_pem(&cut).err(),
        Some(KeyError::Unsupported)
    );
    assert_eq!(
        SigningKey::from_secret(&[1; 31]).err(),
        Some(KeyError::ShortSecret)
    );
}

fn p384() -> String {
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
    };
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new());
    pem::encode(&pem::Pem::new("PRIVATE KEY", der.unwrap().as_ref()))
}

#[test]
fn public_keys_of_other_curves_and_points_off_the_curve_are_refused() {
    let ec = |curve: &[u8], point: &[u8]| {
        let sequence = |tag: u8, parts: &[&[u8]]| {
            let content = parts.concat();
            [&[tag, u8::try_from(content.len()).unwrap()][..], &content].concat()
        };
        let oid = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
        let bits = sequence(0x03, &[&[0x00], point]);
        let spki = sequence(0x30, &[&sequence(0x30, &[&oid, curve]), &bits]);
        pem::encode(&pem::Pem::new("PUBLIC KEY", spki))
    };
    let p256 = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let p384 = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
    let jwk = tokens(Algorithm::Es256).jwks()["keys"][0].clone();
    let [x, y] = ["x", "y"].map(|c| URL_SAFE_NO_PAD.decode(jwk[c].as_str().unwrap()).unwrap());
    let good = [&[4][..], &x, &y].concat();
    let mut off = good.clone();
    off[64] ^= 1;
    assert!(VerificationKey::from_pem(&ec(&p256, &good)).is_ok());
    for (curve, point) in [(&p256[..], off), (&p384[..], [&[4][..], &[1; 96]].concat())] {
        let refused = VerificationKey::from_pem(&ec(curve, &point)).err();
        assert_eq!(refused, Some(KeyError::Unsupported));
    }
}

#[test]
fn an_rsa_public_key_below_2048_bits_is_refused() {
    let modulus = [&[0x02, 0x81, 0x81, 0x00][..], &[0xc5; 128]].concat();
    let pkcs1 = [
        &[0x30, 0x81, 0x89][..],
        &modulus,
        &[0x02, 0x03, 0x01, 0x00, 0x01],
    ]
    .concat();
    let bits = [&[0x03, 0x81, 0x8d, 0x00][..], &pkcs1].concat();
    let rsa = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    let spki = [&[0x30, 0x81, 0x9f][..], &rsa, &bits].concat();
    let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", spki));
    assert!(
        jsonwebtoken::DecodingKey::from_rsa_pem(pem.as_bytes()).is_ok(),
        "well-formed"
    );
    assert_eq!(
        VerificationKey::from_pem(&pem).err(),
        Some(KeyError::Unsupported)
    );
}

#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?}", key(Algorithm::Hs256));
    assert!(
        !shown.contains("0123456789") && shown.contains("redacted"),
        "{shown}"
    );
}
