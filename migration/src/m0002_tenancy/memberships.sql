-- SQLite only: a CHECK cannot be dropped, so the table is made anew without it. An organisation may define roles of its
-- own.

CREATE TABLE organisation_memberships_of_any_role (
    organisation_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    role text NOT NULL,
    created_at {instant} NOT NULL,
    updated_at {instant} NOT NULL,
    CONSTRAINT pk_organisation_memberships PRIMARY KEY (organisation_id, user_id),
    CONSTRAINT fk_organisation_memberships_organisation_id_organisations
        FOREIGN KEY (organisation_id) REFERENCES organisations (id) ON DELETE CASCADE,
    CONSTRAINT fk_organisation_memberships_user_id_users
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO organisation_memberships_of_any_role (organisation_id, user_id, id, role, created_at, updated_at)
    SELECT organisation_id, user_id, id, role, created_at, updated_at FROM organisation_memberships;
DROP TABLE organisation_memberships;
ALTER TABLE organisation_memberships_of_any_role RENAME TO organisation_memberships;
CREATE INDEX ix_organisation_memberships_created
    ON organisation_memberships (organisation_id, created_at, id);
CREATE INDEX ix_organisation_memberships_user ON organisation_memberships (user_id, organisation_id);
