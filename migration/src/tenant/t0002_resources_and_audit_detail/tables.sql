ALTER TABLE audit_events ADD COLUMN changes {json};
ALTER TABLE audit_events ADD COLUMN ip_address text;
ALTER TABLE audit_events ADD COLUMN user_agent text;
ALTER TABLE audit_events ADD COLUMN request_id text;
-- The name of the operator who acted, if it was one.
ALTER TABLE audit_events ADD COLUMN actor_operator text;
CREATE INDEX ix_audit_events_actor_user ON audit_events (organisation_id, actor_user_id, created_at, id);
CREATE INDEX ix_audit_events_actor_api_key ON audit_events (organisation_id, actor_api_key_id, created_at, id);
CREATE INDEX ix_audit_events_action ON audit_events (organisation_id, action, created_at, id);
CREATE INDEX ix_audit_events_target ON audit_events (organisation_id, target_id, created_at, id);

-- For the sweep that ends the retention of what was deleted.
CREATE INDEX ix_projects_deleted ON projects (organisation_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE resources (
    organisation_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {name} NOT NULL,
    name_folded {name} NOT NULL,
    project_id {uuid},
    owner_user_id {uuid} NOT NULL,
    -- The text as it was sent: a JSON type would sort keys and write numbers its own way.
    data text NOT NULL,
    version bigint NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    deleted_at {instant},
    CONSTRAINT pk_resources PRIMARY KEY (organisation_id, id),
    CONSTRAINT fk_resources_project_id_projects
        FOREIGN KEY (organisation_id, project_id) REFERENCES projects (organisation_id, id)
);
CREATE INDEX ix_resources_created ON resources (organisation_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX ix_resources_name ON resources (organisation_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX ix_resources_owner
    ON resources (organisation_id, owner_user_id, created_at, id) WHERE deleted_at IS NULL;
-- Deleted ones as well: a project that is purged is looked for among all.
CREATE INDEX ix_resources_project ON resources (organisation_id, project_id, created_at, id);
CREATE INDEX ix_resources_deleted ON resources (organisation_id, deleted_at) WHERE deleted_at IS NOT NULL;
