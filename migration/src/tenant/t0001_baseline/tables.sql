-- What the pool had when tenants got schemas of their own.

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
