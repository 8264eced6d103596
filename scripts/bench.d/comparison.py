"""The yardstick: pgbench running the same SQL on the same data, under the same row-level security."""

import os
import pathlib
import re
import shutil
import subprocess

CLIENTS = 16
THREADS = 2
# pgbench takes at most 128 scripts; one for each tenant spreads the rows as the requests are spread.
MAX_SCRIPTS = 128
SCRIPTS = pathlib.Path(__file__).with_name("pgbench")
MIGRATION = pathlib.Path(__file__).parents[2] / "migration" / "src"
GRANTS = MIGRATION / "grants.sql"
POOL_GRANTS = MIGRATION / "tenant" / "grants.sql"
ROLE = "bench_client"


def _program(name):
    found = shutil.which(name) or next(
        (str(path) for path in sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        raise SystemExit(f"bench: {name} is not installed")
    return found


class PrivatePostgres:
    """A server that ends with this object, or with this process: its standard input then closes."""

    def __init__(self, program):
        self._process = subprocess.Popen(
            [program, "--durable"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._url = self._process.stdout.readline().strip()
        if not self._url:
            raise SystemExit("bench: no PostgreSQL")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()

    def create_database(self, name):
        """URL of a new database."""
        self.execute(self._url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.execute(self._url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return re.sub(r"/[^/?]*(?=\?|$)", f"/{name}", self._url)

    def execute(self, url, sql):
        environment = os.environ | {"PGOPTIONS": "-c client_min_messages=warning"}
        subprocess.run(
            [_program("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-c", sql, url], env=environment, check=True
        )


class Pgbench:
    def __init__(self, home, postgres, url, tenants):
        self._home = pathlib.Path(home)
        self._url = self._as_client(postgres, url)
        self._tenants = tenants[:MAX_SCRIPTS]

    def _as_client(self, postgres, url):
        """A role with the server's rights: a superuser would see past the row-level security that is measured."""
        create = f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
                    CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS;
                END IF;
            END $$;"""
        grants = GRANTS.read_text() + "SET search_path = pool;\n" + POOL_GRANTS.read_text()
        postgres.execute(url, create + grants.replace("{role}", ROLE))
        return re.sub(r"//[^@/]*@", f"//{ROLE}@", url)

    def has(self, scenario):
        return (SCRIPTS / f"{scenario}.sql").is_file()

    def run(self, scenario, seconds):
        """Transactions per second."""
        files = []
        template = (SCRIPTS / f"{scenario}.sql").read_text()
        for number, tenant in enumerate(self._tenants):
            file = self._home / f"{scenario}-{number}.sql"
            file.write_text(self._filled(template, tenant))
            files += ["-f", str(file)]
        output = subprocess.run(
            [_program("pgbench"), "-n", "-M", "prepared", f"-c{CLIENTS}", f"-j{THREADS}", f"-T{seconds}", *files,
             self._url],
            env=os.environ | {"PGOPTIONS": "-c search_path=pool,platform"},
            check=True, capture_output=True, text=True,
        ).stdout
        failed = re.search(r"number of failed transactions: (\d+)", output)
        if failed and failed[1] != "0":
            raise SystemExit(f"bench: pgbench {scenario}: {failed[1]} failed transactions")
        return float(re.search(r"tps = ([\d.]+) \(without initial connection time\)", output)[1])

    def _filled(self, template, tenant):
        values = {
            "organisation": tenant.organisation_id,
            "user": tenant.user_id,
            "project": tenant.project_ids[0],
            # The middle part of brand, key id and secret: the brand may hold the separator itself.
            "key": tenant.api_key.rsplit("_", 2)[1],
        }
        for name, value in values.items():
            template = template.replace(f"{{{name}}}", f"'{value}'")
        return template
