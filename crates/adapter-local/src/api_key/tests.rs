use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

fn mint() -> ApiKeyMint {
    ApiKeyMint::new(Brand::default(), b"root secret of these tests")
}

#[test]
fn a_new_key_has_the_documented_form_and_is_recognised() {
    let key = mint().mint();
    assert_eq!(key.raw.len(), 4 + 1 + 22 + 1 + 43 + 6);
    let parts: Vec<&str> = key.raw.split('_').collect();
    assert_eq!(parts.len(), 3);
    assert_eq!((parts[0], parts[1]), ("saas", key.key_id.as_str()));
    assert_eq!(parts[2].len(), 49);
    assert!(mint().recognise(&key.raw) == Some((key.key_id.clone(), key.digest)));
}

#[test]
fn the_checksum_is_the_crc_32_of_everything_before_it() {
    let raw = format!("saas_{}_{}", "A".repeat(22), "b".repeat(43));
    let sealed = |sum: &str| format!("{raw}{sum}");
    let sum = String::from_utf8(base62::digits::<6>(crc32fast::hash(raw.as_bytes())).to_vec());
    assert!(mint().recognise(&sealed(&sum.unwrap())).is_some());
    assert!(mint().recognise(&sealed("000000")).is_none());
}

#[test]
fn a_right_checksum_does_not_excuse_a_wrong_form() {
    let sealed = |raw: String| {
        let sum = base62::digits::<6>(crc32fast::hash(raw.as_bytes()));
        raw + std::str::from_utf8(&sum).unwrap()
    };
    let key = |id: &str, secret: &str| mint().recognise(&sealed(format!("saas_{id}_{secret}")));
    let (id, secret) = ("A".repeat(22), "b".repeat(43));
    assert!(key(&id, &secret).is_some());
    for wrong in ["-", "_", "+", " ", "\n", "\0", "\u{7f}"] {
        assert!(
            key(&id, &format!("{wrong}{}", &secret[1..])).is_none(),
            "{wrong:?}"
        );
        assert!(
            key(&format!("{wrong}{}", &id[1..]), &secret).is_none(),
            "{wrong:?}"
        );
    }
    assert!(key(&id, &format!("é{}", &secret[2..])).is_none());
    assert!(key(&id[1..], &secret).is_none() && key(&id, &secret[1..]).is_none());
    assert!(key(&format!("{id}A"), &secret).is_none());
    assert!(key(&id, &format!("{secret}b")).is_none());
}

#[test]
fn a_hundred_thousand_keys_are_all_different() {
    let mint = mint();
    let keys: Vec<NewKey> = (0..100_000).map(|_| mint.mint()).collect();
    let ids: HashSet<&str> = keys.iter().map(|key| key.key_id.as_str()).collect();
    let secrets: HashSet<&str> = keys.iter().map(|key| &key.raw[28..71]).collect();
    let digests: HashSet<&[u8; 32]> = keys.iter().map(|key| key.digest.as_bytes()).collect();
    assert_eq!(
        (ids.len(), secrets.len(), digests.len()),
        (100_000, 100_000, 100_000)
    );
}

#[test]
fn every_edit_of_a_single_character_is_noticed() {
    let mint = mint();
    let raw = mint.mint().raw;
    for at in 0..raw.len() {
        for new in 0..=127_u8 {
            let mut edited = raw.clone().into_bytes();
            let old = std::mem::replace(&mut edited[at], new);
            let edited = String::from_utf8(edited).unwrap();
            assert_eq!(mint.recognise(&edited).is_some(), old == new, "{at} {new}");
        }
    }
}

#[test]
fn every_single_deletion_and_insertion_is_noticed() {
    let mint = mint();
    let raw = mint.mint().raw;
    for at in 0..=raw.len() {
        let (before, after) = raw.split_at(at);
        for inserted in ["0", "a", "_", " ", "\0", "é"] {
            assert!(
                mint.recognise(&format!("{before}{inserted}{after}"))
                    .is_none(),
                "{at}"
            );
        }
        if let Some(rest) = after.get(1..) {
            assert!(mint.recognise(&format!("{before}{rest}")).is_none(), "{at}");
        }
    }
}

#[test]
fn a_key_of_another_brand_is_not_recognised() {
    let other = ApiKeyMint::new(
        Brand::parse("saas2").unwrap(),
        b"root secret of these tests",
    );
    assert!(mint().recognise(&other.mint().raw).is_none());
    assert!(other.recognise(&mint().mint().raw).is_none());
}

#[test]
fn keys_of_one_kind_are_no_keys_of_another() {
    let root = b"root secret of these tests";
    let operators = ApiKeyMint::of_operators(Brand::default(), root);
    let tokens = ApiKeyMint::of_bootstrap_tokens(Brand::default(), root);
    let mints = [mint(), operators, tokens];
    let keys = [0, 1, 2].map(|kind| mints[kind].mint().raw);
    assert!(keys[1].starts_with("saasop_") && keys[2].starts_with("saasboot_"));
    for (kind, mint) in mints.iter().enumerate() {
        let recognised = keys.iter().map(|key| mint.recognise(key).is_some());
        assert!(
            recognised.eq([0, 1, 2].map(|other| other == kind)),
            "{kind}"
        );
    }
}

#[test]
fn one_secret_gives_each_kind_digests_of_its_own() {
    // A brand that looks like another kind: the same text, and two kinds that could be meant.
    let (root, brand) = (
        b"root secret of these tests",
        Brand::parse("saasop").unwrap(),
    );
    let operators = ApiKeyMint::of_operators(Brand::default(), root);
    let key = operators.mint();
    let (_, digest) = ApiKeyMint::new(brand, root).recognise(&key.raw).unwrap();
    assert!(digest != key.digest);
}

#[test]
fn digests_depend_on_the_root_secret_and_on_the_whole_key() {
    let key = mint().mint();
    let other = ApiKeyMint::new(Brand::default(), b"another root secret");
    let (id, digest) = other.recognise(&key.raw).unwrap();
    assert_eq!(id, key.key_id);
    assert!(digest != key.digest);
    assert_ne!(
        key.digest.as_bytes(),
        blake3::hash(key.raw.as_bytes()).as_bytes()
    );
}

#[test]
fn the_digest_of_a_known_key_never_changes() {
    let raw = format!("saas_{}_{}", "A".repeat(22), "b".repeat(43));
    let key = blake3::derive_key(
        "saas-api 2026 api-key digest v1",
        b"root secret of these tests",
    );
    let expected = blake3::keyed_hash(&key, raw.as_bytes());
    assert_eq!(mint().digest(&raw).as_bytes(), expected.as_bytes());
}

#[test]
fn debug_shows_no_key() {
    assert_eq!(
        format!("{:?}", mint()),
        r#"ApiKeyMint { brand: Brand("saas"), .. }"#
    );
}

proptest! {
    #[test]
    fn no_text_is_recognised_that_was_not_minted(raw in "\\PC{0,90}") {
        prop_assert!(mint().recognise(&raw).is_none());
    }

    #[test]
    fn no_text_of_the_right_form_is_recognised_by_chance(
        raw in "saas_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}"
    ) {
        // One in 2^32 would be; a run that meets it is a run that does not check.
        prop_assert!(mint().recognise(&raw).is_none());
    }

    #[test]
    fn multi_byte_characters_anywhere_do_no_harm(at in 0_usize..77, c in proptest::char::any()) {
        let raw = mint().mint().raw;
        let edited = format!("{}{c}{}", &raw[..at], &raw[at + 1..]);
        prop_assert_eq!(mint().recognise(&edited).is_some(), edited == raw);
    }
}
