# SPDX-License-Identifier: Apache-2.0
"""A canary in every store of secrets, the program driven through its errors, and every output searched."""

import io
import json
import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
import structlog
from celery import Celery
from django.db import connections
from django.test import Client, RequestFactory
from django.views.debug import technical_500_response
from kombu.exceptions import EncodeError
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from psycopg import sql
from pytest_django.fixtures import Settings

from cortex.clock import now
from cortex.confidential import Secret, forms_of, remember
from cortex.container.override import override
from cortex.events.webhooks.signatures import endpoint_secret
from cortex.ids import uuid7
from cortex.observability.logs import configure
from cortex.observability.span_redaction import RedactedSpans
from cortex.ports.vault import Vault
from cortex.secrets import console
from cortex.secrets.options import VaultOptions
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import SealedVault, with_secret
from cortex.secrets.vault.kv import KvVault
from cortex.secrets.vault.session import VaultSession
from tests.frame.census import TABLES
from tests.frame.clones import Clone
from tests.frame.openbao import OpenBao
from tests.frame.server import server
from tests.integration.cortex.events.brokers import own_valkey

ROOT = Path(__file__).parents[4]
STORES = ("vault", "sealed", "environment")


def made_canary(store: str) -> str:
    """Return a text with characters that every escaping changes, and that nothing else contains."""
    return f"canary-{store}&<'\">+/{secrets.token_urlsafe(24)}"


@pytest.fixture
def canaries() -> dict[str, str]:
    canaries = {store: made_canary(store) for store in (*STORES, "database", "token")}
    # As a process knows them that has read them: pages show the variables of these tests as well.
    remember(*canaries.values())
    return canaries


@pytest.fixture
def vaults(
    canaries: dict[str, str],
    bao: OpenBao,
    session: VaultSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Vault]:
    """Put a canary into each store and return the stores."""
    from cortex.secrets.environment_vault import EnvironmentVault

    bao.put("CANARY", canaries["vault"])
    file = SealedFile(path=tmp_path / "s.age", identity_path=tmp_path / "i.age")
    file.create(console.sealed_with_keys())
    file.change(lambda document: with_secret(document, name="CANARY", value=canaries["sealed"], at=now()))
    monkeypatch.setenv("CANARY", canaries["environment"])
    return {"vault": KvVault(session), "sealed": SealedVault(file), "environment": EnvironmentVault()}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Collect what the log's own formatter writes, as a process would on standard error."""
    configure({"level": "INFO"})
    written = io.StringIO()
    (handler,) = logging.getLogger().handlers[:1]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def search(canaries: dict[str, str]) -> Callable[[str], list[str]]:
    """Return what finds canaries in a text, in whatever form they stand there."""
    forms = {form for canary in canaries.values() for form in forms_of(canary)}

    def found(text: str) -> list[str]:
        return sorted(form for form in forms if form in text)

    return found


Search = Callable[[str], list[str]]


def fail_with(vault: Vault) -> None:
    """Hold the secret in every way that code does, and fail."""
    secret = vault.read_secret(name="CANARY")
    assert secret is not None
    revealed = secret.reveal()
    options = {"sasl.password": revealed, "nested": [{"innocent": revealed}], "secret": secret}
    raise ValueError(f"login failed for {revealed} under {options}")


class TestCanary:
    @pytest.mark.parametrize("store", STORES)
    def test_is_found_by_this_search(self, vaults: dict[str, Vault], search: Search, store: str) -> None:
        with pytest.raises(ValueError, match="login failed") as failure:
            fail_with(vaults[store])
        assert search(str(failure.value)) != []

    @pytest.mark.parametrize("store", STORES)
    def test_is_in_no_log_page_span_or_message(
        self, vaults: dict[str, Vault], search: Search, log: io.StringIO, store: str, settings: Settings
    ) -> None:
        settings.DEBUG = True
        exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(RedactedSpans(SimpleSpanProcessor(exporter)))
        outputs = []
        try:
            with provider.get_tracer("canary").start_as_current_span("work") as span:
                revealed = (vaults[store].read_secret(name="CANARY") or Secret("")).reveal()
                span.set_attribute("innocent", revealed)
                fail_with(vaults[store])
        except ValueError as error:
            frame = error.__traceback__.tb_next.tb_frame if error.__traceback__.tb_next else None  # type: ignore[union-attr]
            structlog.get_logger("canary").exception("failed", **(frame.f_locals if frame else {}))
            logging.getLogger("library").exception("failed: %s", revealed, extra={"revealed": revealed})
            request = RequestFactory().get("/", headers={"Authorization": f"Bearer {revealed}"})
            page = technical_500_response(request, *sys.exc_info())
            outputs += [page.content.decode()]
            plain = RequestFactory().get("/", headers={"Accept": "application/json"})
            outputs += [technical_500_response(plain, *sys.exc_info()).content.decode()]
        outputs += [span.to_json() for span in exporter.get_finished_spans()]
        assert "login failed" in log.getvalue()
        assert all("login failed" in output for output in outputs)
        assert {place: search(text) for place, text in enumerate([log.getvalue(), *outputs])} == {
            place: [] for place in range(len(outputs) + 1)
        }

    def test_is_in_no_page_of_a_database_that_refuses(
        self,
        committed_database: Clone,
        canaries: dict[str, str],
        search: Search,
        settings: Settings,
        log: io.StringIO,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.DEBUG = True
        Secret(canaries["database"])
        connections["default"].close()
        monkeypatch.setitem(connections.settings["default"], "PASSWORD", canaries["database"])
        client = Client(raise_request_exception=False)
        pages = [
            client.get(path) for path in ("/books/", "/admin/login/", "/accounts/login/", "/health/ready")
        ]
        pages += [client.post("/accounts/login/", {"username": "alice", "password": "x"})]
        connections["default"].close()
        assert max(page.status_code for page in pages) >= 500
        assert [search(page.content.decode()) for page in pages] == [[]] * len(pages)
        assert search(log.getvalue()) == []

    def test_is_in_no_message_to_a_worker(
        self, canaries: dict[str, str], search: Search, tmp_path: Path
    ) -> None:
        Secret(canaries["token"])
        with own_valkey(tmp_path / "valkey") as valkey:
            url = valkey.url()
            app = Celery(
                "canary", broker=f"redis+socket://{url.removeprefix('unix://')}", set_as_current=False
            )
            app.send_task("innocent", args=["text"])
            for body in ([canaries["token"]], [{"deep": {"in": [canaries["token"]]}}]):
                with pytest.raises(EncodeError, match="expected arguments without secrets") as refusal:
                    app.send_task("careless", args=body)
                assert search(str(refusal.value)) == []
            with pytest.raises(Exception, match="not JSON serializable"):
                app.send_task("careless", args=[Secret(canaries["token"])])
            broker = redis.Redis.from_url(url)
            (message,) = broker.lrange("celery", 0, -1)
            assert search(message.decode()) == []
            assert b"innocent" in message
            broker.close()
            app.close()

    def test_is_in_no_row_of_the_database(
        self, committed_database: Clone, vaults: dict[str, Vault], canaries: dict[str, str]
    ) -> None:
        with override(Vault, vaults["vault"]):
            endpoint_secret(endpoint_id=uuid7(), version=1)
        with psycopg.connect(server().admin_dsn(committed_database.name)) as admin:
            for (table,) in admin.execute(TABLES).fetchall():
                query = sql.SQL("SELECT count(*) FROM {} row WHERE row::text LIKE '%canary-%'")
                assert admin.execute(query.format(sql.Identifier(table))).fetchone() == (0,), table

    @pytest.mark.slow
    def test_is_not_shown_by_commands(self, canaries: dict[str, str], search: Search, tmp_path: Path) -> None:
        environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")},
            "DJANGO_SETTINGS_MODULE": "settings.test",
            "SECRET_KEY": canaries["token"],
            "LOG_SIGNING_KEY": canaries["database"],
            "SEALED_SECRETS_FILE": str(tmp_path / "s.age"),
            "SEALED_IDENTITY_FILE": str(tmp_path / "i.age"),
        }

        def run(*words: str, given: str = "") -> str:
            done = subprocess.run(
                [sys.executable, "manage.py", *words],
                input=given,
                cwd=ROOT,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            return done.stdout + done.stderr

        outputs = [
            run("secrets", "seal"),
            run("secrets", "set", "CANARY", given=canaries["sealed"]),
            run("secrets", "list"),
            run("secrets", "get", "CANARY"),
            run("config", "show"),
            run("trial_balance", "--company", "DEMO"),
        ]
        assert [search(output) for output in outputs] == [[]] * len(outputs)
        assert run("secrets", "get", "CANARY", "--reveal").strip() == canaries["sealed"]

    def test_is_not_told_by_a_vault_that_refuses(
        self,
        bao: OpenBao,
        options: VaultOptions,
        search: Search,
        monkeypatch: pytest.MonkeyPatch,
        canaries: dict[str, str],
    ) -> None:
        monkeypatch.setenv("VAULT_SECRET_ID", canaries["token"])
        with pytest.raises(Exception, match="a login by approle") as refusal:
            KvVault(VaultSession(options)).read_secret(name="CANARY")
        page = technical_500_response(
            RequestFactory().get("/"), refusal.type, refusal.value, refusal.tb
        ).content.decode()
        assert search(page + str(refusal.value) + json.dumps(str(refusal.value.__dict__))) == []
