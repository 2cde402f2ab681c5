# SPDX-License-Identifier: Apache-2.0
"""A slow provider holds few threads, for a short time; a quick one is asked for its documents once."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django import Settings

from cortex.container.providers.deadlines import within
from cortex.identity.federation.providers import provider_with_id
from cortex.identity.models import SignInFailure, User
from cortex.identity.sign_in_attempts import count_attempt, federation_subject
from cortex.people.federation import calls, connections, kept, pages
from cortex.people.federation.calls import GuardedSession
from cortex.people.federation.connections import BoundedSession
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from tests.frame.openid_provider import SECRET, OpenIdProvider
from tests.frame.trickling_server import trickling_server
from tests.integration.cortex.identity.test_federation import (
    BACK,
    BEGIN,
    address_asked,
    alice,
    come_back,
    linked,
    provider,
)

pytestmark = pytest.mark.django_db
__all__ = ["alice", "provider"]
DISCOVERY, KEYS = "/.well-known/openid-configuration", "/jwks"
AT_ONCE = 0.5


@pytest.fixture(autouse=True)
def _as_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with closed circuits and nothing kept."""
    monkeypatch.setattr(calls, "_known", {})
    kept._kept.clear()


@pytest.fixture
def dripping(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Configure a provider that never comes to the end of its answer."""
    monkeypatch.setenv("FEDERATION_CORP_SECRET", SECRET)
    settings.PUBLIC_URL = "http://testserver"
    with trickling_server(tmp_path, phase="chunks") as (address, ca_file):
        configured = {"name": "Slow", "issuer": address, "client_id": "cortex", "ca_file": str(ca_file)}
        settings.FEDERATION = {"corp": configured}
        yield address


@contextmanager
def places_taken(count: int, address: str) -> Iterator[None]:
    """Let as many others wait for the provider."""
    configured = provider_with_id(provider_id="corp")

    def wait() -> None:
        with GuardedSession(provider=configured) as session, suppress(requests.RequestException):
            session.document(address)

    with ExitStack() as waiting:
        for _ in range(count):
            thread = threading.Thread(target=wait)
            thread.start()
            waiting.callback(thread.join)
        time.sleep(0.3)
        yield


class TestSlowProvider:
    def test_holds_two_threads_and_everybody_else_is_answered_at_once(
        self, dripping: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connections, "TOTAL_SECONDS_MAX", 3)
        with places_taken(2, dripping):
            # The first page of a process reads templates and settings.
            Client().get("/accounts/login/")
            began = time.monotonic()
            assert Client().post(BEGIN).status_code == 503
            assert time.monotonic() - began < AT_ONCE

    def test_is_left_alone_after_three_failures(self, dripping: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connections, "TOTAL_SECONDS_MAX", 0.6)
        seconds = []
        for _ in range(4):
            began = time.monotonic()
            assert Client().post(BEGIN).status_code == 503
            seconds.append(time.monotonic() - began)
        assert min(seconds[:3]) >= 0.6
        assert seconds[3] < AT_ONCE

    def test_has_one_deadline_for_all_calls_of_a_sign_in(
        self, provider: OpenIdProvider, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert pages.SIGN_IN_SECONDS_MAX == 10
        linked(alice)
        client = Client()
        back = provider.authorize(address_asked(client))
        kept._kept.clear()
        # Each call alone is well in time.
        monkeypatch.setattr(pages, "SIGN_IN_SECONDS_MAX", 1.0)
        provider.answer_seconds = 0.7
        began = time.monotonic()
        assert client.get(BACK, back).status_code == 503
        assert time.monotonic() - began < 1.4

    def test_is_asked_nothing_once_the_time_is_over(self, dripping: str) -> None:
        ca_file = provider_with_id(provider_id="corp").ca_file
        with within(0.01), BoundedSession(ca_file=ca_file) as session:
            time.sleep(0.05)
            began = time.monotonic()
            with pytest.raises(requests.exceptions.ReadTimeout):
                session.document(dripping)
        assert time.monotonic() - began < 0.1


class TestDocuments:
    def test_are_asked_for_once_by_many_sign_ins(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        for _ in range(3):
            assert come_back(Client(), provider).status_code == 302
        asked = provider.asked
        assert (asked.count(DISCOVERY), asked.count(KEYS), asked.count("/token")) == (1, 1, 3)

    def test_are_asked_for_again_when_they_are_old(
        self, provider: OpenIdProvider, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        linked(alice)
        monkeypatch.setattr(kept, "KEPT_SECONDS", 0.0)
        assert come_back(Client(), provider).status_code == 302
        assert (provider.asked.count(DISCOVERY), provider.asked.count(KEYS)) == (2, 1)

    def test_of_another_issuer_are_not_kept(self, provider: OpenIdProvider) -> None:
        provider.document = {"issuer": "https://other.example"}
        assert [Client().post(BEGIN).status_code for _ in range(2)] == [503, 503]
        provider.document = {}
        assert Client().post(BEGIN).status_code == 200

    def test_are_never_more_than_there_is_room_for(self, provider: OpenIdProvider) -> None:
        configured = provider_with_id(provider_id="corp")
        for number in range(kept.DOCUMENTS_MAX + 5):
            kept.keep_document(provider=configured, url=f"https://{number}", document={})
        assert len(kept._kept) == kept.DOCUMENTS_MAX
        assert kept.kept_document(provider=configured, url="https://0") is None

    def test_with_a_new_key_are_asked_for_at_once(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        assert come_back(Client(), provider).status_code == 302
        provider.key, provider.kid = rsa.generate_private_key(65537, 2048), "second"
        assert come_back(Client(), provider).status_code == 302
        assert provider.asked.count(KEYS) == 2

    def test_are_asked_for_once_by_a_key_that_is_in_none(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        assert come_back(Client(), provider).status_code == 302
        provider.token = lambda claims: provider.signed(claims, kid="unknown")
        assert come_back(Client(), provider).status_code == 403
        assert provider.asked.count(KEYS) == 2


class TestAddress:
    def test_begins_a_hundred_sign_ins_and_pauses(self, provider: OpenIdProvider) -> None:
        for _ in range(100):
            count_attempt(subjects=[federation_subject("127.0.0.1")], at=get(Clock).now())
        assert Client().post(BEGIN).status_code == 429
        assert provider.asked == []
        assert Client(REMOTE_ADDR="192.0.2.7").post(BEGIN).status_code == 200

    def test_is_charged_for_what_was_not_ended_alone(self, provider: OpenIdProvider, alice: User) -> None:
        linked(alice)
        for _ in range(3):
            address_asked(Client())
        come_back(Client(), provider)
        digest = federation_subject("127.0.0.1").digest
        assert SignInFailure.objects.get(subject=digest).failures == 3
