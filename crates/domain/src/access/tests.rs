use super::*;
use crate::{
    api_key::{KeyDigest, KeyId, KeyTerms},
    id::{ApiKeyId, TenantId, UserId},
    membership::Standing,
    network::AddressList,
    permission::Permission,
    policy::Reach,
    role::Role,
    tenant::TenantStatus,
};
use proptest::{prelude::*, sample::select};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn tenant(n: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(n))
}

fn user(n: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(n))
}

fn open(caller: CallerFacts) -> AccessFacts {
    AccessFacts {
        status: Some(TenantStatus::Active),
        caller,
    }
}

fn member(is_active: bool, role: Option<Role>) -> CallerFacts {
    let standing = role.map(Standing::by_default);
    CallerFacts::User(Some(UserFacts {
        is_active,
        standing,
    }))
}

fn key(creator: Option<Role>) -> KeyFacts {
    KeyFacts {
        id: ApiKeyId::from_uuid(Uuid::from_u128(5)),
        tenant: tenant(1),
        digest: KeyDigest::new([1; 32]),
        revoked: false,
        valid_until: None,
        scopes: KeyTerms::DEFAULT_SCOPES.into_iter().collect(),
        allowed_from: None,
        creator: user(9),
        standing: creator.map(Standing::by_default),
    }
}

fn key_credential(byte: u8) -> Credential {
    let key_id = KeyId::parse(&"k".repeat(22)).unwrap();
    let digest = KeyDigest::new([byte; 32]);
    Credential::ApiKey { key_id, digest }
}

type Verdict = Result<TenantScope, AccessDenied>;

fn as_user(facts: &AccessFacts, need: Permission) -> Verdict {
    let user = Credential::User(user(9));
    TenantScope::authorize(&user, facts, tenant(1), need, Reach::Everything, NOW.into())
}

fn from(facts: KeyFacts, byte: u8, need: Permission, origin: Origin) -> Verdict {
    let facts = open(CallerFacts::ApiKey(Some(facts)));
    let credential = key_credential(byte);
    TenantScope::authorize(
        &credential,
        &facts,
        tenant(1),
        need,
        Reach::Everything,
        origin,
    )
}

fn with_key(facts: KeyFacts, byte: u8, need: Permission) -> Verdict {
    from(facts, byte, need, NOW.into())
}

fn is_missing(verdict: &Verdict, permission: Permission) -> bool {
    matches!(verdict, Err(AccessDenied::Missing { need, .. }) if *need == permission)
}

#[test]
fn an_unknown_or_inactive_user_is_nobody_even_as_an_owner() {
    let need = Permission::ReadOrganisation;
    let nobody = Err(AccessDenied::Unauthenticated);
    assert_eq!(as_user(&open(CallerFacts::User(None)), need), nobody);
    let inactive = open(member(false, Some(Role::Owner)));
    assert_eq!(as_user(&inactive, need), nobody);
    let stranger = as_user(&open(member(true, None)), need);
    assert_eq!(stranger, Err(AccessDenied::Stranger));
}

#[test]
fn a_closed_tenant_says_so_to_its_members_and_nothing_to_strangers() {
    let need = Permission::ReadOrganisation;
    let at = |status, caller| as_user(&AccessFacts { status, caller }, need);
    let owner = || member(true, Some(Role::Owner));
    for status in [TenantStatus::Suspended, TenantStatus::Deleting] {
        assert_eq!(at(Some(status), owner()), Err(AccessDenied::Closed(status)));
        assert_eq!(
            at(Some(status), member(true, None)),
            Err(AccessDenied::Stranger)
        );
    }
    for status in [None, Some(TenantStatus::Deleted)] {
        assert_eq!(at(status, owner()), Err(AccessDenied::Stranger));
    }
    assert!(at(Some(TenantStatus::Provisioning), owner()).is_ok());
}

#[test]
fn a_key_opens_its_own_tenant_within_its_scopes_and_its_creators_role() {
    let (read, write) = (Permission::ReadProjects, Permission::UpdateProjects);
    assert!(with_key(key(Some(Role::Member)), 1, write).is_ok());
    let audit = Permission::ReadAuditEvents;
    assert!(is_missing(
        &with_key(key(Some(Role::Owner)), 1, audit),
        audit
    ));
    assert!(with_key(key(Some(Role::Viewer)), 1, read).is_ok());
    assert!(is_missing(
        &with_key(key(Some(Role::Viewer)), 1, write),
        write
    ));
    assert!(is_missing(&with_key(key(None), 1, read), read));
    let elsewhere = KeyFacts {
        tenant: tenant(2),
        ..key(Some(Role::Owner))
    };
    assert_eq!(with_key(elsewhere, 1, read), Err(AccessDenied::Stranger));
}

#[test]
fn a_revoked_or_expired_key_or_a_wrong_secret_is_nobody_even_in_a_foreign_tenant() {
    let read = Permission::ReadProjects;
    let nobody = Err(AccessDenied::Unauthenticated);
    let foreign = || KeyFacts {
        tenant: tenant(2),
        ..key(Some(Role::Owner))
    };
    let revoked = KeyFacts {
        revoked: true,
        ..foreign()
    };
    assert_eq!(with_key(revoked, 1, read), nobody);
    let until = |valid_until| KeyFacts {
        valid_until: Some(valid_until),
        ..foreign()
    };
    assert_eq!(with_key(until(NOW), 1, read), nobody);
    let later = until(NOW + Duration::MICROSECOND);
    assert_eq!(with_key(later, 1, read), Err(AccessDenied::Stranger));
    assert_eq!(with_key(foreign(), 2, read), nobody);
}

#[test]
fn a_key_with_an_allow_list_is_refused_from_elsewhere_and_from_nowhere() {
    let restricted = || KeyFacts {
        allowed_from: Some(AddressList::parse("192.0.2.0/24").unwrap()),
        ..key(Some(Role::Owner))
    };
    let read = Permission::ReadProjects;
    let at = |address: Option<&str>| {
        let address = address.map(|text| text.parse().unwrap());
        let origin = Origin {
            address,
            ..NOW.into()
        };
        from(restricted(), 1, read, origin).map(drop)
    };
    assert_eq!(at(Some("192.0.2.7")), Ok(()));
    assert_eq!(at(Some("198.51.100.7")), Err(AccessDenied::Address));
    assert_eq!(at(None), Err(AccessDenied::Address));
}

#[test]
fn a_permission_for_ones_own_opens_only_what_asks_for_that() {
    let standing = Standing {
        policy: Role::Member.policy(Some("update:resources[owner]")),
        role: Role::Member,
    };
    let facts = open(CallerFacts::User(Some(UserFacts {
        is_active: true,
        standing: Some(standing),
    })));
    let need = Permission::UpdateResources;
    assert!(is_missing(&as_user(&facts, need), need));
    let credential = Credential::User(user(9));
    let sealed = Sealed::new(credential, tenant(1), facts, ());
    let (scope, ()) = sealed.open_to_own(need, NOW).unwrap();
    assert!(scope.reaches(Some(user(9))));
    assert!(!scope.reaches(Some(user(8))) && !scope.reaches(None));
    assert_eq!(scope.only_of(), Some(user(9)));
}

#[test]
fn whoever_belongs_may_ask_about_themselves_without_any_permission() {
    let credential = || Credential::User(user(9));
    let opened = |caller| {
        let sealed = Sealed::new(credential(), tenant(1), open(caller), ());
        sealed.open_to_belonging(NOW).map(|(scope, ())| scope)
    };
    let powerless = CallerFacts::User(Some(UserFacts {
        is_active: true,
        standing: Some(Standing {
            policy: Role::Member.policy(Some("")),
            role: Role::Member,
        }),
    }));
    let scope = opened(powerless).unwrap();
    assert_eq!(scope.reach(), Reach::Nothing);
    assert!(!scope.reaches(Some(user(9))));
    let owner = Some(Role::Owner);
    assert_eq!(opened(member(true, None)), Err(AccessDenied::Stranger));
    assert_eq!(
        opened(member(false, owner.clone())),
        Err(AccessDenied::Unauthenticated)
    );
    let status = TenantStatus::Suspended;
    let facts = AccessFacts {
        status: Some(status),
        caller: member(true, owner),
    };
    let sealed = Sealed::new(credential(), tenant(1), facts, ());
    assert_eq!(
        sealed.open_to_belonging(NOW).map(drop),
        Err(AccessDenied::Closed(status))
    );
}

proptest! {
    /// Facts about one kind of caller never open anything for the other kind.
    #[test]
    fn kinds_of_callers_do_not_mix(
        role in select(&Role::BUILT_IN[..]),
        need in select(Permission::ALL),
    ) {
        let facts = open(member(true, Some(role)));
        let credential = key_credential(1);
        let verdict =
            TenantScope::authorize(&credential, &facts, tenant(1), need, Reach::Own, NOW.into());
        prop_assert_eq!(verdict, Err(AccessDenied::Unauthenticated));
    }

    #[test]
    fn a_member_is_let_in_exactly_when_the_role_allows_it(
        role in select(&Role::BUILT_IN[..]),
        need in select(Permission::ALL),
    ) {
        let allowed = role.policy(None).reach(need) == Reach::Everything;
        prop_assert_eq!(as_user(&open(member(true, Some(role))), need).is_ok(), allowed);
    }

    #[test]
    fn a_key_never_exceeds_its_creator(
        creator in prop::option::of(select(&Role::BUILT_IN[..])),
        need in select(Permission::ALL),
    ) {
        let let_in = with_key(key(creator.clone()), 1, need).is_ok();
        let allowed = creator.is_some_and(|role| role.policy(None).reach(need) == Reach::Everything);
        prop_assert!(!let_in || allowed);
    }
}
