//! The list of cases.

/// Makes a test of every case, in one module a subject. `$open` is an `async fn() -> Harness` that opens a fresh, empty,
/// migrated database.
#[macro_export]
macro_rules! suite {
    ($open:path) => {
        $crate::suite! { @ $open;
            users:
                a_registered_user_is_found_by_id_and_by_address,
                an_unknown_user_is_not_found,
                a_user_is_found_from_an_organisation_that_is_not_theirs,
                an_inactive_user_is_stored_as_one,
                a_dropped_registration_leaves_nothing,
                an_address_is_taken_once,
                a_hash_is_replaced_only_where_it_is_still_the_one_that_was_read,
                a_replaced_hash_is_that_of_one_user,
                a_read_outside_organisations_refuses_to_write;
            user_events:
                somebody_who_has_just_registered_has_events_in_the_same_breath,
                an_event_carries_its_facts_and_where_its_request_came_from,
                ones_own_events_are_listed_newest_first,
                a_dropped_transaction_records_nothing,
                an_event_is_recorded_where_the_transaction_goes_on_in_an_organisation,
                nobody_has_no_events_to_list;
            operators:
                an_operator_is_found_by_id_and_by_what_the_key_hashes_to,
                an_operators_name_is_taken_once,
                an_operators_key_is_taken_away_once,
                a_bootstrap_token_is_good_once_and_until_it_expires,
                of_two_who_race_for_a_bootstrap_token_one_gets_it,
                a_dropped_appointment_leaves_nothing,
                the_operator_who_founded_an_organisation_is_known,
                a_read_refuses_to_change_anything_about_operators;
            tenants:
                a_founded_organisation_is_found_as_it_was,
                a_dropped_founding_leaves_nothing,
                a_slug_is_taken_once,
                a_name_may_be_taken_twice,
                a_change_is_stored_with_its_version,
                a_change_of_a_version_that_is_no_more_is_stale,
                a_change_to_a_taken_slug_is_refused,
                a_dropped_change_leaves_the_organisation_as_it_was,
                another_organisation_cannot_be_changed,
                a_read_refuses_to_change_the_organisation,
                a_user_lists_the_organisations_they_belong_to_by_name,
                a_user_without_organisations_lists_none,
                a_users_memberships_come_with_their_organisations_oldest_first;
            lifecycle:
                only_an_active_organisation_lets_its_own_people_in,
                every_step_of_a_life_is_stored,
                an_operator_enters_an_organisation_that_is_closed,
                an_operators_read_refuses_to_write,
                an_operator_finds_nothing_where_no_organisation_is,
                a_witness_records_who_was_refused;
            places:
                a_purged_organisation_leaves_nothing_and_the_others_as_they_were,
                only_a_deleted_organisation_is_purged,
                purging_again_is_harmless,
                a_place_is_made_before_an_organisation_is_opened,
                only_an_organisation_that_waits_for_a_place_gets_one;
            directory:
                all_organisations_are_listed_oldest_first_under_every_filter,
                any_organisation_is_found_by_id,
                work_in_the_background_finds_what_is_due_oldest_first,
                what_is_being_purged_is_nobodys_organisation,
                nobody_else_is_held_up_by_a_look_at_an_organisation;
            members:
                a_member_of_every_role_is_found_with_the_user,
                whoever_is_not_a_member_is_not_found,
                members_are_listed_oldest_first,
                a_user_is_a_member_once,
                a_user_may_belong_to_two_organisations_in_two_roles,
                a_changed_role_is_stored,
                a_removed_member_is_gone,
                changing_or_removing_someone_who_is_gone_is_stale,
                removing_someone_in_another_role_is_stale,
                the_roster_counts_owners_and_knows_the_actor,
                members_of_another_organisation_are_out_of_reach,
                dropped_changes_leave_the_members_as_they_were,
                a_read_refuses_to_change_members,
                the_holders_of_a_role_are_told_oldest_first_and_no_more_than_asked_for;
            roles:
                every_field_of_a_definition_comes_back,
                definitions_are_told_by_name,
                a_role_is_defined_once,
                of_two_racing_definitions_of_a_role_one_succeeds,
                a_changed_definition_is_stored,
                a_definition_of_a_version_that_is_no_more_is_stale,
                a_deleted_definition_is_gone,
                definitions_of_another_organisation_are_out_of_reach,
                dropped_changes_leave_the_definitions_as_they_were,
                a_read_refuses_to_change_definitions;
            rights:
                a_definition_decides_from_the_next_request_on,
                owners_and_admins_are_what_they_are_whatever_is_defined,
                a_grant_under_a_condition_reaches_ones_own,
                a_key_is_cut_to_what_its_creators_role_grants_now,
                the_roster_knows_what_the_actors_role_grants_now,
                a_definition_that_cannot_be_read_grants_nothing_and_is_no_error;
            projects:
                every_field_of_a_project_comes_back,
                every_field_of_a_changed_project_comes_back,
                a_change_is_seen_by_its_own_transaction,
                a_change_of_a_version_that_is_no_more_is_stale,
                a_deleted_project_is_found_no_more,
                changing_or_deleting_a_project_that_never_was_is_stale,
                projects_of_another_organisation_are_out_of_reach,
                a_foreign_id_under_ones_own_name_hits_nothing,
                dropped_changes_leave_the_projects_as_they_were,
                a_read_refuses_to_change_projects;
            restoring:
                a_deleted_project_is_found_as_one_and_a_live_one_is_not,
                a_project_that_is_brought_back_is_as_it_was_given,
                bringing_back_what_is_not_deleted_or_has_changed_is_stale,
                another_organisations_projects_are_not_brought_back,
                a_dropped_return_and_a_refused_one_leave_the_project_deleted;
            resources:
                every_field_of_a_resource_comes_back,
                a_document_comes_back_as_it_was_sent,
                every_field_of_a_changed_resource_comes_back,
                a_deleted_resource_is_found_but_not_listed_until_it_is_brought_back,
                a_change_of_a_version_that_is_no_more_is_stale,
                a_resource_is_part_of_a_project_of_its_own_organisation_or_of_none,
                resources_of_another_organisation_are_out_of_reach,
                dropped_changes_leave_the_resources_as_they_were,
                a_read_refuses_to_change_resources;
            resource_lists:
                live_resources_are_listed_newest_first_under_every_filter,
                a_name_filter_follows_a_changed_name,
                a_resource_that_was_found_to_be_changed_is_held_until_it_is;
            api_keys:
                every_field_of_a_key_comes_back,
                an_unknown_key_is_not_found,
                keys_are_listed_newest_first_revoked_ones_included,
                a_revocation_is_stored,
                revoking_twice_is_stale_and_keeps_the_first_time,
                revoking_a_key_that_never_was_is_stale,
                keys_of_another_organisation_are_out_of_reach,
                dropped_changes_leave_the_keys_as_they_were,
                a_read_refuses_to_change_keys,
                the_latest_use_of_a_key_stays,
                recording_no_use_changes_nothing,
                a_use_is_recorded_in_the_keys_own_organisation_only,
                where_a_key_was_last_used_goes_with_when;
            key_terms:
                a_key_counts_until_it_expires,
                a_key_counts_from_its_addresses_only,
                scopes_that_cannot_be_read_grant_nothing_and_are_no_error,
                addresses_that_cannot_be_read_let_nobody_in;
            key_changes:
                a_new_name_and_description_are_stored,
                a_new_secret_takes_the_place_of_the_one_before,
                a_digest_counts_with_its_own_key_id_only,
                without_an_overlap_the_secret_before_stops_at_once,
                a_second_rotation_ends_the_first_secret_at_once,
                both_secrets_end_with_the_key,
                rotating_a_key_that_is_revoked_or_gone_is_stale,
                another_organisations_keys_are_neither_renamed_nor_rotated,
                a_key_is_as_it_was_after_a_dropped_change_and_a_refused_one;
            audit:
                an_event_carries_its_actor_its_time_and_exactly_its_facts,
                an_event_of_a_key_names_the_key_and_no_user,
                the_founding_event_is_the_organisations_first,
                a_dropped_transaction_records_nothing,
                events_are_listed_newest_first,
                events_of_another_organisation_are_invisible,
                a_scope_of_another_organisation_commits_nothing;
            audit_detail:
                an_event_says_where_its_request_came_from,
                filters_narrow_every_page_and_the_total;
            idempotency:
                a_repeated_key_replays_the_first_outcome,
                a_key_with_another_body_is_a_mismatch,
                a_key_belongs_to_its_text_its_operation_its_actor_and_its_organisation,
                an_expired_key_is_fresh_again,
                a_dropped_claim_leaves_the_key_free,
                a_read_refuses_to_claim,
                a_key_outside_organisations_belongs_to_its_user,
                keys_outside_and_inside_organisations_are_apart,
                an_outcome_from_before_entering_commits_with_the_organisation,
                sweeping_deletes_what_has_expired_everywhere_and_nothing_else;
            access:
                a_member_is_let_in_exactly_as_far_as_the_role_goes,
                a_stranger_cannot_tell_an_organisation_from_none,
                an_unknown_user_is_nobody,
                an_inactive_member_is_nobody,
                a_changed_or_removed_member_is_judged_by_what_is_true_now,
                a_key_is_let_in_within_its_scopes,
                an_unknown_or_forged_key_is_nobody,
                a_revoked_key_is_nobody_on_the_next_request,
                a_key_is_a_stranger_everywhere_but_at_home,
                a_key_never_exceeds_its_creator,
                the_hot_reads_see_what_the_repository_sees;
            paging:
                every_order_walks_every_row_exactly_once,
                a_page_by_offset_leads_on_to_pages_by_keyset,
                rows_that_come_and_go_meanwhile_disturb_no_walk,
                a_name_filter_is_a_literal_part_of_the_name_whatever_its_case,
                a_name_filter_follows_a_changed_name,
                filters_narrow_every_page_and_the_total,
                a_list_can_be_cut_to_what_one_user_created;
            concurrency:
                the_database_answers,
                what_is_not_committed_is_seen_by_nobody_else,
                a_read_is_one_snapshot,
                two_racing_requests_with_one_key_are_carried_out_once,
                whoever_waits_for_a_claim_that_is_given_up_gets_it,
                of_two_racing_registrations_of_an_address_one_succeeds,
                of_two_racing_foundings_of_a_slug_one_succeeds,
                of_two_racing_additions_of_a_member_one_succeeds,
                of_two_owners_who_remove_each_other_one_stays,
                a_project_that_was_found_to_be_changed_is_held_until_it_is,
                transactions_that_are_dropped_give_their_connection_back,
                transactions_that_failed_give_their_connection_back,
                transactions_that_are_cut_off_give_their_connection_back;
            sweeps:
                what_was_deleted_long_ago_goes_everywhere_and_nothing_else,
                a_project_stays_for_as_long_as_a_resource_refers_to_it,
                more_than_fits_into_one_step_goes_in_one_sweep,
                organisations_that_come_and_go_are_not_in_the_way;
        }
    };
    (@ $open:path; $($subject:ident: $($case:ident),+;)+) => {
        async fn open_for_a_case() -> $crate::Harness {
            $open().await
        }

        $(
            mod $subject {
                $(
                    #[test]
                    fn $case() {
                        $crate::run(super::open_for_a_case, $crate::cases::$subject::$case);
                    }
                )+
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    /// A case that is not listed runs nowhere, and nothing else would say so.
    #[test]
    fn every_case_is_listed() {
        let subjects = [
            ("users", include_str!("cases/users.rs")),
            ("user_events", include_str!("cases/user_events.rs")),
            ("operators", include_str!("cases/operators.rs")),
            ("tenants", include_str!("cases/tenants.rs")),
            ("lifecycle", include_str!("cases/lifecycle.rs")),
            ("places", include_str!("cases/places.rs")),
            ("directory", include_str!("cases/directory.rs")),
            ("members", include_str!("cases/members.rs")),
            ("roles", include_str!("cases/roles.rs")),
            ("rights", include_str!("cases/rights.rs")),
            ("projects", include_str!("cases/projects.rs")),
            ("restoring", include_str!("cases/restoring.rs")),
            ("resources", include_str!("cases/resources.rs")),
            ("resource_lists", include_str!("cases/resource_lists.rs")),
            ("api_keys", include_str!("cases/api_keys.rs")),
            ("key_terms", include_str!("cases/key_terms.rs")),
            ("key_changes", include_str!("cases/key_changes.rs")),
            ("audit", include_str!("cases/audit.rs")),
            ("audit_detail", include_str!("cases/audit_detail.rs")),
            ("idempotency", include_str!("cases/idempotency.rs")),
            ("access", include_str!("cases/access.rs")),
            ("paging", include_str!("cases/paging.rs")),
            ("concurrency", include_str!("cases/concurrency.rs")),
            ("sweeps", include_str!("cases/sweeps.rs")),
        ];
        let list = include_str!("suite.rs");
        for (subject, source) in subjects {
            let (_, listed) = list.split_once(&format!("{subject}:\n")).unwrap();
            let (listed, _) = listed.split_once(';').unwrap();
            let listed: Vec<_> = listed.split(',').map(str::trim).collect();
            let cases: Vec<_> = source
                .lines()
                .filter_map(|line| line.strip_prefix("pub async fn "))
                .filter_map(|case| case.split('(').next())
                .collect();
            assert_eq!(listed, cases, "{subject}");
        }
    }
}
