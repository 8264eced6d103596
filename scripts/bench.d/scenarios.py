"""What is measured: each scenario makes requests from the seeded tenants."""

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    success: int
    # From one tenant to its requests: (method, path, credential, body).
    requests: object
    # Every request gets an Idempotency-Key of its own.
    keyed: bool = False


def _project_paths(tenant):
    return [f"/orgs/{tenant.organisation_id}/projects/{project}" for project in tenant.project_ids]


def _project_by_key(tenant):
    return [("GET", path, tenant.api_key, "") for path in _project_paths(tenant)]


def _project_by_token(tenant):
    return [("GET", path, tenant.token, "") for path in _project_paths(tenant)]


def _list(tenant):
    # An empty cursor starts a keyset walk: no exact total is counted.
    path = f"/orgs/{tenant.organisation_id}/projects?cursor=&limit=50"
    return [("GET", path, tenant.api_key, "")]


def _create(tenant):
    body = json.dumps({"name": "Benchmark", "description": "Created under load"})
    return [("POST", f"/orgs/{tenant.organisation_id}/projects", tenant.token, body)]


def _me(tenant):
    return [("GET", "/me", tenant.token, "")]


def _login(tenant):
    body = json.dumps({"email": tenant.email, "password": tenant.password})
    return [("POST", "/auth/login", "", body)]


SCENARIOS = (
    Scenario("project_by_key", "get a project by API key", 200, _project_by_key),
    Scenario("project_by_token", "get a project by user token", 200, _project_by_token),
    Scenario("list_50", "list 50 projects", 200, _list),
    Scenario("create_project", "create a project", 201, _create, keyed=True),
    Scenario("me", "/me", 200, _me),
    Scenario("login", "login", 200, _login),
)
