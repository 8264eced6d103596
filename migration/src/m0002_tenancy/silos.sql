-- Silos: a schema of its own for one tenant. The server's role owns nothing, so that two functions with the owner's
-- rights make and remove them; each is pinned to a path in which nobody else can put anything.

-- The tenant migrations as this database runs them, oldest first, and the grants after them. Written by the migrator.
CREATE TABLE platform.tenant_scripts (
    position integer NOT NULL,
    name text NOT NULL,
    sql text NOT NULL,
    CONSTRAINT pk_tenant_scripts PRIMARY KEY (position),
    CONSTRAINT uq_tenant_scripts_name UNIQUE (name)
);

-- The advisory lock of whoever makes, migrates or removes a tenant's schema.
CREATE FUNCTION platform.silo_lock(p_tenant uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT hashtextextended(p_tenant::text, 0) $$;

-- Runs a script in the schema that leads the path, and writes it into that schema's ledger.
CREATE FUNCTION platform.apply_tenant_script(p_name text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    v_sql text;
BEGIN
    SELECT s.sql INTO STRICT v_sql FROM platform.tenant_scripts s WHERE s.name = p_name;
    EXECUTE v_sql;
    INSERT INTO tenant_migrations (name, applied_at) VALUES (p_name, now());
END
$$;

-- Makes a tenant's schema, at the newest version. Harmless to repeat.
CREATE FUNCTION platform.provision_silo(p_tenant uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = platform, pg_temp AS $$
DECLARE
    v_schema text := silo_schema(p_tenant);
    v_script text;
BEGIN
    PERFORM pg_advisory_xact_lock(silo_lock(p_tenant));
    PERFORM FROM organisations o
      WHERE o.id = p_tenant AND o.placement = 'silo' AND o.database IS NULL AND o.status = 'provisioning';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'organisation % is not a silo that is being provisioned', p_tenant USING ERRCODE = 'SA002';
    END IF;
    -- The migrator waits for this transaction before it adds a script, and this one for the migrator: no silo is made
    -- of the old scripts after the migrator has listed those that it has to take forward.
    LOCK TABLE tenant_scripts IN SHARE MODE;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', v_schema);
    PERFORM set_config('search_path', format('%I, pg_temp', v_schema), true);
    CREATE TABLE IF NOT EXISTS tenant_migrations (
        name text NOT NULL,
        applied_at timestamptz NOT NULL,
        CONSTRAINT pk_tenant_migrations PRIMARY KEY (name)
    );
    FOR v_script IN
        SELECT s.name
          FROM platform.tenant_scripts s
         WHERE NOT EXISTS (SELECT FROM tenant_migrations m WHERE m.name = s.name)
         ORDER BY s.position
    LOOP
        PERFORM platform.apply_tenant_script(v_script);
    END LOOP;
END
$$;

-- Removes everything that a deleted tenant has, and says how many rows that were; none when it is gone already. Which
-- tables there are is read from the catalogue, so that none can be forgotten; those that refer to others go first.
CREATE FUNCTION platform.purge_tenant(p_tenant uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = platform, pg_temp AS $$
DECLARE
    v_schema text := silo_schema(p_tenant);
    v_table record;
    v_rows bigint;
    v_purged bigint := 0;
    v_status text;
BEGIN
    PERFORM pg_advisory_xact_lock(silo_lock(p_tenant));
    SELECT o.status INTO v_status FROM organisations o WHERE o.id = p_tenant FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    IF v_status <> 'deleted' THEN
        RAISE EXCEPTION 'organisation % is not deleted', p_tenant USING ERRCODE = 'SA003';
    END IF;
    -- Forced row-level security binds the owner, too.
    PERFORM set_config('app.tenant_id', p_tenant::text, true);
    FOR v_table IN
        WITH RECURSIVE tenant_table AS (
            SELECT c.oid, n.nspname = v_schema AS siloed
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
               AND n.nspname IN ('platform', 'pool', v_schema)
        ), referring (oid, depth) AS (
            SELECT t.oid, 0 FROM tenant_table t
            UNION ALL
            SELECT k.conrelid, r.depth + 1
              FROM referring r
              JOIN pg_constraint k ON k.confrelid = r.oid AND k.contype = 'f' AND k.conrelid <> k.confrelid
             -- Ends even where tables refer to each other in a circle.
             WHERE r.depth < 16
        )
        SELECT t.oid::regclass AS name, t.siloed
          FROM tenant_table t
          JOIN referring r ON r.oid = t.oid
         GROUP BY t.oid, t.siloed
         ORDER BY max(r.depth) DESC
    LOOP
        IF v_table.siloed THEN
            EXECUTE format('SELECT count(*) FROM %s', v_table.name) INTO v_rows;
        ELSE
            EXECUTE format('DELETE FROM %s WHERE organisation_id = $1', v_table.name) USING p_tenant;
            GET DIAGNOSTICS v_rows = ROW_COUNT;
        END IF;
        v_purged := v_purged + v_rows;
    END LOOP;
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', v_schema);
    DELETE FROM organisations WHERE id = p_tenant;
    RETURN v_purged + 1;
END
$$;

REVOKE ALL ON FUNCTION platform.provision_silo(uuid), platform.purge_tenant(uuid), platform.apply_tenant_script(text)
    FROM PUBLIC;
