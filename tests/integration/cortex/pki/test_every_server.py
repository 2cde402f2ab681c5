# SPDX-License-Identifier: Apache-2.0
"""Each client of ours before a server that is not ours: another authority's certificate, one that has ended,
one of another name, one that was taken back, and none. It says nothing to it, no password and no token.

The servers of `test_every_hop` tell certificates of clients apart; here clients tell those of servers apart.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
import pytest
import redis
import requests
from kombu import Connection
from kombu.exceptions import OperationalError

from cortex.boot.tls.connections import broker_url, database_options
from cortex.pki.holding import Holding
from cortex.pki.issuing import issue_here
from cortex.pki.names import names_of
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.session import VaultSession
from cortex.serve import health
from tests.frame.authority import TRUST_DOMAIN, Estate, now, tls_files
from tests.frame.https import Visitor
from tests.frame.impostor import Impostor, impostor
from tests.frame.tls_servers import TlsServer, nginx_before

pytestmark = pytest.mark.slow


@dataclass
class Town:
    """Who pretends to be which server, under which certificate, and what our clients hold."""

    plain_tls: Impostor
    postgres: Impostor
    nginx: TlsServer
    worker: Holding
    shown: dict[str, Holding | None]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    directory = tmp_path_factory.mktemp("town")
    estate = Estate(directory)
    worker, proxy, leaver = (estate.holding(name) for name in ("worker", "proxy", "leaver"))
    estate.revoke(leaver, tell=(worker, proxy))
    shown: dict[str, Holding | None] = {
        "ours": estate.holding("web"),
        "rogue": Estate(directory, name="rogue").holding("web"),
        "ended": estate.expired("web"),
        "misnamed": _misnamed(estate),
        "revoked": leaver,
        "none": None,
    }
    with ExitStack() as stack:
        plain_tls = stack.enter_context(impostor())
        postgres = stack.enter_context(impostor(asks_first=True))
        nginx = stack.enter_context(nginx_before(plain_tls.port, proxy))
        yield Town(plain_tls, postgres, nginx, worker, shown)


def _misnamed(estate: Estate) -> Holding:
    held = Holding(estate.directory / "misnamed")
    names = names_of(trust_domain=TRUST_DOMAIN, service="web", dns=["elsewhere"], addresses=["127.0.0.9"])
    issue_here(authority=estate.authority, holding=held, names=names, at=now())
    return held


def probe_to_web(town: Town) -> None:
    if health(port=town.plain_tls.port, files=tls_files(town.worker)) != 0:
        raise ConnectionError("the probe says that it is not well")


def worker_to_web(town: Town) -> None:
    requests.get(
        f"https://localhost:{town.plain_tls.port}/health/live",
        cert=(str(town.worker.certificate_path), str(town.worker.key_path)),
        verify=str(town.worker.trust_path),
        timeout=2,
    )


def nginx_to_web(town: Town) -> None:
    status, _ = Visitor(town.worker, town.worker, port=town.nginx.port).get("/health/live")
    if status == 502:
        raise ConnectionError("nginx did not get through")


def web_to_postgresql(town: Town) -> None:
    given = {"sslmode": "verify-full", "sslrootcert": str(town.worker.trust_path)}
    psycopg.connect(
        host="localhost",
        hostaddr="127.0.0.1",
        port=town.postgres.port,
        dbname="cortex",
        user="cortex_app",
        password="told-to-nobody",  # pragma: allowlist secret
        connect_timeout=2,
        **database_options(given, files=tls_files(town.worker)),
    ).close()


def worker_to_redis(town: Town) -> None:
    with redis.Redis.from_url(_redis_url(town), socket_timeout=2) as client:
        client.ping()


def celery_to_its_broker(town: Town) -> None:
    with Connection(_redis_url(town), connect_timeout=2) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)


def worker_to_vault(town: Town) -> None:
    options = VaultOptions(
        address=f"https://127.0.0.1:{town.plain_tls.port}",
        ca_file=str(town.worker.trust_path),
        client_certificate=str(town.worker.certificate_path),
        client_key=str(town.worker.key_path),
        role_id="role",
    )
    session = VaultSession(options)
    try:
        session.check()
    finally:
        session.close()


def _redis_url(town: Town) -> str:
    return broker_url(f"rediss://localhost:{town.plain_tls.port}/0", files=tls_files(town.worker))


HOPS: dict[str, Callable[[Town], None]] = {
    "probe to web": probe_to_web,
    "worker to web": worker_to_web,
    "nginx to web": nginx_to_web,
    "web to postgresql": web_to_postgresql,
    "worker to redis": worker_to_redis,
    "celery to its broker": celery_to_its_broker,
    "worker to vault": worker_to_vault,
}
# These read lists of what was revoked; the libraries of Redis, of the vault and `requests` have no way to.
WITH_LISTS = ["probe to web", "nginx to web", "web to postgresql"]
REFUSED = (OSError, OperationalError, psycopg.OperationalError, redis.RedisError, VaultMustBeReachable)


@pytest.fixture(autouse=True)
def _credential(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_SECRET_ID", "told-to-nobody")


def _shown(town: Town, hop: str, which: str) -> list[bytes]:
    """Let the client meet a server with this certificate; return what it said to it."""
    server = town.postgres if hop == "web to postgresql" else town.plain_tls
    server.pretend(town.shown[which])
    with pytest.raises(REFUSED):
        HOPS[hop](town)
    return [said for said in server.heard if said]


@pytest.mark.parametrize("hop", HOPS)
class TestEveryServer:
    def test_is_spoken_to_with_a_certificate_of_our_authority(self, town: Town, hop: str) -> None:
        """Else the silence below would say nothing; this server understands nobody, so that all give up."""
        assert _shown(town, hop, "ours") != []

    @pytest.mark.parametrize("which", ["rogue", "ended", "none"])
    def test_is_told_nothing_with_another_one(self, town: Town, hop: str, which: str) -> None:
        assert _shown(town, hop, which) == []


# The probe asks its own process, whatever name its certificate is for.
@pytest.mark.parametrize("hop", sorted(HOPS.keys() - {"probe to web"}))
def test_a_server_of_another_name_is_told_nothing(town: Town, hop: str) -> None:
    assert _shown(town, hop, "misnamed") == []


@pytest.mark.parametrize("hop", WITH_LISTS)
def test_a_server_whose_certificate_was_taken_back_is_told_nothing(town: Town, hop: str) -> None:
    assert _shown(town, hop, "revoked") == []
