"""What isolation and numbers cost: pooled and siloed tenants side by side, a few tenants and many."""

import concurrent.futures
import pathlib
import secrets
import statistics
import tempfile

from load import Wrk
from scenarios import SCENARIOS
from seed import Client, Tenant
from server import Server

POOLED = 1000
SILOED = 200
FEW = 10
PROJECTS = 50
CONNECTIONS = 8
MEASURED = ("project_by_key", "project_by_token", "list_50", "create_project")


def _owner(address):
    client = Client(address)
    account = {"email": f"owner-{secrets.token_hex(4)}@bench.example.com", "password": secrets.token_urlsafe(18)}
    user = client.post("/auth/register", account | {"display_name": "Owner"})
    token = client.post("/auth/login", account, expected=200)["access_token"]
    client.close()
    return account, user["user"]["id"], token


def _tenants(address, count, progress, what):
    """Organisations of one owner: hashing a password for each would take longer than everything else."""
    account, user, token = _owner(address)

    def one(number):
        client = Client(address)
        organisation = client.post("/orgs", {"name": f"{what} {number} {secrets.token_hex(4)}"}, token)["id"]
        key = client.post(f"/orgs/{organisation}/api-keys", {"name": "Benchmark"}, token)["raw_key"]
        path = f"/orgs/{organisation}/projects"
        projects = tuple(client.post(path, {"name": f"Project {n}"}, token)["id"] for n in range(PROJECTS))
        client.close()
        return Tenant(organisation, user, account["email"], account["password"], token, key, projects)

    tenants = []
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        for tenant in pool.map(one, range(count)):
            tenants.append(tenant)
            if len(tenants) % 100 == 0:
                progress(f"seeded {len(tenants)} of {count} {what} organisations")
    return tenants


def measure_isolation(program, output, url, seconds, rounds, progress):
    """Requests per second of each scenario for each population, in turn within each round."""
    with tempfile.TemporaryDirectory(prefix="saas-api-bench-") as home:
        log = output / "server-isolation.log"
        silos = {"SAAS_API_TENANCY__ISOLATION": "silo", "SAAS_API_TENANCY__TIER": "enterprise"}
        with Server(program, home, url, log) as server:
            pooled = _tenants(server.address, POOLED, progress, "pooled")
        with Server(program, home, url, log, silos) as server:
            siloed = _tenants(server.address, SILOED, progress, "siloed")
        populations = {
            f"{FEW} pooled": pooled[:FEW],
            f"{POOLED} pooled": pooled,
            f"{FEW} siloed": siloed[:FEW],
            f"{SILOED} siloed": siloed,
        }
        results = {name: {scenario: [] for scenario in MEASURED} for name in populations}
        with Server(program, home, url, log) as server:
            loads = {}
            for name, tenants in populations.items():
                directory = pathlib.Path(home) / name.replace(" ", "-")
                directory.mkdir()
                loads[name] = Wrk(directory, server.address, tenants)
            for number in range(rounds):
                for scenario in SCENARIOS:
                    if scenario.name not in MEASURED:
                        continue
                    progress(f"isolation: round {number + 1}/{rounds}: {scenario.title}")
                    for name, wrk in loads.items():
                        before = server.cpu_seconds()
                        result = wrk.run(scenario.name, seconds)
                        result["cpu_us"] = (server.cpu_seconds() - before) * 1e6 / max(result["requests"], 1)
                        results[name][scenario.name].append(result)
    return results


def errors(results):
    return sum(one["errors"] for scenarios in results.values() for runs in scenarios.values() for one in runs)


def print_isolation(results, seconds, rounds):
    print(f"\nisolation: requests/s of one server, median of {rounds} rounds of {seconds} s (of {FEW} pooled)")
    layout = "{:<28}" + " {:>18}" * len(results)
    print(layout.format("scenario", *results))
    titles = {scenario.name: scenario.title for scenario in SCENARIOS}
    for scenario in MEASURED:
        medians = [statistics.median(one["rps"] for one in runs[scenario]) for runs in results.values()]
        cells = [f"{median:.0f} ({median / medians[0]:.2f})" for median in medians]
        print(layout.format(titles[scenario], *cells))
