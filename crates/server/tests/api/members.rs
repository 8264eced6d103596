//! `/orgs/{organisation_id}/members` and `…/members/{user_id}`.

use crate::support::*;
use serde_json::json;
use test_server::{Call, TestServer, User, World};

const MEMBER: &str =
    "{id,organisation_id,user:{id,email,display_name,is_active},role,created_at,updated_at}";

fn add<'a>(
    server: &'a TestServer,
    world: &World,
    actor: &User,
    user: &User,
    role: &str,
) -> Call<'a> {
    let body = json!({ "user_id": user.id, "role": role });
    server
        .post(&world.path("/members"))
        .bearer(&actor.token)
        .json(&body)
}

fn change<'a>(
    server: &'a TestServer,
    world: &World,
    actor: &User,
    user: &User,
    role: &str,
) -> Call<'a> {
    let path = world.path(&format!("/members/{}", user.id));
    server
        .patch(&path)
        .bearer(&actor.token)
        .json(&json!({ "role": role }))
}

fn remove<'a>(server: &'a TestServer, world: &World, actor: &User, user: &User) -> Call<'a> {
    server
        .delete(&world.path(&format!("/members/{}", user.id)))
        .bearer(&actor.token)
}

fn an_added_user_is_a_member_unless_said_otherwise(server: &TestServer) {
    let (world, user) = (World::new(server, "add"), server.user("added"));
    let call = server
        .post(&world.path("/members"))
        .bearer(&world.owner.token);
    let reply = call.json(&json!({ "user_id": user.id })).expect(201);
    assert_eq!(shape(&reply), MEMBER);
    let member = reply.json();
    assert_id(&member["id"]);
    assert_timestamp(&member["created_at"]);
    assert_timestamp(&member["updated_at"]);
    assert_eq!(
        (&member["organisation_id"], &member["role"]),
        (&json!(world.id), &json!("member"))
    );
    let expected = json!({
        "id": user.id, "email": user.email, "display_name": "added", "is_active": true,
    });
    assert_eq!(member["user"], expected);
    ALREADY_MEMBER.of(add(server, &world, &world.owner, &user, "viewer"));
}

fn members_are_listed_oldest_first(server: &TestServer) {
    let world = World::new(server, "members");
    let reply = server
        .get(&world.path("/members"))
        .bearer(&world.admin.token)
        .expect(200);
    let pagination = "{limit,offset,total,count,next_cursor}";
    assert_eq!(
        shape(&reply),
        format!("{{items:[{MEMBER}],pagination:{pagination}}}")
    );
    let roles: Vec<_> = reply
        .items()
        .iter()
        .map(|item| item["role"].clone())
        .collect();
    assert_eq!(roles, ["owner", "admin", "member", "viewer"]);
}

fn a_role_is_changed_and_a_member_removed(server: &TestServer) {
    let world = World::new(server, "change");
    let reply = change(server, &world, &world.owner, &world.viewer, "admin").expect(200);
    assert_eq!(shape(&reply), MEMBER);
    assert_eq!(reply.string("/role"), "admin");
    let reply = remove(server, &world, &world.owner, &world.viewer).expect(204);
    assert_eq!(
        (reply.body.as_slice(), reply.header("Content-Type")),
        (&b""[..], None)
    );
    NO_MEMBERSHIP.of(remove(server, &world, &world.owner, &world.viewer));
    NO_MEMBERSHIP.of(change(
        server,
        &world,
        &world.owner,
        &world.viewer,
        "viewer",
    ));
    // Who left may come back.
    let _ = add(server, &world, &world.owner, &world.viewer, "viewer").expect(201);
}

fn setting_the_same_role_is_recorded_but_is_no_update(server: &TestServer) {
    let world = World::new(server, "same-role");
    let before = server
        .get(&world.path("/members"))
        .bearer(&world.owner.token)
        .expect(200)
        .items();
    let events = world.audit_total(server);
    for (user, member) in [(&world.owner, &before[0]), (&world.member, &before[2])] {
        let role = member["role"].as_str().unwrap_or_default();
        let reply = change(server, &world, &world.owner, user, role).expect(200);
        assert_eq!(reply.json(), *member);
    }
    assert_eq!(world.audit_total(server), events + 2);
}

fn an_admin_manages_everyone_but_owners(server: &TestServer) {
    let (world, other) = (World::new(server, "admin"), server.user("newcomer"));
    let (admin, owner) = (&world.admin, &world.owner);
    INSUFFICIENT.of(add(server, &world, admin, &other, "owner"));
    INSUFFICIENT.of(change(server, &world, admin, &world.member, "owner"));
    INSUFFICIENT.of(change(server, &world, admin, owner, "member"));
    INSUFFICIENT.of(change(server, &world, admin, owner, "owner"));
    INSUFFICIENT.of(remove(server, &world, admin, owner));

    let _ = add(server, &world, admin, &other, "admin").expect(201);
    let _ = change(server, &world, admin, &other, "viewer").expect(200);
    let _ = remove(server, &world, admin, &other).expect(204);
    let _ = remove(server, &world, admin, admin).expect(204);
    DENIED.of(server.get(&world.path("")).bearer(&admin.token));
}

fn a_second_owner_is_as_untouchable_for_admins_as_the_first(server: &TestServer) {
    let world = World::new(server, "owners");
    let _ = change(server, &world, &world.owner, &world.viewer, "owner").expect(200);
    INSUFFICIENT.of(change(
        server,
        &world,
        &world.admin,
        &world.viewer,
        "viewer",
    ));
    INSUFFICIENT.of(remove(server, &world, &world.admin, &world.viewer));
}

fn the_last_owner_stays(server: &TestServer) {
    let world = World::new(server, "last-owner");
    let owner = &world.owner;
    LAST_OWNER.of(change(server, &world, owner, owner, "admin"));
    LAST_OWNER.of(remove(server, &world, owner, owner));
    let _ = change(server, &world, owner, owner, "owner").expect(200);

    let _ = change(server, &world, owner, &world.admin, "owner").expect(200);
    let _ = change(server, &world, owner, owner, "viewer").expect(200);
    INSUFFICIENT.of(change(server, &world, owner, owner, "owner"));
    LAST_OWNER.of(remove(server, &world, &world.admin, &world.admin));
}

fn an_owner_may_remove_another_owner(server: &TestServer) {
    let world = World::new(server, "two-owners");
    let _ = change(server, &world, &world.owner, &world.admin, "owner").expect(200);
    let _ = remove(server, &world, &world.owner, &world.admin).expect(204);
    DENIED.of(server
        .get(&world.path("/members"))
        .bearer(&world.admin.token));
}

fn any_role_of_the_organisation_is_given_by_its_name(server: &TestServer) {
    let world = World::new(server, "any-role");
    let role = world.path("/roles/auditor");
    let body = json!({ "permissions": permissions(&["read:audit_events"]) });
    let define = server.call("PUT", &role).bearer(&world.owner.token);
    let _ = define.json(&body).expect(201);
    for role in ["developer", "read_only", "auditor"] {
        let user = server.user(role);
        let reply = add(server, &world, &world.owner, &user, role).expect(201);
        assert_eq!(reply.string("/role"), role);
        let reply = change(server, &world, &world.owner, &world.viewer, role).expect(200);
        assert_eq!(reply.string("/role"), role);
    }
    let trail = server.get(&world.path("/audit-events"));
    let _ = trail.bearer(&world.viewer.token).expect(200);
}

fn a_role_that_nobody_defined_is_refused_by_name(server: &TestServer) {
    let (world, user) = (World::new(server, "no-role"), server.user("newcomer"));
    let contract = "Input should be 'owner', 'admin', 'member' or 'viewer'";
    for role in ["nonesuch", "", "x", "Owner", "a b"] {
        for call in [
            add(server, &world, &world.owner, &user, role),
            change(server, &world, &world.owner, &world.viewer, role),
        ] {
            let reply = call.send();
            let expected = [("enum".to_owned(), r#"["body","role"]"#.to_owned())];
            assert_eq!(violations(&reply), expected);
            assert_eq!(reply.string("/errors/0/msg"), contract);
        }
    }
    // Whether there is such a role is no business of those who may not give it.
    INSUFFICIENT.of(add(server, &world, &world.member, &user, "nonesuch"));
}

fn only_existing_users_are_added(server: &TestServer) {
    let world = World::new(server, "unknown-user");
    let body = json!({ "user_id": random_id() });
    NO_USER.of(server
        .post(&world.path("/members"))
        .bearer(&world.owner.token)
        .json(&body));
}

on_both!(
    an_added_user_is_a_member_unless_said_otherwise,
    members_are_listed_oldest_first,
    a_role_is_changed_and_a_member_removed,
    setting_the_same_role_is_recorded_but_is_no_update,
    an_admin_manages_everyone_but_owners,
    a_second_owner_is_as_untouchable_for_admins_as_the_first,
    the_last_owner_stays,
    an_owner_may_remove_another_owner,
    any_role_of_the_organisation_is_given_by_its_name,
    a_role_that_nobody_defined_is_refused_by_name,
    only_existing_users_are_added,
);
