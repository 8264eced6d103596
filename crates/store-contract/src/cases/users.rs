//! Users.

use crate::world::{START, World, after, unrecorded};
use domain::{
    email::Email,
    id::UserId,
    password::PasswordHash,
    ports::{Access, StoreError, Unique},
    user::{Account, User},
};

async fn found_by_id(world: &World, id: UserId) -> Option<User> {
    let mut tx = world.platform(Some(id), Access::Read).await;
    tx.users().find(id).await.unwrap()
}

async fn found_by_address(world: &World, email: &Email) -> Option<Account> {
    let mut tx = world.platform(None, Access::Read).await;
    tx.users().find_account(email).await.unwrap()
}

pub async fn a_registered_user_is_found_by_id_and_by_address(world: &World) {
    let mut account = world.newcomer();
    account.user.email = Email::parse("zoë+ф@bücher.example").unwrap();
    account.user.updated_at = after(1);
    world.register(&account).await.unwrap();
    world.user().await;

    let user = &account.user;
    assert_eq!(found_by_id(world, user.id).await.as_ref(), Some(user));
    let found = found_by_address(world, &user.email).await;
    assert_eq!(found.as_ref(), Some(&account));
}

pub async fn an_unknown_user_is_not_found(world: &World) {
    let known = world.newcomer();
    world.register(&known).await.unwrap();

    let unknown = world.newcomer().user;
    assert_eq!(found_by_id(world, unknown.id).await, None);
    assert_eq!(found_by_address(world, &unknown.email).await, None);
}

pub async fn a_user_is_found_from_an_organisation_that_is_not_theirs(world: &World) {
    let (home, account) = (world.organisation().await, world.newcomer());
    world.register(&account).await.unwrap();

    let mut work = world.write(&home).await;
    let found = work.tx.users().find(account.user.id).await.unwrap();
    assert_eq!(found, Some(account.user));
    let unknown = UserId::from_uuid(world.uuid());
    assert_eq!(work.tx.users().find(unknown).await.unwrap(), None);
}

pub async fn an_inactive_user_is_stored_as_one(world: &World) {
    let mut account = world.newcomer();
    account.user.is_active = false;
    world.register(&account).await.unwrap();
    let found = found_by_id(world, account.user.id).await;
    assert_eq!(found, Some(account.user));
}

pub async fn a_dropped_registration_leaves_nothing(world: &World) {
    let account = world.newcomer();
    let id = account.user.id;
    let mut tx = world.platform(Some(id), Access::Write).await;
    tx.users().insert(&account).await.unwrap();
    assert!(tx.users().find(id).await.unwrap().is_some());
    drop(tx);

    assert_eq!(found_by_id(world, id).await, None);
    world.register(&account).await.unwrap();
}

pub async fn an_address_is_taken_once(world: &World) {
    let (first, mut second) = (world.newcomer(), world.newcomer());
    world.register(&first).await.unwrap();
    second.user.email = first.user.email.clone();
    let error = world.register(&second).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Taken(Unique::Email)),
        "{error:?}"
    );
    let found = found_by_address(world, &first.user.email).await;
    assert_eq!(found, Some(first));
}

pub async fn a_hash_is_replaced_only_where_it_is_still_the_one_that_was_read(world: &World) {
    let mut account = world.newcomer();
    world.register(&account).await.unwrap();
    let (id, email) = (account.user.id, account.user.email.clone());
    let [first, second, third] =
        ["first", "second", "third"].map(|text| PasswordHash::new(text.to_owned()));
    let original = account.password_hash.clone();
    for (old, new, now) in [
        (&original, &first, after(10)),
        (&second, &third, after(20)),
        (&original, &third, after(30)),
    ] {
        let mut tx = world.platform(Some(id), Access::Write).await;
        let users = tx.users();
        users
            .replace_password_hash(id, old, new, now)
            .await
            .unwrap();
        tx.commit(id, &now.into(), unrecorded()).await.unwrap();
    }

    account.password_hash = first;
    account.user.updated_at = after(10);
    assert_eq!(found_by_address(world, &email).await, Some(account));
}

pub async fn a_replaced_hash_is_that_of_one_user(world: &World) {
    let (mine, theirs) = (world.newcomer(), world.newcomer());
    for account in [&mine, &theirs] {
        world.register(account).await.unwrap();
    }
    let (id, new) = (mine.user.id, PasswordHash::new("new".to_owned()));
    let mut tx = world.platform(Some(id), Access::Write).await;
    let users = tx.users();
    users
        .replace_password_hash(id, &mine.password_hash, &new, START)
        .await
        .unwrap();
    tx.commit(id, &START.into(), unrecorded()).await.unwrap();

    let unchanged = found_by_address(world, &theirs.user.email).await;
    assert_eq!(unchanged, Some(theirs));
}

pub async fn a_read_outside_organisations_refuses_to_write(world: &World) {
    let account = world.newcomer();
    let mut tx = world.platform(Some(account.user.id), Access::Read).await;
    assert!(tx.users().insert(&account).await.is_err());
    drop(tx);
    assert_eq!(found_by_id(world, account.user.id).await, None);
}
