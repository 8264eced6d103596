use super::*;
use private_postgres::PrivatePostgres;
use std::{fs, time::Duration};
use test_server::{Database, Signal};

/// How the role is stored, with what no version has ever written in its place.
const STORED: &str = "create:projects read:projects update:projects";
const BROKEN: &str = "create:projects read:projects update:projectz";

/// Writes into the row behind the server's back.
fn break_policy(server: &mut TestServer) {
    if *server.database() == Database::Postgres {
        let statement = format!(
            "UPDATE platform.roles SET grants = '{BROKEN}' WHERE grants = '{STORED}' RETURNING 1"
        );
        let changed = PrivatePostgres::shared().query(server.database_url(), &statement);
        assert_eq!(changed, "1");
        return;
    }
    // Ended in order, everything is in the file itself, which has no checksums.
    server.signal(Signal::Terminate);
    let ended = server.wait(Duration::from_secs(30));
    assert!(ended.is_some_and(|status| status.success()));
    let path = server.home().join("saas-api.db");
    let mut file = fs::read(&path).unwrap();
    let found: Vec<_> = file
        .windows(STORED.len())
        .enumerate()
        .filter(|(_, text)| *text == STORED.as_bytes())
        .map(|(at, _)| at)
        .collect();
    let [at] = found[..] else {
        panic!("the policy is stored {} times", found.len());
    };
    file[at..at + BROKEN.len()].copy_from_slice(BROKEN.as_bytes());
    fs::write(&path, file).unwrap();
    server.restart();
}

fn a_policy_that_cannot_be_read_denies_and_can_be_replaced(server: &TestServer) {
    let mut server = own(server).start();
    let world = World::new(&server, "unreadable");
    let grants: Vec<_> = STORED.split(' ').collect();
    // Narrower than its default: falling back to that would show.
    let _ = replace(&server, &world, "developer", &grants).expect(200);
    let user = holder(&server, &world, "developer");
    let projects = world.path("/projects");
    let _ = server.get(&projects).bearer(&user.token).expect(200);

    break_policy(&mut server);
    for path in ["", "/projects", "/resources"] {
        INSUFFICIENT.of(server.get(&world.path(path)).bearer(&user.token));
    }
    let create = server.post(&projects).bearer(&user.token);
    INSUFFICIENT.of(create.json(&json!({ "name": "x" })));
    // It is shown as what it is worth, and repaired.
    let role = call(&server, &world, &world.owner, "GET", "/developer").expect(200);
    assert_eq!(role.json()["permissions"], json!([]));
    let _ = call(&server, &world, &world.owner, "GET", "").expect(200);
    let _ = replace(&server, &world, "developer", &["read:projects"]).expect(200);
    let _ = server.get(&projects).bearer(&user.token).expect(200);
}

on_both!(a_policy_that_cannot_be_read_denies_and_can_be_replaced);
