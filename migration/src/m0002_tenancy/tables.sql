-- Control plane.

ALTER TABLE {platform}organisations ADD COLUMN tier text NOT NULL DEFAULT 'free'
    CONSTRAINT ck_organisations_tier CHECK (tier IN ('free', 'pro', 'enterprise'));
ALTER TABLE {platform}organisations ADD COLUMN status text NOT NULL DEFAULT 'active'
    CONSTRAINT ck_organisations_status
        CHECK (status IN ('provisioning', 'active', 'suspended', 'deleting', 'deleted'));
ALTER TABLE {platform}organisations ADD COLUMN placement text NOT NULL DEFAULT 'pool'
    CONSTRAINT ck_organisations_placement CHECK (placement IN ('pool', 'silo'));
-- The configured connection behind which the tenant plane is; null: this database.
ALTER TABLE {platform}organisations ADD COLUMN database text;
ALTER TABLE {platform}organisations ADD COLUMN api_key_max_days integer;
ALTER TABLE {platform}organisations ADD COLUMN delete_after {instant};
CREATE INDEX ix_organisations_status ON {platform}organisations (status);

-- What roles may do in an organisation, beside the built-in ones.
CREATE TABLE {platform}roles (
    organisation_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name text NOT NULL,
    description text,
    grants text NOT NULL,
    version bigint NOT NULL,
    created_by_user_id {uuid},
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    CONSTRAINT pk_roles PRIMARY KEY (organisation_id, name)
);

ALTER TABLE {platform}api_keys ADD COLUMN description text;
ALTER TABLE {platform}api_keys ADD COLUMN expires_at {instant};
-- Separated by blanks; null: from anywhere.
ALTER TABLE {platform}api_keys ADD COLUMN allowed_cidrs text;
ALTER TABLE {platform}api_keys ADD COLUMN last_used_ip text;
-- The secret before the last rotation, for as long as it still opens. Half of it would be a secret without an end.
ALTER TABLE {platform}api_keys ADD COLUMN previous_key_id text;
ALTER TABLE {platform}api_keys ADD COLUMN previous_digest {bytes};
ALTER TABLE {platform}api_keys ADD COLUMN previous_valid_until {instant}
    CONSTRAINT ck_api_keys_previous CHECK (
        (previous_key_id IS NULL) = (previous_digest IS NULL)
        AND (previous_key_id IS NULL) = (previous_valid_until IS NULL)
    );
CREATE UNIQUE INDEX uq_api_keys_previous_key_id ON {platform}api_keys (previous_key_id);
UPDATE {platform}api_keys
    SET scopes = replace(scopes, 'write:projects', 'create:projects update:projects delete:projects')
    WHERE scopes LIKE '%write:projects%';

ALTER TABLE {platform}user_events ADD COLUMN ip_address text;
ALTER TABLE {platform}user_events ADD COLUMN user_agent text;
ALTER TABLE {platform}user_events ADD COLUMN request_id text;

-- Those who run the platform: outside all organisations, and no users.
CREATE TABLE {platform}operators (
    id {uuid} NOT NULL,
    name text NOT NULL,
    digest {bytes} NOT NULL,
    created_at {instant} NOT NULL,
    revoked_at {instant},
    CONSTRAINT pk_operators PRIMARY KEY (id),
    CONSTRAINT uq_operators_name UNIQUE (name)
);

CREATE TABLE {platform}operator_bootstrap_tokens (
    digest {bytes} NOT NULL,
    created_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    used_at {instant},
    CONSTRAINT pk_operator_bootstrap_tokens PRIMARY KEY (digest)
);

-- What operators did. It outlives the organisations that it is about.
CREATE TABLE {platform}operator_events (
    created_at {instant} NOT NULL,
    id {uuid} NOT NULL,
    operator text NOT NULL,
    action text NOT NULL,
    target_id {uuid},
    reason text,
    metadata {json} NOT NULL,
    CONSTRAINT pk_operator_events PRIMARY KEY (created_at, id)
);

-- Tenant plane: which tenant migrations its tables have. The first made what is there already.
CREATE TABLE {pool}tenant_migrations (
    name text NOT NULL,
    applied_at {instant} NOT NULL,
    CONSTRAINT pk_tenant_migrations PRIMARY KEY (name)
);
INSERT INTO {pool}tenant_migrations (name, applied_at) VALUES ('t0001_baseline', {now});
