GRANT USAGE ON SCHEMA public, platform, pool TO {role};
GRANT SELECT ON public.seaql_migrations TO {role};
GRANT SELECT, INSERT ON platform.users TO {role};
GRANT UPDATE (password_hash, updated_at) ON platform.users TO {role};
GRANT SELECT, INSERT, UPDATE ON platform.organisations TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.organisation_memberships, platform.roles TO {role};
GRANT SELECT, INSERT, UPDATE ON platform.api_keys TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.idempotency_records, platform.user_idempotency_records TO {role};
GRANT SELECT, INSERT, UPDATE ON platform.operators, platform.operator_bootstrap_tokens TO {role};
-- The trail can be added to and read, never changed.
GRANT SELECT, INSERT ON platform.user_events, platform.operator_events TO {role};
GRANT SELECT ON platform.tenant_scripts, platform.silo_failures TO {role};
GRANT EXECUTE ON FUNCTION platform.silo_schema(uuid), platform.enter_tenant(uuid),
    platform.tenant_access(uuid, uuid, text), platform.read_project(uuid, uuid, text, uuid) TO {role};
-- The two that run with the owner's rights; everyone else is shut out of them.
GRANT EXECUTE ON FUNCTION platform.provision_silo(uuid), platform.purge_tenant(uuid) TO {role};
