# SPDX-License-Identifier: Apache-2.0
"""The whole program once over TLS: every process and server shows a certificate, and asks for one."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis
import requests

from cortex import clock
from cortex.boot.log_header.keys import new_key
from cortex.boot.tls.connections import broker_url
from cortex.database.provision import ROLES, provision
from cortex.pki.holding import Holding
from tests.frame.authority import Estate, tls_environment, tls_files
from tests.frame.processes import inherited
from tests.frame.tls_servers import TlsServer, admin_dsn, postgres_over_tls, redis_over_tls
from tests.frame.web import Web, web
from tools.checks.tracked import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.journey]
WAIT_SECONDS_MAX = 90.0
ENTRIES = "/api/v1/companies/DEMO/journal-entries"


@dataclass
class Program:
    """What runs, and the certificates of those who come to it."""

    web: Web
    postgres: TlsServer
    redis: TlsServer
    worker: Holding
    client: Holding
    token: str
    # Of a client whose terms ask for the certificate of `client`.
    secret: str
    worker_log: Path


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    directory = tmp_path_factory.mktemp("program")
    estate = Estate(directory)
    names = ("web", "worker", "migrator", "postgres", "redis", "reporting")
    held = {name: estate.holding(name) for name in names}
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_over_tls(held["postgres"]))
        cache = stack.enter_context(redis_over_tls(held["redis"]))
        # Passwords that nobody is told: logins go by certificate.
        unknown = {role: secrets.token_urlsafe(24) for role in ROLES}
        provision(admin_dsn(postgres), database="cortex", passwords=unknown)
        variables = _variables(postgres, cache)
        _command(variables, held["migrator"], "migrate", "--verbosity", "0")
        _command(variables, held["worker"], "create_demo")
        scopes = ("accounting:read", "accounting:write")
        token = _command(
            variables, held["worker"], "token", "--client", "demo-service", "--scope", *scopes
        ).strip()
        bound = ["--client", "bound", "--user", "demo-service", "--scope", *scopes]
        secret = _command(
            variables, held["worker"], "create_client", *bound, "--certificate", "spiffe://cortex/reporting"
        ).strip()
        for role, words in (("worker", ["--concurrency=1", "--hostname=worker@tls"]), ("beat", [])):
            stack.enter_context(_started(role, words, variables, held["worker"], directory))
        running = stack.enter_context(
            web(
                held=held["web"],
                visitor=held["worker"],
                clients="required",
                directory=directory,
                **variables,
            )
        )
        log = directory / "worker.log"
        yield Program(running, postgres, cache, held["worker"], held["reporting"], token, secret, log)


def _variables(postgres: TlsServer, cache: TlsServer) -> dict[str, str]:
    def database(role: str) -> str:
        return f"postgresql://{role}@localhost:{postgres.port}/cortex?sslmode=verify-full"

    return {
        "DJANGO_SETTINGS_MODULE": "settings.prod",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "LOG_SIGNING_KEY": new_key(),
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": database("cortex_app"),
        "DATABASE_OWNER_URL": database("cortex_owner"),
        "DATABASE_SERVICE_URL": database("cortex_service"),
        "REDIS_URL": f"rediss://localhost:{cache.port}/0",
    }


def _environment(variables: dict[str, str], held: Holding) -> dict[str, str]:
    return {**inherited(), **variables, **tls_environment(held)}


def _command(variables: dict[str, str], held: Holding, *words: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "cortex.serve", *words],
        cwd=ROOT,
        env=_environment(variables, held),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout


@contextmanager
def _started(
    role: str, words: list[str], variables: dict[str, str], held: Holding, directory: Path
) -> Iterator[None]:
    with (directory / f"{role}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cortex.serve", role, *words],
            cwd=ROOT,
            env=_environment(variables, held),
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(condition: Callable[[], bool], program: Program) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not condition():
        assert time.monotonic() < deadline, program.worker_log.read_text()[-3000:]
        time.sleep(0.2)


def _post_entry(program: Program, *, cert: tuple[str, str] | None) -> requests.Response:
    return requests.post(
        f"https://localhost:{program.web.port}{ENTRIES}",
        headers={"Authorization": f"Bearer {program.token}", "Idempotency-Key": secrets.token_hex(16)},
        json={
            "accounting_date": clock.today().isoformat(),
            "reference": "TLS-1",
            "narration": "Posted over TLS",
            "lines": [
                {"account": "Assets:Bank:Current", "debit": "119.00"},
                {"account": "Income:Sales", "credit": "119.00"},
            ],
        },
        cert=cert,
        verify=str(program.client.trust_path),
        timeout=30,
    )


def _entries(program: Program) -> int:
    with psycopg.connect(admin_dsn(program.postgres, database="cortex")) as admin:
        (count,) = admin.execute(
            "SELECT count(*) FROM accounting_journal_entry WHERE reference = 'TLS-1'"
        ).fetchone()
    return int(count)


def _as(held: Holding) -> tuple[str, str]:
    return str(held.certificate_path), str(held.key_path)


def _fetch_token(program: Program, *, held: Holding) -> requests.Response:
    return requests.post(
        f"https://localhost:{program.web.port}/o/token/",
        data={"grant_type": "client_credentials", "client_id": "bound", "client_secret": program.secret},
        cert=_as(held),
        verify=str(program.client.trust_path),
        timeout=30,
    )


def _read_companies(program: Program, token: str, *, held: Holding) -> int:
    answer = requests.get(
        f"https://localhost:{program.web.port}/api/v1/companies",
        headers={"Authorization": f"Bearer {token}"},
        cert=_as(held),
        verify=str(program.client.trust_path),
        timeout=30,
    )
    return answer.status_code


class TestABoundClientOverTls:
    def test_gets_its_token_and_is_served_with_its_own_certificate_alone(self, program: Program) -> None:
        assert _fetch_token(program, held=program.worker).status_code == 401
        answer = _fetch_token(program, held=program.client)
        assert answer.status_code == 200, answer.text
        token = answer.json()["access_token"]
        assert _read_companies(program, token, held=program.client) == 200
        # Stolen by somebody whom the web process knows as well, it opens nothing.
        assert _read_companies(program, token, held=program.worker) == 401


class TestTheWholeProgramOverTls:
    def test_takes_no_entry_from_whoever_has_a_token_and_no_certificate(self, program: Program) -> None:
        with pytest.raises(requests.ConnectionError):
            _post_entry(program, cert=None)
        assert _entries(program) == 0

    def test_posts_an_entry_and_delivers_its_event(self, program: Program) -> None:
        held = program.client
        answer = _post_entry(program, cert=_as(held))
        assert answer.status_code == 201, answer.text
        assert _entries(program) == 1
        url = broker_url(f"rediss://localhost:{program.redis.port}/0", files=tls_files(program.worker))
        with redis.Redis.from_url(url) as bus:
            _await(lambda: answer.json()["id"] in _read_by_subscribers(bus), program)

    def test_speaks_to_the_database_under_its_certificate_alone(self, program: Program) -> None:
        with psycopg.connect(admin_dsn(program.postgres)) as admin:
            rows = admin.execute(
                "SELECT DISTINCT client_dn, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                " WHERE usename LIKE 'cortex%'"
            ).fetchall()
        assert {version for _, version in rows} == {"TLSv1.3"}
        assert {name for name, _ in rows} <= {"/CN=web", "/CN=worker"}

    def test_is_asked_by_its_own_probe_with_a_certificate(self, program: Program) -> None:
        environment = {
            **_environment(_variables(program.postgres, program.redis), program.worker),
            "WEB_ADDRESS": f"127.0.0.1:{program.web.port}",
            "WEB_TLS_CLIENTS": "required",
        }
        probe = subprocess.run(
            [sys.executable, "-m", "cortex.serve", "health"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert probe.returncode == 0, probe.stdout + probe.stderr
        assert json.loads(probe.stdout)["status"] == "ok"


def _read_by_subscribers(bus: "redis.Redis[bytes]") -> str:
    """Return the messages of streams that a subscriber has read up to their end."""
    read = []
    for stream in bus.scan_iter(_type="stream"):
        groups = bus.xinfo_groups(stream)
        if groups and all(group["lag"] == 0 and group["pending"] == 0 for group in groups):
            read += [value.decode() for _, fields in bus.xrange(stream) for value in fields.values()]
    return "\n".join(read)
