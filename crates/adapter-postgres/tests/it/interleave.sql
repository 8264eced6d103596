-- What every transaction of the server meets as it enters an organisation, without knowing of it.
CREATE SCHEMA IF NOT EXISTS test;
CREATE TABLE test.schemas AS
    SELECT id, CASE placement WHEN 'silo' THEN platform.silo_schema(id) ELSE 'pool' END AS name
      FROM platform.organisations;

-- Nothing that an earlier transaction set may have survived it.
CREATE FUNCTION test.assert_clean() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF concat(current_setting('app.tenant_id', true), current_setting('app.user_id', true),
              current_setting('app.key_id', true)) <> '' THEN
        RAISE EXCEPTION 'settings were left behind';
    ELSIF current_setting('search_path') <> 'pool, platform' THEN
        RAISE EXCEPTION 'the path % was left behind', current_setting('search_path');
    END IF;
END
$$;

-- One transaction in twenty goes into somebody else's organisation behind a savepoint, and back to that.
CREATE FUNCTION test.stray() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_before text := format('%s %s', current_setting('app.tenant_id', true), current_setting('search_path'));
BEGIN
    IF random() < 0.95 THEN
        RETURN;
    END IF;
    BEGIN
        PERFORM set_config('app.tenant_id', s.id::text, true), set_config('search_path', s.name || ', platform', true)
           FROM test.schemas s ORDER BY random() LIMIT 1;
        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
        NULL;
    END;
    IF format('%s %s', current_setting('app.tenant_id', true), current_setting('search_path')) <> v_before THEN
        RAISE EXCEPTION 'the savepoint did not bring % back', v_before;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA test TO saas_api_app;
GRANT SELECT ON test.schemas TO saas_api_app;

DO $$
DECLARE
    v_function text := pg_get_functiondef('platform.tenant_access(uuid, uuid, text)'::regprocedure);
BEGIN
    v_function := regexp_replace(v_function, E'\nBEGIN\n', E'\nBEGIN\n    PERFORM test.assert_clean();\n');
    v_function := regexp_replace(v_function, E'\nEND\n', E'\n    PERFORM test.stray();\nEND\n');
    EXECUTE v_function;
END
$$;
