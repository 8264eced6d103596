//! What everyone else sees of it: a closed organisation is closed on the very next request to every credential, and of
//! a purged one nothing is left.

use super::*;
use private_postgres::PrivatePostgres;
use test_server::{Database, World};

const SUSPENDED: Refusal = Refusal(403, "TENANT_SUSPENDED", "the organisation is suspended");
const DELETING: Refusal = Refusal(403, "TENANT_DELETING", "the organisation is being deleted");

/// Calls every operation in the organisation as everyone who belongs to it, and as everyone who does not.
fn check_closed(server: &TestServer, callers: &Callers, ids: &Ids, closed: Refusal) {
    let document = Document::of(server);
    let inside = |row: &&Row| row.operation.contains("{organisation_id}");
    for row in matrix().iter().filter(inside) {
        let security = document.operation(&row.operation)["security"].to_string();
        let takes_keys = security.contains("api_key");
        for (caller, verdict) in row.cells() {
            // Who does not belong there, or has the wrong kind of credential, is told what they are always told.
            let outside = [DENIED, BAD_TOKEN, BAD_CREDENTIAL, NO_CREDENTIAL];
            let belongs = *caller == "key" && takes_keys;
            let expected = match verdict {
                Verdict::Refused(refusal) if outside.contains(refusal) && !belongs => *refusal,
                _ => closed,
            };
            let reply = callers.send(server, &row.operation, caller, ids);
            let body = reply.json();
            let said = (reply.status, body["code"].as_str());
            let expected = (expected.0, Some(expected.1));
            assert_eq!(said, expected, "{} as {caller}: {reply}", row.operation);
            document.check(&row.operation, &reply);
        }
    }
}

fn status_of(server: &TestServer, user: &User) -> Vec<String> {
    let me = server.get("/me").bearer(&user.token).expect(200).json();
    let orgs = server.get("/orgs").bearer(&user.token).expect(200).items();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let memberships = me["memberships"].as_array().into_iter().flatten();
    let shown = memberships.map(|one| text(&one["organisation_status"]));
    shown
        .chain(orgs.iter().map(|one| text(&one["status"])))
        .collect()
}

fn a_closed_organisation_is_closed_to_every_credential_at_once(server: &TestServer) {
    let (operator, callers) = (Operator::of(server), Callers::new(server));
    let world = &callers.world;
    let ids = Ids::new(server, world, "closed");
    let _ = operator.operate(&world.id, "suspend").expect(200);
    check_closed(server, &callers, &ids, SUSPENDED);
    assert_eq!(status_of(server, &world.viewer), ["suspended", "suspended"]);
    let _ = operator.operate(&world.id, "reactivate").expect(200);
    let _ = server
        .get(&world.path("/projects"))
        .bearer(&callers.key)
        .expect(200);
    let _ = server
        .get(&world.path(""))
        .bearer(&world.viewer.token)
        .expect(200);
    let _ = operator.delete(&world.id).expect(200);
    check_closed(server, &callers, &ids, DELETING);
    assert_eq!(status_of(server, &world.viewer), ["deleting", "deleting"]);
    let _ = operator.operate(&world.id, "reactivate").expect(200);
    // Nothing was done while it was closed, not even by its owner.
    let project = world.path(&format!("/projects/{}", ids.project));
    let _ = server.get(&project).bearer(&world.viewer.token).expect(200);
}

/// An organisation with some of everything.
fn furnished(server: &TestServer, stem: &str) -> (World, Ids) {
    let world = World::new(server, stem);
    let ids = Ids::new(server, &world, stem);
    let (token, key) = (&world.owner.token, unique("furnished"));
    let post = server.post(&world.path("/projects")).bearer(token);
    let body = json!({ "name": "with a key" });
    let _ = post.idempotency_key(&key).json(&body).expect(201);
    (world, ids)
}

fn what_was_purged_is_as_if_it_had_never_been(server: &TestServer) {
    let operator = Operator::of(server);
    let ((world, ids), (other, _)) = (furnished(server, "purged"), furnished(server, "kept"));
    let key = world.api_key(server, &world.owner, "key").raw;
    let page = server.get(&world.path("/projects?limit=1&cursor="));
    let page = page.bearer(&world.owner.token).expect(200);
    let cursor = page.string("/pagination/next_cursor");
    let kept = other.audit_total(server);

    let _ = operator.delete(&world.id).expect(200);
    let purged = operator.purge(&world.id, true).expect(200).json();
    let rows = purged["purged_rows"].as_u64().unwrap_or_default();
    assert!(rows > 20, "{purged}");
    if *server.database() == Database::Postgres {
        assert_eq!(left_of(server, &world.id), "0");
        assert_ne!(left_of(server, &other.id), "0");
    }
    assert_eq!(operator.show(&world.id).status, 404);
    assert_eq!(operator.purge(&world.id, true).status, 404);
    for user in [&world.owner, &world.admin, &world.member, &world.viewer] {
        DENIED.of(server.get(&world.path("")).bearer(&user.token));
        assert_eq!(status_of(server, user), Vec::<String>::new());
    }
    BAD_CREDENTIAL.of(server.get(&world.path("/projects")).bearer(&key));
    assert_eq!(other.audit_total(server), kept);

    // Again under the same slug, by the same user: another organisation.
    let id = server.organisation(&world.owner, &world.slug);
    assert_ne!(id, world.id);
    let get = |rest: &str| {
        let call = server.get(&format!("/orgs/{id}{rest}"));
        call.bearer(&world.owner.token).send()
    };
    for list in ["/projects", "/resources", "/api-keys"] {
        assert_eq!(get(list).expect(200).items(), Vec::<Value>::new());
    }
    assert_eq!(get("/members").expect(200).items().len(), 1);
    assert_eq!(get("/audit-events").expect(200).items().len(), 1);
    NO_PROJECT.check(&get(&format!("/projects/{}", ids.project)));
    NO_RESOURCE.check(&get(&format!("/resources/{}", ids.resource)));
    let refused = violations(&get(&format!("/projects?cursor={cursor}")));
    assert_eq!(refused[0].0, "invalid_cursor");
    BAD_CREDENTIAL.of(server.get(&format!("/orgs/{id}/projects")).bearer(&key));
    let admin = server
        .get(&format!("/orgs/{id}"))
        .bearer(&world.admin.token);
    DENIED.of(admin);
}

/// Rows that still name the organisation, in every table of the catalogue that could.
fn left_of(server: &TestServer, organisation: &str) -> String {
    let count = format!(
        "SELECT coalesce(sum((xpath('/row/n/text()', query_to_xml(format( \
            'SELECT count(*) AS n FROM %I.%I WHERE organisation_id = %L', \
            table_schema, table_name, '{organisation}'), false, true, '')))[1]::text::bigint), 0) \
         FROM information_schema.columns \
         WHERE column_name = 'organisation_id' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    );
    PrivatePostgres::shared().query(server.database_url(), &count)
}

on_both!(
    a_closed_organisation_is_closed_to_every_credential_at_once,
    what_was_purged_is_as_if_it_had_never_been,
);
