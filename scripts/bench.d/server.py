"""The server under test as a process: start, cost, stop."""

import http.client
import os
import pathlib
import socket
import subprocess
import time

START_SECONDS = 60
STOP_SECONDS = 60
POLL_SECONDS = 0.005


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A running server, with its files in `home`; without a database URL it uses SQLite there."""

    def __init__(self, program, home, database_url, log, settings=None):
        port = _free_port()
        self.address = f"127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SAAS_API_")}
        environment |= {
            "SAAS_API_HOST": "127.0.0.1",
            "SAAS_API_PORT": str(port),
            "SAAS_API_SECRETS__DATA_DIR": str(pathlib.Path(home) / "data"),
            # One token lasts for the whole run.
            "SAAS_API_ACCESS_TOKEN_TTL_SECONDS": "3600",
        }
        if database_url:
            environment["SAAS_API_DATABASE_URL"] = database_url
        environment |= settings or {}
        started = time.monotonic()
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                [program, "serve"], cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self._wait_until_ready(started, log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_ready(self, started, log):
        while time.monotonic() - started < START_SECONDS and self._process.poll() is None:
            if self._is_ready():
                self.ready_seconds = time.monotonic() - started
                return
            time.sleep(POLL_SECONDS)
        self._process.kill()
        raise SystemExit(f"bench: the server did not become ready, see {log}")

    def _is_ready(self):
        connection = http.client.HTTPConnection(self.address, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def cpu_seconds(self):
        """User and system time of the process so far."""
        stat = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text()
        # The name in parentheses may hold blanks; user and system time are fields 14 and 15.
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss(self):
        """Resident memory in bytes."""
        pages = pathlib.Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
