# SPDX-License-Identifier: Apache-2.0
"""New certificates, keys and authorities while connections are made: none fails, and nothing is restarted."""

import socket
from collections.abc import Iterator
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
from cortex.pki.succession import succession
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.session import VaultSession
from tests.frame.authority import Estate, now, tls_files
from tests.frame.https import Visitor
from tests.frame.openbao import ROLE, OpenBao
from tests.frame.tls_servers import admin_dsn, postgres_over_tls, redis_over_tls
from tests.frame.web import web
from tests.integration.cortex.pki.load import load

pytestmark = pytest.mark.slow
REQUESTS_MIN = 200


def asked(visitor: Visitor) -> None:
    """Ask the web process for its health over a connection of its own."""
    status, _ = visitor.get("/health/live")
    assert status == 200


def reissue(estate: Estate, held: Holding) -> None:
    """Give a service a new key."""
    issue_here(authority=estate.authority, holding=held, names=names_in(held.certificate()), at=now())


def shown_by(port: int, held: Holding) -> int:
    """Return the serial of the certificate that a server shows."""
    visitor = Visitor(held, held, port=port)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
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
            with load(lambda: asked(visitor)) as requests:
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
                requests.wait_for_more(REQUESTS_MIN - requests.made)
            assert requests.failures == []
            assert requests.made >= REQUESTS_MIN
            # What was renewed last is what is shown now: nothing was restarted.
            assert shown_by(running.port, worker) == serving.certificate().serial_number

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
            before = shown_by(running.port, worker)
            serving.keep_certificate(b"nonsense")
            assert visitor.is_let_in()
            assert shown_by(running.port, worker) == before
            assert "tls_files_do_not_fit" in running.log.read_text()


def rotate_everything(estate: Estate, serving: Holding, visiting: Holding) -> Iterator[str]:
    """Renew, give the server a new key, let another authority sign; yield when the server is to be told.

    The visitor keeps its key while it visits: it reads key and certificate one after the other.
    """
    held = (serving, visiting)
    for each in held:
        renew(authority=estate.authority, holding=each, at=now())
    yield "renewed"
    reissue(estate, serving)
    yield "a new key"
    estate.authority.prepare(identity_path=estate.identity, at=now())
    for each in held:
        keep_up_to_date(authority=estate.authority, holding=each, at=now())
    yield "the next authority is known"
    estate.authority.change_over()
    for each in held:
        renew(authority=estate.authority, holding=each, at=now())
    yield "the next authority signs"


class TestTheDatabase:
    def test_loses_no_connection_while_everything_changes(self, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        worker, serving = estate.holding("worker"), estate.holding("postgres")
        with postgres_over_tls(serving) as server:
            provision(admin_dsn(server), database="cortex", passwords=dict.fromkeys(ROLES, "unused"))
            where = {"host": "localhost", "port": str(server.port), "dbname": "cortex", "user": "cortex_app"}
            with load(lambda: serial_seen(where, worker)) as connections:
                for _step in rotate_everything(estate, serving, worker):
                    server.take(serving)
                    with psycopg.connect(admin_dsn(server), autocommit=True) as admin:
                        admin.execute("SELECT pg_reload_conf()")
                    connections.wait_for_more()
            assert connections.failures == []
            assert serial_seen(where, worker) == worker.certificate().serial_number

    def test_lets_a_connection_that_stands_go_on(self, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        worker, serving = estate.holding("worker"), estate.holding("postgres")
        with postgres_over_tls(serving) as server:
            provision(admin_dsn(server), database="cortex", passwords=dict.fromkeys(ROLES, "unused"))
            where = {"host": "localhost", "port": str(server.port), "dbname": "cortex", "user": "cortex_app"}
            with psycopg.connect(**where, **options_of(worker), autocommit=True) as standing:
                reissue(estate, worker)
                assert serial_seen(where, worker) == worker.certificate().serial_number
                assert standing.execute("SELECT 1").fetchone() == (1,)


def options_of(held: Holding) -> dict[str, str]:
    return database_options({"sslmode": "verify-full"}, files=tls_files(held))


def serial_seen(where: dict[str, str], held: Holding) -> int:
    """Return the serial of the certificate that the database saw."""
    seen = "SELECT client_serial FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    with psycopg.connect(**where, **options_of(held)) as connection:
        (serial,) = connection.execute(seen).fetchone()
    return int(serial)


class TestTheCache:
    def test_loses_no_connection_while_everything_changes(self, tmp_path: Path) -> None:
        estate = Estate(tmp_path)
        worker, serving = estate.holding("worker"), estate.holding("redis")
        with redis_over_tls(serving) as server:
            url = f"rediss://localhost:{server.port}/0"
            with redis.Redis.from_url(broker_url(url, files=tls_files(worker))) as keeper:
                with load(lambda: pinged(url, worker)) as connections:
                    for _step in rotate_everything(estate, serving, worker):
                        server.take(serving)
                        # Redis reads all of its files again when it is told the path of one.
                        keeper.config_set("tls-cert-file", f"{server.directory}/certificate.pem")
                        connections.wait_for_more()
                assert connections.failures == []
            assert shown_by(server.port, worker) == serving.certificate().serial_number


def pinged(url: str, held: Holding) -> None:
    with redis.Redis.from_url(broker_url(url, files=tls_files(held)), socket_timeout=10) as client:
        assert client.ping()


class TestTheVault:
    def test_loses_no_session_while_everything_changes(
        self, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        estate = Estate(tmp_path)
        worker, serving = estate.holding("worker"), estate.holding("vault")
        bao = OpenBao(tmp_path_factory.mktemp("bao"), held=serving)
        bao.create()
        try:
            monkeypatch.setenv("VAULT_SECRET_ID", bao.secret_id())
            options = vault_options(bao, worker)
            with load(lambda: checked(options)) as sessions:
                for _step in rotate_everything(estate, serving, worker):
                    bao.reload()
                    sessions.wait_for_more()
            assert sessions.failures == []
            port = int(bao.mutual_address.rpartition(":")[2])
            assert shown_by(port, worker) == serving.certificate().serial_number
        finally:
            bao.stop()


def checked(options: VaultOptions) -> None:
    session = VaultSession(options)
    session.check()
    session.close()


class TestTheRoot:
    def test_is_replaced_without_a_request_lost_and_then_counts_for_nothing(self, tmp_path: Path) -> None:
        old, new = Estate(tmp_path), Estate(tmp_path, name="successor")
        both = succession(successor=new.authority, predecessor=old.authority)
        serving, worker = old.holding("web"), old.holding("worker")
        leaver = old.holding("worker", directory="leaver")
        with web(held=serving, visitor=worker, clients="required", directory=tmp_path) as running:
            visitor = running.visitor(worker, believes=worker)
            with load(lambda: asked(visitor)) as requests:
                for held in (serving, worker):
                    keep_up_to_date(authority=both, holding=held, at=now())
                requests.wait_for_more()
                for held in (serving, worker):
                    renew(authority=both, holding=held, at=now())
                    requests.wait_for_more()
                for held in (serving, worker):
                    keep_up_to_date(authority=new.authority, holding=held, at=now())
                requests.wait_for_more()
            assert requests.failures == []
            assert not running.visitor(leaver, believes=worker).is_let_in()
