use super::*;
use std::time::Instant;

const SMALL: Argon2Params = Argon2Params {
    memory_kib: 64,
    iterations: 1,
    parallelism: 1,
};

fn hasher(params: Argon2Params) -> Argon2Hasher {
    Argon2Hasher::new(
        params,
        Limits {
            threads: 2,
            queue: 8,
        },
    )
    .unwrap()
}

fn password() -> Password {
    Password::new("correct horse battery staple")
}

#[tokio::test]
async fn a_password_matches_its_own_hash_and_no_other_does() {
    let hasher = hasher(SMALL);
    let hash = hasher.hash(&password()).await.unwrap();
    assert!(
        hash.as_str().starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
        "{}",
        hash.as_str()
    );
    let fields: Vec<&str> = hash.as_str().split('$').collect();
    assert_eq!(
        (fields[4].len(), fields[5].len()),
        (22, 43),
        "16 bytes of salt, 32 of hash"
    );

    let right = hasher.verify(&password(), Some(hash.clone())).await;
    assert_eq!(right, Ok(Verdict::Match { outdated: false }));
    let wrong = hasher
        .verify(&Password::new("Correct horse battery staple"), Some(hash))
        .await;
    assert_eq!(wrong, Ok(Verdict::Mismatch));
}

#[tokio::test]
async fn two_hashes_of_one_password_differ() {
    let hasher = hasher(SMALL);
    let (one, two) = (
        hasher.hash(&password()).await.unwrap(),
        hasher.hash(&password()).await.unwrap(),
    );
    assert!(one != two);
}

#[tokio::test]
async fn a_hash_made_with_other_parameters_matches_and_is_outdated() {
    let current = hasher(SMALL);
    for other in [
        Argon2Params {
            memory_kib: 65,
            ..SMALL
        },
        Argon2Params {
            iterations: 2,
            ..SMALL
        },
        Argon2Params {
            parallelism: 2,
            ..SMALL
        },
    ] {
        let hash = hasher(other).hash(&password()).await.unwrap();
        let verdict = current.verify(&password(), Some(hash)).await;
        assert_eq!(verdict, Ok(Verdict::Match { outdated: true }), "{other:?}");
    }
}

#[tokio::test]
async fn hashes_of_other_variants_versions_and_lengths_match_and_are_outdated() {
    use argon2::{Algorithm, Params, PasswordHasher as _, Version};
    for (algorithm, version, output) in [
        (Algorithm::Argon2i, Version::V0x13, 32),
        (Algorithm::Argon2d, Version::V0x13, 32),
        (Algorithm::Argon2id, Version::V0x10, 32),
        (Algorithm::Argon2id, Version::V0x13, 24),
    ] {
        let params = Params::new(64, 1, 1, Some(output)).unwrap();
        let stored = Argon2::new(algorithm, version, params)
            .hash_password_with_salt(password().expose().as_bytes(), &memory::salt())
            .unwrap()
            .to_string();
        let verdict = hasher(SMALL)
            .verify(&password(), Some(PasswordHash::new(stored.clone())))
            .await;
        assert_eq!(verdict, Ok(Verdict::Match { outdated: true }), "{stored}");
    }
}

#[tokio::test]
async fn whatever_is_no_argon2_hash_is_as_no_hash_and_matches_nothing() {
    let hasher = hasher(SMALL);
    let good = hasher.hash(&password()).await.unwrap().as_str().to_owned();
    let cut = good.rsplit_once('$').unwrap().0.to_owned();
    for stored in [
        String::new(),
        "plain text".into(),
        "$".into(),
        "$2b$12$abcdefghijklmnopqrstuv".into(),
        "$argon2id$v=19$m=64,t=1,p=1".into(),
        cut,
        good.replace("argon2id", "argon2x"),
        good.replace("v=19", "v=18"),
        good.replace("$v=19", ""),
        good.replace("t=1", "t=0"),
        good.replace("m=64", "m=1"),
        good.replace("m=64", "m=99999999999"),
        format!("{good}$more"),
    ] {
        assert!(
            StoredHash::parse(&stored).is_none(),
            "costs no dummy work: {stored}"
        );
        let verdict = hasher
            .verify(&password(), Some(PasswordHash::new(stored.clone())))
            .await;
        assert_eq!(verdict, Ok(Verdict::Mismatch), "{stored}");
    }
}

#[tokio::test]
async fn a_stored_hash_that_would_cost_too_much_is_refused_without_being_computed() {
    let hasher = hasher(SMALL);
    let good = hasher.hash(&password()).await.unwrap().as_str().to_owned();
    let before = Instant::now();
    for dear in [
        "m=131073,t=1",
        "m=4194304,t=1",
        "m=64,t=65",
        "m=64,t=4294967295",
    ] {
        let stored = PasswordHash::new(good.replace("m=64,t=1", dear));
        assert_eq!(
            hasher.verify(&password(), Some(stored)).await,
            Ok(Verdict::Mismatch),
            "{dear}"
        );
    }
    assert!(before.elapsed().as_millis() < 500, "{:?}", before.elapsed());
}

#[tokio::test]
async fn an_unknown_user_takes_as_long_as_a_wrong_password() {
    let hasher = hasher(Argon2Params {
        memory_kib: 8_192,
        iterations: 2,
        parallelism: 1,
    });
    let stored = hasher.hash(&password()).await.unwrap();
    let wrong = Password::new("another password");
    let mut fastest = [std::time::Duration::MAX; 3];
    for _ in 0..12 {
        let cases = [
            Some(stored.clone()),
            None,
            Some(PasswordHash::new("unreadable".into())),
        ];
        for (case, fastest) in cases.into_iter().zip(&mut fastest) {
            let before = Instant::now();
            assert_eq!(hasher.verify(&wrong, case).await, Ok(Verdict::Mismatch));
            *fastest = (*fastest).min(before.elapsed());
        }
    }
    let [known, unknown, unreadable] = fastest;
    assert!(unknown * 2 > known && unreadable * 2 > known, "{fastest:?}");
}

#[tokio::test]
async fn nobody_logs_in_with_the_empty_password_of_the_dummy() {
    assert_eq!(
        hasher(SMALL).verify(&Password::new(""), None).await,
        Ok(Verdict::Mismatch)
    );
}

#[tokio::test]
async fn a_full_queue_refuses_hashing_and_verifying() {
    let hasher = Arc::new(
        Argon2Hasher::new(
            SMALL,
            Limits {
                threads: 1,
                queue: 0,
            },
        )
        .unwrap(),
    );
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (started, running) = tokio::sync::oneshot::channel();
    let busy = Arc::clone(&hasher);
    let task = tokio::spawn(async move {
        let job = move || {
            started.send(()).unwrap();
            held.recv().unwrap_err();
        };
        busy.bulkhead.run(job).await
    });
    running.await.unwrap();
    assert_eq!(
        hasher.verify(&password(), None).await,
        Err(HashingUnavailable)
    );
    assert_eq!(
        hasher.hash(&password()).await.err(),
        Some(HashingUnavailable)
    );
    assert_eq!((hasher.waiting(), hasher.rejected()), (0, 2));
    drop(release);
    assert_eq!(task.await.unwrap(), Ok(()));
}

#[test]
fn parameters_that_argon2_forbids_or_that_would_not_be_verified_are_refused() {
    let limits = Limits::default();
    for params in [
        Argon2Params {
            memory_kib: 7,
            ..SMALL
        },
        Argon2Params {
            memory_kib: 15,
            parallelism: 2,
            ..SMALL
        },
        Argon2Params {
            memory_kib: 128 * 1024 + 1,
            ..SMALL
        },
        Argon2Params {
            iterations: 0,
            ..SMALL
        },
        Argon2Params {
            iterations: 65,
            ..SMALL
        },
        Argon2Params {
            parallelism: 0,
            ..SMALL
        },
        Argon2Params {
            parallelism: u32::MAX,
            ..SMALL
        },
    ] {
        assert_eq!(
            Argon2Hasher::new(params, limits).err(),
            Some(InvalidParams),
            "{params:?}"
        );
    }
}
