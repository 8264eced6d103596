"""Fills a fresh server over its own API: organisations with an owner, an API key and projects each."""

import concurrent.futures
import dataclasses
import http.client
import json
import secrets

ORGANISATIONS = 100
PROJECTS = 50
CONNECTIONS = 8


@dataclasses.dataclass(frozen=True, repr=False)
class Tenant:
    organisation_id: str
    user_id: str
    email: str
    password: str
    token: str
    api_key: str
    project_ids: tuple


class Client:
    """One kept-alive connection."""

    def __init__(self, address):
        self._connection = http.client.HTTPConnection(address, timeout=60)

    def post(self, path, body, credential="", expected=201):
        headers = {"Content-Type": "application/json"}
        if credential:
            headers["Authorization"] = f"Bearer {credential}"
        self._connection.request("POST", path, json.dumps(body), headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != expected:
            raise RuntimeError(f"POST {path}: expected {expected}, got {response.status}")
        return json.loads(answer)

    def close(self):
        self._connection.close()


def _seed_tenant(address, number):
    client = Client(address)
    try:
        email, password = f"owner-{number}@bench.example.com", secrets.token_urlsafe(18)
        account = {"email": email, "password": password}
        user = client.post("/auth/register", account | {"display_name": f"Owner {number}"})
        token = client.post("/auth/login", account, expected=200)["access_token"]
        organisation = client.post("/orgs", {"name": f"Organisation {number}"}, token)["id"]
        key = client.post(f"/orgs/{organisation}/api-keys", {"name": "Benchmark"}, token)["raw_key"]
        projects = tuple(
            client.post(f"/orgs/{organisation}/projects", {"name": f"Project {index}"}, token)["id"]
            for index in range(PROJECTS)
        )
    finally:
        client.close()
    return Tenant(organisation, user["user"]["id"], email, password, token, key, projects)


def seed(address, progress):
    """The seeded tenants, in the order of their numbers."""
    tenants = []
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        for tenant in pool.map(lambda number: _seed_tenant(address, number), range(ORGANISATIONS)):
            tenants.append(tenant)
            if len(tenants) % 25 == 0:
                progress(f"seeded {len(tenants)} of {ORGANISATIONS} organisations with {PROJECTS} projects each")
    return tenants
