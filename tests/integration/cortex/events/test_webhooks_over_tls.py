# SPDX-License-Identifier: Apache-2.0
"""Webhooks to a real receiver over HTTPS, in a process of its own, with certificates good and bad."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import trustme
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook

from cortex import clock
from cortex.database.transactions import transactional
from cortex.events.bus.memory import InMemoryBus
from cortex.events.deliver import deliver
from cortex.events.lanes import EVERY_LANE
from cortex.events.relay import relay
from cortex.events.subscribers import subscriber_named
from cortex.events.webhooks import request
from cortex.events.webhooks.deliveries import list_attempts, list_deliveries, resend
from cortex.events.webhooks.endpoints import create_endpoint, list_endpoints
from cortex.events.webhooks.models import WebhookDelivery
from cortex.events.webhooks.request import Answer, post
from cortex.events.webhooks.sending import RETRY_SECONDS, endpoints_with_work, send_due
from cortex.ids import uuid7
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.people import Cast, cast
from tests.frame.clones import Clone
from tests.frame.server import ROOT
from tests.integration.cortex.events.publishing import publish

CONSOLE = Principal.service("console")
PROGRAM = "tests.integration.cortex.events.https_receiver"
StartReceiver = Callable[[trustme.LeafCert], "Receiver"]


@dataclass(frozen=True)
class Receiver:
    """Where the receiver listens, and the file it writes down its requests in."""

    port: int
    log: Path

    def url(self, path: str) -> str:
        return f"https://localhost:{self.port}/{path}"

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartReceiver]:
    """Return what starts a receiver with a certificate; every one is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def receiver(certificate: trustme.LeafCert) -> Receiver:
        place = tmp_path_factory.mktemp("receiver")
        chain, log = place / "chain.pem", place / "requests.jsonl"
        certificate.private_key_and_cert_chain_pem.write_to_path(str(chain))
        command = [sys.executable, "-m", PROGRAM, str(chain), str(log)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        assert process.stdout is not None
        return Receiver(int(process.stdout.readline()), log)

    yield receiver
    for process in started:
        process.kill()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def receiver(authority: trustme.CA, start: StartReceiver) -> Receiver:
    """Return a receiver whose certificate is good for `localhost`."""
    return start(authority.issue_cert("localhost"))


@pytest.fixture(autouse=True)
def trusting(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """Trust the authority as an operator does, and allow this machine as a receiver."""
    roots = tmp_path / "roots.pem"
    authority.cert_pem.write_to_path(str(roots))
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED = True
    settings.WEBHOOK_FAILURES_MAX = 3


def ask(url: str) -> Answer:
    return post(url=url, body=b"{}", headers={})


class TestCertificate:
    def test_of_the_right_name_is_accepted(self, receiver: Receiver) -> None:
        assert ask(receiver.url("in")).status == 204

    def test_of_another_name_is_refused(self, authority: trustme.CA, start: StartReceiver) -> None:
        other = start(authority.issue_cert("receiver.example"))
        answer = ask(other.url("in"))
        assert answer.status is None
        assert "Hostname mismatch" in answer.error
        assert other.requests == []

    def test_that_has_expired_is_refused(self, authority: trustme.CA, start: StartReceiver) -> None:
        yesterday = clock.now() - timedelta(days=1)
        expired = start(
            authority.issue_cert("localhost", not_before=yesterday - timedelta(days=1), not_after=yesterday)
        )
        answer = ask(expired.url("in"))
        assert answer.status is None
        assert "certificate has expired" in answer.error
        assert expired.requests == []

    def test_of_an_unknown_authority_is_refused(self, start: StartReceiver) -> None:
        unknown = start(trustme.CA().issue_cert("localhost"))
        answer = ask(unknown.url("in"))
        assert answer.status is None
        assert "CERTIFICATE_VERIFY_FAILED" in answer.error
        assert unknown.requests == []


class TestReceiver:
    def test_that_points_elsewhere_is_not_followed(self, receiver: Receiver) -> None:
        before = len(receiver.requests)
        answer = ask(receiver.url("elsewhere"))
        assert (answer.status, answer.is_accepted) == (307, False)
        assert [got["path"] for got in receiver.requests[before:]] == ["/elsewhere"]

    @pytest.mark.parametrize("path", ["slow", "dripping"])
    def test_that_takes_too_long_is_left(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        monkeypatch.setattr(request, "TOTAL_SECONDS_MAX", 0.4)
        started = time.monotonic()
        answer = ask(receiver.url(path))
        assert answer.status is None
        assert answer.error
        assert time.monotonic() - started < 3

    def test_that_never_stops_talking_is_not_listened_to(self, receiver: Receiver) -> None:
        started = time.monotonic()
        assert ask(receiver.url("endless")).status == 200
        assert time.monotonic() - started < 3

    def test_that_never_ends_its_headers_is_left(self, receiver: Receiver) -> None:
        answer = ask(receiver.url("headers"))
        assert answer.status is None
        assert "got more than 100 headers" in answer.error

    def test_inside_the_own_network_gets_nothing(self, receiver: Receiver, settings: Settings) -> None:
        settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED = False
        before = len(receiver.requests)
        for host in ("localhost", "127.0.0.1", "[::1]"):
            answer = ask(f"https://{host}:{receiver.port}/in")
            assert answer.status is None
            assert answer.error.endswith("expected public addresses only.")
        assert len(receiver.requests) == before

    def test_whose_name_changes_its_mind_is_reached_where_it_was_checked(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        """The first answer is public, every later one this machine: nothing may come to this machine."""
        settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED = False
        monkeypatch.setattr(request, "CONNECT_SECONDS_MAX", 0.2)
        before, reached = len(receiver.requests), []
        answers = iter(["93.184.215.14"])

        def answer(host: str, port: int, *args: object, **options: object) -> list[object]:
            return [(2, 1, 6, "", (next(answers, "127.0.0.1"), port))]

        def connect(address: tuple[str, int], **options: object) -> None:
            reached.append(address[0])
            raise OSError("nobody there")

        monkeypatch.setattr("socket.getaddrinfo", answer)
        monkeypatch.setattr("socket.create_connection", connect)
        assert ask(f"https://rebinding.example:{receiver.port}/in").error == "OSError: nobody there"
        assert ask(f"https://rebinding.example:{receiver.port}/in").error.endswith("public addresses only.")
        assert reached == ["93.184.215.14"]
        assert len(receiver.requests) == before


class TestDelivery:
    @pytest.fixture
    def people(self, committed_database: Clone) -> Cast:
        return cast()

    def test_is_verified_by_the_library_that_receivers_use(self, people: Cast, receiver: Receiver) -> None:
        secret = subscribe(people.company.id, receiver.url("in"))
        send(people.company.id)
        got = receiver.requests[-1]
        event = Webhook(secret).verify(got["body"], got["headers"])
        assert (event["type"], event["data"]["number"]) == ("testing.note.written.v1", 1)
        assert got["headers"]["webhook-id"] == event["id"]
        assert list(got["headers"]["Host"].split(":")) == ["localhost", str(receiver.port)]

    def test_that_fails_is_retried_by_the_schedule_and_ends_with_the_endpoint_off(
        self, people: Cast, receiver: Receiver
    ) -> None:
        company_id = people.company.id
        subscribe(company_id, receiver.url("broken"))
        for attempt in range(3):
            before = clock.now()
            send(company_id) if attempt == 0 else make_due(company_id)
            (delivery,) = deliveries(company_id)
            assert (delivery.state, delivery.attempts) == ("queued", attempt + 1)
            assert delivery.due_at >= before + timedelta(seconds=RETRY_SECONDS[attempt])
        with scope([company_id]):
            (endpoint,) = list_endpoints(company_id=company_id)
            log = list_attempts(company_id=company_id, delivery_id=delivery.id)
        assert (endpoint.is_active, endpoint.disabled_reason) == (False, "3 failures in a row, the last: 500")
        assert [attempt.status for attempt in log] == [500, 500, 500]
        sent = len(receiver.requests)
        make_due(company_id)
        assert len(receiver.requests) == sent

    def test_is_sent_again_on_request_under_its_own_id(self, people: Cast, receiver: Receiver) -> None:
        company_id = people.company.id
        subscribe(company_id, receiver.url("in"))
        send(company_id)
        with scope([company_id]):
            resend(company_id=company_id, delivery_id=deliveries(company_id)[0].id, resent_by=CONSOLE)
        make_due(company_id)
        first, second = receiver.requests[-2:]
        assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
        assert first["body"] == second["body"]


def subscribe(company_id: UUID, url: str) -> str:
    """Create an endpoint for every event and return its secret."""
    with scope([company_id]):
        return create_endpoint(company_id=company_id, url=url, event_types=["*"], created_by=CONSOLE)[1]


def send(company_id: UUID) -> None:
    """Publish a note and bring it to the receivers."""
    memory = InMemoryBus()
    publish(company_id, (uuid7(), 1))
    relay(bus=memory)
    deliver(bus=memory, subscriber=subscriber_named("webhooks"), lanes=EVERY_LANE)
    send_all()


def make_due(company_id: UUID) -> None:
    """Let the time of every retry have come."""
    with scope([company_id]):
        transactional(lambda: WebhookDelivery.objects.update(due_at=clock.now()))()
    send_all()


def send_all() -> None:
    for company_id, endpoint_id in endpoints_with_work():
        send_due(company_id=company_id, endpoint_id=endpoint_id)


def deliveries(company_id: UUID) -> list[WebhookDelivery]:
    with scope([company_id]):
        return list_deliveries(company_id=company_id)
