-- Control plane: who is known to the platform.

CREATE TABLE users (
    id {uuid} NOT NULL,
    email text NOT NULL,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    is_active {bool} NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_email UNIQUE (email)
);

CREATE TABLE organisations (
    id {uuid} NOT NULL,
    name {name} NOT NULL,
    slug text NOT NULL,
    version bigint NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id),
    CONSTRAINT uq_organisations_slug UNIQUE (slug)
);

-- What happened to users themselves, outside all organisations.
CREATE TABLE user_events (
    user_id {uuid} NOT NULL,
    created_at {instant} NOT NULL,
    id {uuid} NOT NULL,
    action text NOT NULL,
    metadata {json} NOT NULL,
    CONSTRAINT pk_user_events PRIMARY KEY (user_id, created_at, id)
);

CREATE TABLE user_idempotency_records (
    actor_id {uuid} NOT NULL,
    operation text NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint {bytes} NOT NULL,
    outcome text,
    expires_at {instant} NOT NULL,
    CONSTRAINT pk_user_idempotency_records PRIMARY KEY (actor_id, operation, idempotency_key)
);
CREATE INDEX ix_user_idempotency_records_expires ON user_idempotency_records (expires_at);

-- Tenant tables: organisation_id leads every key and index, but for the two by which a caller is recognised.

CREATE TABLE organisation_memberships (
    organisation_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    role text NOT NULL CONSTRAINT ck_organisation_memberships_role
        CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    CONSTRAINT pk_organisation_memberships PRIMARY KEY (organisation_id, user_id),
    CONSTRAINT fk_organisation_memberships_organisation_id_organisations
        FOREIGN KEY (organisation_id) REFERENCES organisations (id) ON DELETE CASCADE,
    CONSTRAINT fk_organisation_memberships_user_id_users
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_organisation_memberships_created
    ON organisation_memberships (organisation_id, created_at, id);
-- A user's own memberships, for GET /me and GET /orgs.
CREATE INDEX ix_organisation_memberships_user ON organisation_memberships (user_id, organisation_id);

CREATE TABLE projects (
    organisation_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {name} NOT NULL,
    -- The name in lower case, because SQLite folds ASCII only.
    name_folded {name} NOT NULL,
    status text NOT NULL CONSTRAINT ck_projects_status CHECK (status IN ('active', 'archived')),
    description text,
    created_by_user_id {uuid},
    updated_by_user_id {uuid},
    version bigint NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    deleted_at {instant},
    CONSTRAINT pk_projects PRIMARY KEY (organisation_id, id)
);
CREATE INDEX ix_projects_created ON projects (organisation_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX ix_projects_name ON projects (organisation_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX ix_projects_status ON projects (organisation_id, status, id) WHERE deleted_at IS NULL;

CREATE TABLE api_keys (
    organisation_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    -- The public part of the raw key: a key is found by it before its organisation is known.
    key_id text NOT NULL,
    digest {bytes} NOT NULL,
    name text NOT NULL,
    key_prefix text NOT NULL,
    scopes text NOT NULL,
    created_by_user_id {uuid} NOT NULL,
    revoked_at {instant},
    last_used_at {instant},
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    CONSTRAINT pk_api_keys PRIMARY KEY (organisation_id, id),
    CONSTRAINT uq_api_keys_key_id UNIQUE (key_id)
);
CREATE INDEX ix_api_keys_created ON api_keys (organisation_id, created_at, id);

CREATE TABLE audit_events (
    organisation_id {uuid} NOT NULL,
    created_at {instant} NOT NULL,
    id {uuid} NOT NULL,
    actor_user_id {uuid},
    actor_api_key_id {uuid},
    action text NOT NULL,
    target_id {uuid} NOT NULL,
    metadata {json} NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY (organisation_id, created_at, id)
);

CREATE TABLE idempotency_records (
    organisation_id {uuid} NOT NULL,
    actor_id {uuid} NOT NULL,
    operation text NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint {bytes} NOT NULL,
    outcome text,
    expires_at {instant} NOT NULL,
    CONSTRAINT pk_idempotency_records
        PRIMARY KEY (organisation_id, actor_id, operation, idempotency_key)
);
CREATE INDEX ix_idempotency_records_expires ON idempotency_records (organisation_id, expires_at);
