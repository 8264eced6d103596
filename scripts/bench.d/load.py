"""Load over HTTP with wrk. Requests reach it through a file that only this user can read: they hold credentials."""

import http.client
import itertools
import json
import os
import pathlib
import random
import subprocess

from scenarios import SCENARIOS

CONNECTIONS = 16
THREADS = 2
SCRIPT = pathlib.Path(__file__).with_name("requests.lua")


class Wrk:
    def __init__(self, home, address, tenants):
        self._home = pathlib.Path(home)
        self._address = address
        self._runs = itertools.count()
        shuffled = random.Random(1)
        self._requests = {}
        for scenario in SCENARIOS:
            requests = [request for tenant in tenants for request in scenario.requests(tenant)]
            shuffled.shuffle(requests)
            self._requests[scenario.name] = requests
            self._file(scenario.name).write_text("".join("\t".join(request) + "\n" for request in requests))

    def _file(self, scenario):
        return self._home / f"{scenario}.requests"

    def verify(self, scenario):
        """wrk counts answers of 400 and above as errors: here one answer must be exactly the right one."""
        method, path, credential, body = self._requests[scenario.name][0]
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        if body:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(self._address, timeout=30)
        connection.request(method, path, body or None, headers)
        status = connection.getresponse().status
        connection.close()
        if status != scenario.success:
            raise SystemExit(f"bench: {scenario.title}: expected {scenario.success}, got {status}")

    def run(self, name, seconds, connections=CONNECTIONS):
        """One measurement: requests per second, latencies in milliseconds, errors."""
        scenario = next(scenario for scenario in SCENARIOS if scenario.name == name)
        result = self._home / "wrk.json"
        environment = os.environ | {
            "BENCH_REQUESTS": str(self._file(name)),
            "BENCH_RESULT": str(result),
            "BENCH_KEY_PREFIX": f"run-{next(self._runs)}" if scenario.keyed else "",
        }
        threads = min(THREADS, connections)
        subprocess.run(
            ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", SCRIPT,
             f"http://{self._address}"],
            env=environment, stdout=subprocess.DEVNULL, check=True,
        )
        return json.loads(result.read_text())
