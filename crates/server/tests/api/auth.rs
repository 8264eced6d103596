//! `POST /auth/register`, `POST /auth/login`, `GET /me`.

use crate::support::*;
use serde_json::{Value, json};
use test_server::{Call, PASSWORD, TestServer, World, unique};

fn registration<'a>(server: &'a TestServer, email: &str, password: &str) -> Call<'a> {
    let body = json!({ "email": email, "password": password, "display_name": "Ada" });
    server.post("/auth/register").json(&body)
}

fn login<'a>(server: &'a TestServer, email: &str, password: &str) -> Call<'a> {
    server
        .post("/auth/login")
        .json(&json!({ "email": email, "password": password }))
}

fn registration_answers_the_user_and_no_token(server: &TestServer) {
    let stem = unique("ada");
    let typed = format!("  {}@Example.COM ", stem.to_uppercase());
    let reply = registration(server, &typed, PASSWORD).expect(201);
    assert_eq!(
        shape(&reply),
        "{user:{id,email,display_name,is_active,created_at,updated_at}}"
    );
    let user = &reply.json()["user"];
    assert_id(&user["id"]);
    assert_timestamp(&user["created_at"]);
    assert_timestamp(&user["updated_at"]);
    let rest = (&user["email"], &user["display_name"], &user["is_active"]);
    assert_eq!(
        rest,
        (
            &json!(format!("{stem}@example.com")),
            &json!("Ada"),
            &json!(true)
        )
    );
    assert!(!reply.text().contains("password"), "{reply}");
}

fn an_address_is_registered_once_in_whatever_case(server: &TestServer) {
    let email = server.user("once").email;
    for again in [email.clone(), email.to_uppercase(), format!(" {email} ")] {
        EMAIL_TAKEN.of(registration(server, &again, PASSWORD));
    }
}

fn a_known_address_is_refused_before_its_password_is_judged(server: &TestServer) {
    let email = server.user("known").email;
    EMAIL_TAKEN.of(registration(server, &email, &" ".repeat(12)));
    let fresh = format!("{}@example.com", unique("fresh"));
    BLANK_PASSWORD.of(registration(server, &fresh, &" ".repeat(12)));
    // The refusal left nothing behind.
    let _ = registration(server, &fresh, PASSWORD).expect(201);
}

fn passwords_are_counted_in_code_points_and_never_trimmed(server: &TestServer) {
    let padded = format!("  {PASSWORD}  ");
    for password in ["é".repeat(12), "é".repeat(256), padded.clone()] {
        let email = format!("{}@example.com", unique("password"));
        let _ = registration(server, &email, &password).expect(201);
        let _ = login(server, &email, &password).expect(200);
        BAD_LOGIN.of(login(server, &email, padded.trim()));
    }
}

fn a_longer_minimum_is_a_matter_of_policy(server: &TestServer) {
    let strict = own(server)
        .setting("SAAS_API_PASSWORD_MIN_LENGTH", "14")
        .start();
    let refusal = Refusal(
        422,
        "WEAK_PASSWORD",
        "password must be at least 14 characters",
    );
    refusal.of(registration(&strict, "a@example.com", "thirteen chrs"));
    let _ = registration(&strict, "a@example.com", "fourteen chars").expect(201);
}

fn login_answers_a_bearer_token(server: &TestServer) {
    let email = server.user("login").email;
    let reply = login(server, &format!(" {} ", email.to_uppercase()), PASSWORD).expect(200);
    assert_eq!(
        shape(&reply),
        "{access_token,token_type,expires_in_seconds}"
    );
    let body = reply.json();
    assert_eq!(
        (&body["token_type"], &body["expires_in_seconds"]),
        (&json!("bearer"), &json!(900))
    );
    let me = server
        .get("/me")
        .bearer(reply.string("/access_token"))
        .expect(200);
    assert_eq!(me.string("/user/email"), email);
}

fn unknown_address_and_wrong_password_are_answered_alike(server: &TestServer) {
    let email = server.user("wrong").email;
    let unknown = format!("{}@example.com", unique("nobody"));
    let bodies = [
        (email.as_str(), "not the password"),
        (unknown.as_str(), PASSWORD),
        (&email, "x"),
    ]
    .map(|(email, password)| {
        let mut body = BAD_LOGIN.of(login(server, email, password)).json();
        body["request_id"] = Value::Null;
        body["instance"] = Value::Null;
        body
    });
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

fn a_malformed_login_is_a_validation_error(server: &TestServer) {
    let reply = login(server, "nobody", "").send();
    let expected = [
        ("value_error", r#"["body","email"]"#),
        ("too_short", r#"["body","password"]"#),
    ];
    let expected = expected.map(|(kind, loc)| (kind.to_owned(), loc.to_owned()));
    assert_eq!(violations(&reply), expected);
}

fn me_lists_the_users_memberships_oldest_first(server: &TestServer) {
    let (first, second) = (World::new(server, "me-b"), World::new(server, "me-a"));
    let nobody = server.get("/me").bearer(&first.outsider.token).expect(200);
    let user = "{id,email,display_name,is_active,created_at,updated_at}";
    assert_eq!(shape(&nobody), format!("{{user:{user},memberships:[]}}"));

    let someone = &first.outsider;
    let _ = first.add(server, someone, "viewer").expect(201);
    let _ = second.add(server, someone, "admin").expect(201);
    let reply = server.get("/me").bearer(&someone.token).expect(200);
    let membership = "{membership_id,organisation_id,organisation_name,organisation_slug,role,organisation_status}";
    assert_eq!(
        shape(&reply),
        format!("{{user:{user},memberships:[{membership}]}}")
    );
    let body = reply.json();
    let places: Vec<_> = (0..2).map(|n| body["memberships"][n].clone()).collect();
    for (place, (world, role)) in places.iter().zip([(&first, "viewer"), (&second, "admin")]) {
        assert_id(&place["membership_id"]);
        assert_eq!(place["organisation_id"], world.id);
        assert_eq!(place["organisation_slug"], world.slug);
        assert_eq!(place["organisation_name"], world.slug);
        assert_eq!(place["role"], role);
    }
}

fn nothing_secret_is_logged_at_any_level(server: &TestServer) {
    let server = own(server).setting("SAAS_API_LOG_LEVEL", "TRACE").start();
    let world = World::new(&server, "secret");
    let key = world.api_key(&server, &world.owner, "secret").raw;
    let call = server.get(&world.path("/projects")).bearer(&key);
    let request_id = call
        .expect(200)
        .header("X-Request-ID")
        .unwrap_or_default()
        .to_owned();
    BAD_LOGIN.of(login(&server, &world.owner.email, "s3cr3t-of-somebody"));
    BAD_TOKEN.of(server.get("/me").bearer(&key));
    INVALID.of(registration(&server, "s3cr3t-of-somebody", "s3cr3t"));
    let log = server.log();
    assert!(log.contains(&request_id), "the log is not the log");
    let (_, signature) = world.owner.token.rsplit_once('.').unwrap_or_default();
    for secret in [
        PASSWORD,
        "s3cr3t",
        signature,
        &key[28..],
        "$argon2id$",
        "PRIVATE KEY",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

on_both!(
    nothing_secret_is_logged_at_any_level,
    registration_answers_the_user_and_no_token,
    an_address_is_registered_once_in_whatever_case,
    a_known_address_is_refused_before_its_password_is_judged,
    passwords_are_counted_in_code_points_and_never_trimmed,
    a_longer_minimum_is_a_matter_of_policy,
    login_answers_a_bearer_token,
    unknown_address_and_wrong_password_are_answered_alike,
    a_malformed_login_is_a_validation_error,
    me_lists_the_users_memberships_oldest_first,
);
