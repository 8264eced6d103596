-- Two organisations with a row in every table, as the first version wrote them.
INSERT INTO public.users VALUES
    ('019b0000-0000-7000-8000-000000000001', 'a@example.com', 'A', '$hash$', true, now(), now());
INSERT INTO public.user_events VALUES
    ('019b0000-0000-7000-8000-000000000001', now(), gen_random_uuid(), 'user.registered', '{"a": [1]}');
INSERT INTO public.user_idempotency_records VALUES
    ('019b0000-0000-7000-8000-000000000001', 'create', 'k', '\x00ff', 'outcome', now());
INSERT INTO public.organisations VALUES
    ('019b0000-0000-7000-8000-00000000000a', 'Acme', 'acme', 3, now(), now()),
    ('019b0000-0000-7000-8000-00000000000b', 'Beta', 'beta', 1, now(), now());
INSERT INTO public.organisation_memberships
    SELECT o.id, u.id, gen_random_uuid(), 'owner', now(), now() FROM public.organisations o, public.users u;
INSERT INTO public.projects
    SELECT o.id, gen_random_uuid(), 'Moon', 'moon', 'active', NULL, u.id, NULL, 1, now(), now(), NULL
      FROM public.organisations o, public.users u;
INSERT INTO public.api_keys
    SELECT o.id, gen_random_uuid(), 'key of ' || o.slug, '\x01', 'deploy', 'saas_', 'read:projects write:projects',
           u.id, NULL, NULL, now(), now()
      FROM public.organisations o, public.users u;
INSERT INTO public.audit_events
    SELECT o.id, now(), gen_random_uuid(), u.id, NULL, 'organisation.created', o.id, '{}'
      FROM public.organisations o, public.users u;
INSERT INTO public.idempotency_records
    SELECT o.id, u.id, 'create', 'k', '\x02', NULL, now() FROM public.organisations o, public.users u;
