"""Drives the benchmark: one database after the other, every scenario in every round."""

import json
import os
import pathlib
import sys
import tempfile

from comparison import Pgbench, PrivatePostgres
from isolation import errors as isolation_errors
from isolation import measure_isolation, print_isolation
from load import Wrk
from report import print_table, summarise
from scenarios import SCENARIOS
from seed import seed
from server import Server

SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
# Long enough for one closed-loop estimate of a single log-in.
SINGLE_SECONDS = 3


def progress(text):
    print(text, flush=True)


def measure(scenario, wrk, pgbench, server, server_first):
    """One round of one scenario: the server and, on PostgreSQL, pgbench right beside it."""

    def load():
        before = server.cpu_seconds()
        result = wrk.run(scenario.name, SECONDS)
        result["cpu_us"] = (server.cpu_seconds() - before) * 1e6 / max(result["requests"], 1)
        return result

    compared = pgbench is not None and pgbench.has(scenario.name)
    if not compared:
        return load()
    if server_first:
        result = load()
        result["pgbench"] = pgbench.run(scenario.name, SECONDS)
    else:
        reference = pgbench.run(scenario.name, SECONDS)
        result = load() | {"pgbench": reference}
    return result


def measure_database(name, program, output, database_url, postgres):
    progress(f"== {name}: seed")
    with tempfile.TemporaryDirectory(prefix="saas-api-bench-") as home:
        log = output / f"server-{name}.log"
        with Server(program, home, database_url, log) as server:
            tenants = seed(server.address, progress)
        # A new process: how fast it is ready on a migrated database, and how little it needs idle.
        with Server(program, home, database_url, log) as server:
            facts = {"ready_seconds": server.ready_seconds, "rss_idle": server.rss()}
            wrk = Wrk(home, server.address, tenants)
            pgbench = Pgbench(home, postgres, database_url, tenants) if postgres else None
            for scenario in SCENARIOS:
                wrk.verify(scenario)
            facts["single_login_seconds"] = wrk.run("login", SINGLE_SECONDS, connections=1)["p50_ms"] / 1000
            rounds = {scenario.name: [] for scenario in SCENARIOS}
            for number in range(ROUNDS):
                for scenario in SCENARIOS:
                    progress(f"{name}: round {number + 1}/{ROUNDS}: {scenario.title}")
                    result = measure(scenario, wrk, pgbench, server, server_first=number % 2 == 0)
                    rounds[scenario.name].append(result)
            facts["rss_after"] = server.rss()
    return summarise(facts, rounds)


def main():
    target = pathlib.Path(sys.argv[1]).resolve()
    output = target / "bench"
    output.mkdir(parents=True, exist_ok=True)
    program = target / "release" / "saas-api"
    results = {}
    progress("== private PostgreSQL")
    with PrivatePostgres(target / "debug" / "private-postgres") as postgres:
        url = postgres.create_database("bench")
        results["postgresql"] = measure_database("postgresql", program, output, url, postgres)
        url = postgres.create_database("isolation")
        isolation = measure_isolation(program, output, url, SECONDS, ROUNDS, progress)
    results["sqlite"] = measure_database("sqlite", program, output, None, None)

    (output / "results.json").write_text(json.dumps(results | {"isolation": isolation}, indent=2) + "\n")
    for name, result in results.items():
        print_table(name, result, SECONDS, ROUNDS)
    print_isolation(isolation, SECONDS, ROUNDS)
    errors = isolation_errors(isolation)
    errors += sum(row["errors"] for result in results.values() for row in result["scenarios"])
    if errors:
        sys.exit(f"bench: {errors} answers were not 2xx")


if __name__ == "__main__":
    main()
