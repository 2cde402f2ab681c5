# SPDX-License-Identifier: Apache-2.0
"""The same certificates at every server: ours, another authority's, one that has ended, one that was taken
back, and none. Each server is the real one.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
import pytest
import redis
import requests
from kombu import Connection
from kombu.exceptions import OperationalError

from cortex.boot.tls.connections import broker_url, database_options
from cortex.boot.tls.contexts import TlsFiles
from cortex.database.provision import ROLES, provision
from cortex.pki.holding import Holding
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.session import VaultSession
from tests.frame.authority import Estate
from tests.frame.https import Visitor
from tests.frame.openbao import ROLE, OpenBao
from tests.frame.tls_servers import TlsServer, admin_dsn, nginx_before, postgres_over_tls, redis_over_tls
from tests.frame.web import Web, web

pytestmark = pytest.mark.slow
Held = Holding | None


@dataclass
class Hops:
    """Every server, and every certificate."""

    postgres: TlsServer
    redis: TlsServer
    bao: OpenBao
    web: Web
    nginx: TlsServer
    holdings: dict[str, Held]
    trust: Holding


@pytest.fixture(scope="module")
def hops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hops]:
    directory = tmp_path_factory.mktemp("hops")
    estate = Estate(directory)
    serving = {name: estate.holding(name) for name in ("web", "postgres", "redis", "vault", "proxy")}
    worker, leaver = estate.holding("worker"), estate.holding("worker", directory="leaver")
    estate.revoke(leaver, tell=(*serving.values(), worker))
    holdings: dict[str, Held] = {
        "ours": worker,
        "rogue": Estate(directory, name="rogue").holding("worker"),
        "ended": estate.expired("worker"),
        "revoked": leaver,
        "other": estate.holding("reporting"),
        "none": None,
    }
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_over_tls(serving["postgres"]))
        provision(admin_dsn(postgres), database="cortex", passwords=dict.fromkeys(ROLES, "unused"))
        cache = stack.enter_context(redis_over_tls(serving["redis"]))
        bao = OpenBao(tmp_path_factory.mktemp("bao"), held=serving["vault"])
        bao.create()
        stack.callback(bao.stop)
        proxied = {
            "WEB_TRUSTED_PROXIES": "spiffe://cortex/proxy",
            "WEB_PEER_SERVICES": "spiffe://cortex/worker=scheduler",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
        }
        running = stack.enter_context(
            web(held=serving["web"], visitor=worker, clients="required", directory=directory, **proxied)
        )
        nginx = stack.enter_context(nginx_before(running.port, serving["proxy"]))
        yield Hops(postgres, cache, bao, running, nginx, holdings, serving["web"])


def to_postgres(hops: Hops, held: Held, *, role: str = "cortex_app", **changes: str) -> str:
    """Return who one is at the database."""
    given = {"sslmode": "verify-full", "sslrootcert": str(hops.trust.trust_path)}
    # Without this libpq would look for a certificate in the home of whoever runs the tests.
    absent = {"sslcert": "/nonexistent", "sslkey": "/nonexistent"}
    options = database_options(given, files=_files(hops, held)) if held else {**given, **absent}
    where = {"host": "localhost", "hostaddr": "127.0.0.1", "port": str(hops.postgres.port)}
    login = {"dbname": "cortex", "user": role, "connect_timeout": "5"}
    with psycopg.connect(**{**login, **where, **options, **changes}) as connection:
        (name,) = connection.execute("SELECT current_user").fetchone()
    return str(name)


def to_redis(hops: Hops, held: Held, *, host: str = "localhost") -> bool:
    url = _redis_url(hops, held, host=host)
    with redis.Redis.from_url(url, socket_timeout=5) as client:
        return bool(client.ping())


def to_the_broker(hops: Hops, held: Held) -> bool:
    """Send and fetch a message as Celery does."""
    with Connection(_redis_url(hops, held), connect_timeout=5) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        queue = connection.SimpleQueue("matrix")
        queue.put({"number": 1})
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
        return message.payload == {"number": 1}


def to_the_vault(hops: Hops, held: Held) -> bool:
    own = (str(held.certificate_path), str(held.key_path)) if held else ("", "")
    options = VaultOptions(
        address=hops.bao.mutual_address,
        ca_file=str(hops.trust.trust_path),
        client_certificate=own[0],
        client_key=own[1],
        role_id=str(hops.bao.root().auth.approle.read_role_id(ROLE)["data"]["role_id"]),
    )
    session = VaultSession(options)
    session.check()
    session.close()
    return True


def to_the_web(hops: Hops, held: Held) -> bool:
    return _required(hops.web.visitor(held, believes=hops.trust).is_let_in())


def to_nginx(hops: Hops, held: Held) -> bool:
    return _required(Visitor(held, hops.trust, port=hops.nginx.port).is_let_in())


def through_nginx(hops: Hops, held: Held, **headers: str) -> int:
    """Return the status of a page of the API for whoever the certificate says that one is."""
    visitor = Visitor(held, hops.trust, port=hops.nginx.port)
    return visitor.get("/api/v1/companies", headers=headers)[0]


def as_a_worker(hops: Hops, held: Held) -> bool:
    """Ask the web process as a worker does, through the library that it would use."""
    files = (str(held.certificate_path), str(held.key_path)) if held else None
    answer = requests.get(
        f"https://localhost:{hops.web.port}/health/live",
        cert=files,
        verify=str(hops.trust.trust_path),
        timeout=5,
    )
    return answer.status_code == 200


class NotLetIn(Exception):
    """The door stayed closed."""


def _required(is_let_in: bool) -> bool:
    if not is_let_in:
        raise NotLetIn
    return True


def _redis_url(hops: Hops, held: Held, *, host: str = "localhost") -> str:
    base = f"rediss://{host}:{hops.redis.port}/0"
    if held is None:
        return f"{base}?ssl_cert_reqs=required&ssl_ca_certs={hops.trust.trust_path}"
    return broker_url(base, files=_files(hops, held))


def _files(hops: Hops, held: Holding) -> TlsFiles:
    """Return a certificate of anybody, and our own authorities: only the server can be who refuses."""
    trust = hops.trust
    return TlsFiles(held.certificate_path, held.key_path, trust.trust_path, trust.revoked_path)


Hop = Callable[[Hops, Held], object]
HOPS: dict[str, Hop] = {
    "client to web": to_the_web,
    "nginx to web": to_nginx,
    "worker to web": as_a_worker,
    "web to postgresql": to_postgres,
    "worker to redis": to_redis,
    "celery to its broker": to_the_broker,
    "worker to vault": to_the_vault,
}
# These servers read lists of what was revoked; Redis and the vault's listener have no way to.
WITH_LISTS = ["client to web", "nginx to web", "worker to web", "web to postgresql"]
REFUSED = (
    NotLetIn,
    OSError,
    OperationalError,
    psycopg.OperationalError,
    redis.RedisError,
    requests.RequestException,
    VaultMustBeReachable,
)


@pytest.fixture(autouse=True)
def _credential(hops: Hops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_SECRET_ID", hops.bao.secret_id())


@pytest.mark.parametrize("hop", HOPS)
class TestEveryHop:
    def test_lets_in_a_certificate_of_our_authority(self, hops: Hops, hop: str) -> None:
        assert HOPS[hop](hops, hops.holdings["ours"])

    @pytest.mark.parametrize("which", ["rogue", "ended", "none"])
    def test_refuses_what_is_not_ours_or_has_ended(self, hops: Hops, hop: str, which: str) -> None:
        with pytest.raises(REFUSED):
            HOPS[hop](hops, hops.holdings[which])


@pytest.mark.parametrize("hop", WITH_LISTS)
def test_a_certificate_that_was_taken_back_opens_nothing(hops: Hops, hop: str) -> None:
    with pytest.raises(REFUSED):
        HOPS[hop](hops, hops.holdings["revoked"])


class TestTheDatabase:
    def test_gives_each_service_its_roles_by_its_certificate(self, hops: Hops) -> None:
        assert to_postgres(hops, hops.holdings["ours"], role="cortex_service") == "cortex_service"

    def test_gives_a_service_no_role_that_is_not_its_own(self, hops: Hops) -> None:
        with pytest.raises(psycopg.OperationalError, match="certificate authentication failed"):
            to_postgres(hops, hops.holdings["ours"], role="cortex_owner")
        with pytest.raises(psycopg.OperationalError, match="certificate authentication failed"):
            to_postgres(hops, hops.holdings["other"])

    def test_takes_nobody_without_encryption(self, hops: Hops) -> None:
        with pytest.raises(psycopg.OperationalError, match=r"reject|no encryption"):
            to_postgres(hops, hops.holdings["ours"], sslmode="disable")

    def test_is_not_believed_under_another_name(self, hops: Hops) -> None:
        with pytest.raises(psycopg.OperationalError, match="does not match host name"):
            to_postgres(hops, hops.holdings["ours"], host="ledger.internal")


class TestNginx:
    def test_says_whose_certificate_it_saw(self, hops: Hops) -> None:
        # The program knows the worker, and then asks a database that is not there.
        assert through_nginx(hops, hops.holdings["ours"]) not in (400, 401)

    def test_replaces_what_a_visitor_says_about_its_certificate(self, hops: Hops) -> None:
        ours = hops.holdings["ours"]
        assert ours is not None
        leaf = ours.certificate_path.read_text().partition("-----END")[0] + "-----END CERTIFICATE-----\n"
        spoofed = {"X-Client-Cert": quote(leaf), "X-Client-Verify": "SUCCESS"}
        assert through_nginx(hops, hops.holdings["other"], **spoofed) == 401


class TestRedis:
    def test_is_not_believed_under_another_name(self, hops: Hops) -> None:
        with pytest.raises(redis.RedisError, match="IP address mismatch"):
            to_redis(hops, hops.holdings["ours"], host="127.0.0.2")
