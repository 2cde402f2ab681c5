# SPDX-License-Identifier: Apache-2.0
"""Webhooks to a real receiver: signed, retried, logged, switched off – and never led astray."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from cortex import clock
from cortex.container.override import override
from cortex.database.transactions import transactional
from cortex.events import tasks
from cortex.events.bus import Bus
from cortex.events.bus.memory import InMemoryBus
from cortex.events.deliver import deliver
from cortex.events.lanes import EVERY_LANE
from cortex.events.relay import relay
from cortex.events.subscribers import subscriber_named
from cortex.events.webhooks import request, sending
from cortex.events.webhooks.addresses import WebhookUrlMustBeAllowed
from cortex.events.webhooks.deliveries import (
    WebhookDeliveryMustExist,
    WebhookMustNotBeRemoved,
    list_deliveries,
    resend,
)
from cortex.events.webhooks.endpoints import (
    WebhookMustExist,
    WebhooksMustBeFew,
    create_endpoint,
    list_endpoints,
    remove_endpoint,
    rotate_secret,
    set_active,
)
from cortex.events.webhooks.event_types import EventTypeMustBeWellFormed
from cortex.events.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from cortex.events.webhooks.request import post
from cortex.events.webhooks.sending import RETRY_SECONDS, endpoints_with_work, send_due
from cortex.events.webhooks.signatures import OVERLAP, signed_headers
from cortex.ids import uuid7
from cortex.policy.access import AccessMustBeGranted
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.people import Cast, cast
from tests.frame.clones import Clone
from tests.integration.cortex.events.publishing import NoteWritten, publish

CONSOLE = Principal.service("console")


@dataclass
class Receiver:
    """What a receiver got, and what it answers."""

    url: str = ""
    status: int = 204
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def notes(self) -> list[int]:
        """Return the numbers of the notes that came."""
        return [json.loads(body)["data"]["number"] for _, _, body in self.requests]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver on this machine."""
    got = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.requests.append((self.path, dict(self.headers), body))
            self.send_response(got.status)
            self.send_header("Location", f"{got.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    got.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield got
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def people(committed_database: Clone, settings: Settings) -> Cast:
    settings.WEBHOOK_HTTP_ALLOWED = True
    settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED = True
    settings.WEBHOOK_FAILURES_MAX = 3
    return cast()


@pytest.fixture
def endpoint(people: Cast, receiver: Receiver) -> tuple[WebhookEndpoint, str]:
    with scope([people.company.id]):
        return create_endpoint(
            company_id=people.company.id, url=f"{receiver.url}/in?a=1", event_types=["*"], created_by=CONSOLE
        )


def send(company_id: UUID, *notes: int) -> None:
    """Publish notes and bring them to the receivers."""
    memory, notebook = InMemoryBus(), uuid7()
    publish(company_id, *((notebook, number) for number in notes))
    relay(bus=memory)
    deliver(bus=memory, subscriber=subscriber_named("webhooks"), lanes=EVERY_LANE)
    for found, endpoint_id in endpoints_with_work():
        send_due(company_id=found, endpoint_id=endpoint_id)


def make_due(company_id: UUID) -> None:
    """Let the time of every retry have come."""
    with scope([company_id]):
        transactional(lambda: WebhookDelivery.objects.update(due_at=clock.now()))()
    for found, endpoint_id in endpoints_with_work():
        send_due(company_id=found, endpoint_id=endpoint_id)


def look(company_id: UUID) -> tuple[list[WebhookEndpoint], list[WebhookDelivery], list[WebhookAttempt]]:
    with scope([company_id]):
        attempts = transactional(lambda: list(WebhookAttempt.objects.all()))()
        return list_endpoints(company_id=company_id), list_deliveries(company_id=company_id), attempts


class TestDelivery:
    def test_is_signed_and_logged(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        send(people.company.id, 7)
        ((path, headers, body),) = receiver.requests
        assert path == "/in?a=1"
        assert headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
        event = Webhook(endpoint[1]).verify(body, headers)
        assert (event["type"], event["data"]["number"]) == (NoteWritten.event_type, 7)
        assert headers["webhook-id"] == event["id"]
        with pytest.raises(WebhookVerificationError):
            Webhook(endpoint[1]).verify(body.replace(b"7", b"8"), headers)
        _, (delivery,), (attempt,) = look(people.company.id)
        assert (delivery.state, delivery.attempts) == ("sent", 1)
        assert (attempt.status, attempt.error) == (204, "")

    def test_keeps_the_order(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        send(people.company.id, *range(120))
        assert receiver.notes == list(range(120))

    def test_goes_only_to_endpoints_that_asked(self, people: Cast, receiver: Receiver) -> None:
        company_id = people.company.id
        with scope([company_id]):
            for path, types in (("yes", [NoteWritten.event_type]), ("no", ["testing.other.v1"])):
                create_endpoint(
                    company_id=company_id, url=f"{receiver.url}/{path}", event_types=types, created_by=CONSOLE
                )
        send(company_id, 1)
        assert [path for path, _, _ in receiver.requests] == ["/yes"]

    def test_never_leaves_the_company(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        send(cast_of_another(), 1)
        assert receiver.requests == []

    def test_is_repeated_on_request(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        company_id = people.company.id
        send(company_id, 1)
        with scope([company_id]):
            resend(company_id=company_id, delivery_id=look(company_id)[1][0].id, resent_by=CONSOLE)
        make_due(company_id)
        first, second = receiver.requests
        assert first[1]["webhook-id"] == second[1]["webhook-id"]


class TestFailure:
    def test_is_retried_later(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        receiver.status = 500
        before = clock.now()
        send(people.company.id, 1)
        _, (delivery,), _ = look(people.company.id)
        assert (delivery.state, delivery.attempts) == ("queued", 1)
        assert delivery.due_at >= before + timedelta(seconds=RETRY_SECONDS[0])
        receiver.status = 200
        make_due(people.company.id)
        (own,), (delivery,), attempts = look(people.company.id)
        assert (delivery.state, [attempt.status for attempt in attempts]) == ("sent", [500, 200])
        assert own.failures_in_a_row == 0

    def test_repeated_switches_the_endpoint_off(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        company_id, receiver.status = people.company.id, 503
        send(company_id, 1)
        make_due(company_id)
        make_due(company_id)
        (own,), _, attempts = look(company_id)
        assert (own.is_active, own.disabled_reason) == (False, "3 failures in a row, the last: 503")
        make_due(company_id)
        assert len(attempts) == len(receiver.requests) == 3
        receiver.status = 200
        with scope([company_id]):
            set_active(company_id=company_id, endpoint_id=own.id, is_active=True, changed_by=CONSOLE)
        make_due(company_id)
        assert [delivery.state for delivery in look(company_id)[1]] == ["sent"]

    def test_for_good_is_obeyed_at_once(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        receiver.status = 410
        send(people.company.id, 1)
        assert look(people.company.id)[0][0].is_active is False

    def test_ends_after_the_last_retry(
        self,
        people: Cast,
        receiver: Receiver,
        endpoint: tuple[WebhookEndpoint, str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(sending, "RETRY_SECONDS", (0,))
        receiver.status = 400
        send(people.company.id, 1)
        make_due(people.company.id)
        assert [delivery.state for delivery in look(people.company.id)[1]] == ["failed"]


class TestSafety:
    def test_a_redirect_is_not_followed(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        receiver.status = 307
        send(people.company.id, 1)
        assert [path for path, _, _ in receiver.requests] == ["/in?a=1"]
        assert look(people.company.id)[2][0].status == 307

    def test_private_addresses_get_nothing(
        self,
        people: Cast,
        receiver: Receiver,
        endpoint: tuple[WebhookEndpoint, str],
        settings: Settings,
    ) -> None:
        settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED = False
        send(people.company.id, 1)
        assert receiver.requests == []
        (attempt,) = look(people.company.id)[2]
        assert (attempt.status, attempt.error) == (
            None,
            "Webhook 127.0.0.1: expected public addresses only.",
        )

    def test_a_name_that_changes_its_mind_is_asked_once(
        self, people: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED = False
        asked: list[str] = []
        reached: list[str] = []

        def answer(host: str, port: int, *args: object, **kwargs: object) -> list[object]:
            """Give a public address first and the own machine afterwards, as an attacker's server does."""
            asked.append(host)
            return [(2, 1, 6, "", ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port))]

        def connect(address: tuple[str, int], **options: object) -> None:
            reached.append(address[0])
            raise OSError("nobody there")

        monkeypatch.setattr("socket.getaddrinfo", answer)
        monkeypatch.setattr("socket.create_connection", connect)
        assert post(url="https://rebinding.example/", body=b"{}", headers={}).error == "OSError: nobody there"
        assert (asked, reached) == (["rebinding.example"], ["93.184.215.14"])

    def test_a_receiver_that_dawdles_is_left(self, monkeypatch: pytest.MonkeyPatch, people: Cast) -> None:
        import socket

        monkeypatch.setattr(request, "TOTAL_SECONDS_MAX", 0.5)
        with socket.create_server(("127.0.0.1", 0)) as server:

            def drip() -> None:
                channel, _ = server.accept()
                with channel:
                    try:
                        while True:
                            channel.sendall(b"H")
                            time.sleep(0.1)
                    except OSError:
                        return

            thread = threading.Thread(target=drip)
            thread.start()
            started = time.monotonic()
            answer = post(url=f"http://127.0.0.1:{server.getsockname()[1]}/", body=b"{}", headers={})
            thread.join(timeout=10)
        assert answer.status is None
        assert answer.error
        assert time.monotonic() - started < 3


class TestEndpoint:
    def test_of_a_forbidden_url_is_refused(self, people: Cast, settings: Settings) -> None:
        settings.WEBHOOK_HTTP_ALLOWED = False
        company_id = people.company.id
        with scope([company_id]), pytest.raises(WebhookUrlMustBeAllowed):
            create_endpoint(
                company_id=company_id, url="http://example.com", event_types=["*"], created_by=CONSOLE
            )
        assert look(company_id)[0] == []

    @pytest.mark.parametrize(
        "event_type", ["Posted!", "accounting.account.created", "a.v1", "a.b.v0", "a.b.v1\n"]
    )
    def test_that_asks_for_what_is_no_type_is_refused(self, people: Cast, event_type: str) -> None:
        company_id = people.company.id
        with scope([company_id]), pytest.raises(EventTypeMustBeWellFormed):
            create_endpoint(
                company_id=company_id,
                url="https://example.com",
                event_types=["a.b.v1", event_type],
                created_by=CONSOLE,
            )
        assert look(company_id)[0] == []

    def test_is_not_for_everybody(self, people: Cast) -> None:
        company_id = people.company.id
        with scope([company_id]):
            with pytest.raises(AccessMustBeGranted):
                create_endpoint(
                    company_id=company_id,
                    url="https://example.com",
                    event_types=["*"],
                    created_by=people.alice_principal,
                )
            with pytest.raises(WebhooksMustBeFew):
                create_endpoint(
                    company_id=company_id, url="https://example.com", event_types=[], created_by=CONSOLE
                )
            with pytest.raises(WebhookMustExist):
                rotate_secret(company_id=company_id, endpoint_id=uuid7(), rotated_by=CONSOLE)
            with pytest.raises(WebhookDeliveryMustExist):
                resend(company_id=company_id, delivery_id=uuid7(), resent_by=CONSOLE)

    def test_signs_with_both_secrets_for_a_day_after_rotation(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        company_id, old = people.company.id, endpoint[1]
        with scope([company_id]):
            new = rotate_secret(company_id=company_id, endpoint_id=endpoint[0].id, rotated_by=CONSOLE)
        send(company_id, 1)
        ((_, headers, body),) = receiver.requests
        assert new != old
        Webhook(new).verify(body, headers)
        Webhook(old).verify(body, headers)
        later = clock.now() + OVERLAP
        (own,) = look(company_id)[0]
        signed = signed_headers(endpoint=own, event_id=uuid7(), body=body, at=later)
        assert len(signed["webhook-signature"].split()) == 1

    def test_that_is_removed_gets_nothing_and_keeps_its_log(
        self, people: Cast, receiver: Receiver, endpoint: tuple[WebhookEndpoint, str]
    ) -> None:
        company_id, receiver.status = people.company.id, 503
        send(company_id, 1)
        with scope([company_id]):
            remove_endpoint(company_id=company_id, endpoint_id=endpoint[0].id, removed_by=CONSOLE)
        make_due(company_id)
        send(company_id, 2)
        assert receiver.notes == [1]
        endpoints, deliveries, attempts = look(company_id)
        assert endpoints == []
        assert [delivery.state for delivery in deliveries] == ["failed"]
        assert len(attempts) == 1
        with scope([company_id]):
            with pytest.raises(WebhookMustNotBeRemoved):
                resend(company_id=company_id, delivery_id=deliveries[0].id, resent_by=CONSOLE)
            with pytest.raises(WebhookMustExist):
                set_active(
                    company_id=company_id, endpoint_id=endpoint[0].id, is_active=True, changed_by=CONSOLE
                )

    def test_is_managed_by_a_command(
        self, people: Cast, receiver: Receiver, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def run(*words: str) -> list[str]:
            call_command("webhooks", "--company", people.company.code, *words)
            return capsys.readouterr().out.split()

        endpoint_id, secret = run("add", receiver.url, "--event-type", NoteWritten.event_type)
        assert secret.startswith("whsec_")
        assert run("list") == [endpoint_id, "active", receiver.url, NoteWritten.event_type]
        send(people.company.id, 1)
        delivery_id, *rest = run("deliveries")
        assert (rest[0], rest[2:]) == (endpoint_id, ["sent", "1"])
        assert run("resend", delivery_id) == [delivery_id, "queued"]
        assert run("rotate", endpoint_id)[1] != secret
        assert run("deactivate", endpoint_id) == [endpoint_id, "inactive"]
        assert run("activate", endpoint_id) == [endpoint_id, "active"]
        assert run("remove", endpoint_id) == [endpoint_id, "removed"]
        assert run("list") == []


class TestTasks:
    def test_send_for_one_sender_per_endpoint(
        self,
        people: Cast,
        receiver: Receiver,
        endpoint: tuple[WebhookEndpoint, str],
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The whole way by the tasks of the schedule, each run where it is sent."""

        def run_at_once(name: str, args: list[object] | None = None, **options: object) -> None:
            tasks.current_app.tasks[name](*(args or []))

        publish(people.company.id, (uuid7(), 5))
        monkeypatch.setattr("celery.app.base.Celery.send_task", lambda app, *a, **k: run_at_once(*a, **k))
        with override(Bus, InMemoryBus()):
            tasks.relay()
            tasks.deliver_all()
            tasks.send_all_webhooks()
            tasks.trim()
        assert receiver.notes == [5]


def cast_of_another() -> UUID:
    """Return another company."""
    from tests.factories.people import create_company

    return create_company(code="OTHER", name="Other").id
