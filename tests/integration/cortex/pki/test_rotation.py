# SPDX-License-Identifier: Apache-2.0
"""New certificates, keys and authorities while requests run: none of them fails, and nothing is restarted."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import redis
from cryptography import x509

from cortex.boot.tls.connections import broker_url, database_options
from cortex.database.provision import ROLES, provision
from cortex.pki.holding import Holding
from cortex.pki.issuing import issue_here, keep_up_to_date, renew
from cortex.pki.names import names_in
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.session import VaultSession
from tests.frame.authority import Estate, now, tls_files
from tests.frame.https import REFUSED, Visitor
from tests.frame.openbao import ROLE, OpenBao
from tests.frame.tls_servers import admin_dsn, postgres_over_tls, redis_over_tls
from tests.frame.web import Web, web

pytestmark = pytest.mark.slow
REQUESTS_MIN = 200
STEP_REQUESTS = 25


@dataclass
class Load:
    """Requests without a pause, each over a connection of its own, and what became of them."""

    visitor: Visitor
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    moved: threading.Condition = field(default_factory=threading.Condition)

    def run(self) -> None:
        while not self.is_over.is_set():
            try:
                status, _ = self.visitor.get("/health/live")
                outcome = "" if status == 200 else f"status {status}"
            except (*REFUSED, OSError) as error:
                outcome = repr(error)
            with self.moved:
                self.answered += 1
                self.failures += [outcome] if outcome else []
                self.moved.notify_all()

    def wait_for_more(self, count: int = STEP_REQUESTS) -> None:
        """Wait until as many more requests have ended."""
        with self.moved:
            wanted = self.answered + count
            assert self.moved.wait_for(lambda: self.answered >= wanted, timeout=60)


@contextmanager
def load(visitor: Visitor) -> Iterator[Load]:
    running = Load(visitor)
    threads = [threading.Thread(target=running.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield running
    finally:
        running.is_over.set()
        for thread in threads:
            thread.join(timeout=30)


def reissue(estate: Estate, held: Holding) -> None:
    """Give a service a new key."""
    issue_here(authority=estate.authority, holding=held, names=names_in(held.certificate()), at=now())


def served_by(running: Web, visitor: Visitor) -> int:
    """Return the serial of the certificate that the web process shows."""
    with (
        socket.create_connection(("127.0.0.1", running.port), timeout=5) as plain,
        visitor.context().wrap_socket(plain, server_hostname="localhost") as channel,
    ):
        shown = channel.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown).serial_number


def vault_options(bao: OpenBao, held: Holding) -> VaultOptions:
    return VaultOptions(
        address=bao.mutual_address,
        ca_file=str(held.trust_path),
        client_certificate=str(held.certificate_path),
        client_key=str(held.key_path),
        role_id=str(bao.root().auth.approle.read_role_id(ROLE)["data"]["role_id"]),
    )


class TestTheWebProcess:
    def test_loses_no_request_while_certificates_keys_and_authorities_change(self, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        serving, worker = estate.holding("web"), estate.holding("worker")
        with web(held=serving, visitor=worker, clients="required", directory=tmp_path) as running:
            visitor = running.visitor(worker, believes=worker)
            with load(visitor) as requests:
                for held in (serving, worker):
                    renew(authority=estate.authority, holding=held, at=now())
                    requests.wait_for_more()
                reissue(estate, serving)
                requests.wait_for_more()
                estate.authority.prepare(identity_path=estate.identity, at=now())
                for held in (serving, worker):
                    keep_up_to_date(authority=estate.authority, holding=held, at=now())
                requests.wait_for_more()
                estate.authority.change_over()
                for held in (serving, worker):
                    renew(authority=estate.authority, holding=held, at=now())
                    requests.wait_for_more()
                requests.wait_for_more(REQUESTS_MIN - requests.answered)
            assert requests.failures == []
            assert requests.answered >= REQUESTS_MIN
            # What was renewed last is what is shown now: nothing was restarted.
            assert served_by(running, visitor) == serving.certificate().serial_number

    def test_lets_a_connection_that_stands_go_on(self, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        serving, worker = estate.holding("web"), estate.holding("worker")
        with web(held=serving, visitor=worker, clients="required", directory=tmp_path) as running:
            visitor = running.visitor(worker, believes=worker)
            with (
                socket.create_connection(("127.0.0.1", running.port), timeout=10) as plain,
                visitor.context().wrap_socket(plain, server_hostname="localhost") as channel,
            ):
                renew(authority=estate.authority, holding=serving, at=now())
                assert visitor.is_let_in()
                channel.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                assert channel.recv(12) == b"HTTP/1.1 200"

    def test_serves_on_with_what_it_had_when_new_files_do_not_fit(self, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        serving, worker = estate.holding("web"), estate.holding("worker")
        with web(held=serving, visitor=worker, clients="required", directory=tmp_path) as running:
            visitor = running.visitor(worker, believes=worker)
            before = served_by(running, visitor)
            serving.keep_certificate(b"nonsense")
            assert visitor.is_let_in()
            assert served_by(running, visitor) == before
            assert "tls_files_do_not_fit" in running.log.read_text()


class TestTheDatabase:
    def test_sees_a_renewed_certificate_at_the_next_connection(self, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        worker = estate.holding("worker")
        with postgres_over_tls(estate.holding("postgres")) as server:
            provision(admin_dsn(server), database="cortex", passwords=dict.fromkeys(ROLES, "unused"))
            options = database_options({"sslmode": "verify-full"}, files=tls_files(worker))
            where = {"host": "localhost", "port": str(server.port), "dbname": "cortex", "user": "cortex_app"}
            serial = (
                "SELECT client_serial FROM pg_stat_ssl WHERE pid = pg_backend_pid()"  # decimal, as numeric
            )
            with psycopg.connect(**where, **options, autocommit=True) as standing:
                assert standing.execute(serial).fetchone() == (worker.certificate().serial_number,)
                renew(authority=estate.authority, holding=worker, at=now())
                server.take(estate.holding("postgres", directory="postgres-2"))
                with psycopg.connect(admin_dsn(server), autocommit=True) as admin:
                    admin.execute("SELECT pg_reload_conf()")
                with psycopg.connect(**where, **options) as renewed:
                    assert renewed.execute(serial).fetchone() == (worker.certificate().serial_number,)
                # The one that stands goes on with what it was made with.
                assert standing.execute("SELECT 1").fetchone() == (1,)


class TestCacheAndVault:
    def test_take_a_renewed_certificate_at_the_next_connection(
        self, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        estate = Estate(tmp_path)
        worker = estate.holding("worker")
        bao = OpenBao(tmp_path_factory.mktemp("bao"), held=estate.holding("vault"))
        bao.create()
        try:
            monkeypatch.setenv("VAULT_SECRET_ID", bao.secret_id())
            with redis_over_tls(estate.holding("redis")) as server:
                cache = redis.Redis.from_url(
                    broker_url(f"rediss://localhost:{server.port}/0", files=tls_files(worker))
                )
                for _ in range(3):
                    assert cache.ping()
                    # A new session, and a pool that is emptied, connect with the files of now.
                    vault = VaultSession(vault_options(bao, worker))
                    vault.check()
                    vault.close()
                    cache.connection_pool.disconnect()
                    reissue(estate, worker)
                cache.close()
        finally:
            bao.stop()
