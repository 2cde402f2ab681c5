# SPDX-License-Identifier: Apache-2.0
"""Webhooks in the administration: a secret is shown once, and every change goes through its service."""

import html
import re
from uuid import UUID

import pytest
from django.test import Client

from cortex.database.transactions import transactional
from cortex.events.models import WebhookDelivery, WebhookEndpoint
from cortex.events.webhooks.endpoints import create_endpoint, list_endpoints
from cortex.ports.principal import Principal
from cortex.tenancy import scope
from tests.factories.people import Cast, cast, member
from tests.integration.cortex.backoffice.administration import page, staff
from tests.integration.cortex.events.publishing import audited, let_it_have_failed, queue_delivery

pytestmark = pytest.mark.django_db
LIST, LOG = "/admin/events/webhookendpoint/", "/admin/events/webhookdelivery/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def dora(people: Cast) -> Client:
    return staff(member(people.company, name="dora", role="administrator"))


@pytest.fixture
def endpoint(people: Cast) -> WebhookEndpoint:
    with scope([people.company.id]):
        return create_endpoint(
            company_id=people.company.id,
            url="https://receiver.example/",
            event_types=["*"],
            created_by=Principal.service("console"),
        )[0]


def endpoints(people: Cast) -> list[WebhookEndpoint]:
    with scope([people.company.id]):
        return list_endpoints(company_id=people.company.id)


class TestEndpoint:
    def test_is_created_with_a_secret_that_is_shown_once(self, people: Cast, dora: Client) -> None:
        form = {
            "company": people.company.id,
            "url": "https://receiver.example/",
            "description": "the shop",
            "event_types": "accounting.account.created.v1\naccounting.account.updated.v1",
        }
        answer = dora.post(f"{LIST}create/", form)
        assert SECRET.search(page(answer))
        assert "no-store" in answer.headers["Cache-Control"]
        (created,) = endpoints(people)
        assert created.event_types == ["accounting.account.created.v1", "accounting.account.updated.v1"]
        assert not SECRET.search(page(dora.get(f"{LIST}{created.id}/change/")))

    def test_of_a_forbidden_url_is_refused_on_the_form(self, people: Cast, dora: Client) -> None:
        form = {"company": people.company.id, "url": "http://localhost/", "event_types": "*"}
        answer = dora.post(f"{LIST}create/", form)
        assert answer.status_code == 422
        assert "expected https://" in html.unescape(answer.content.decode())
        assert endpoints(people) == []

    def test_that_asks_for_what_is_no_type_is_refused_on_the_form(self, people: Cast, dora: Client) -> None:
        form = {
            "company": people.company.id,
            "url": "https://receiver.example/",
            "event_types": "accounting.account.created.v1, accounting.account.updated.v1",
        }
        answer = dora.post(f"{LIST}create/", form)
        assert answer.status_code == 422
        assert "Event type accounting.account.created.v1,: expected" in html.unescape(answer.content.decode())
        assert endpoints(people) == []

    def test_is_switched_off_and_on(self, people: Cast, dora: Client, endpoint: WebhookEndpoint) -> None:
        at = f"{LIST}{endpoint.id}"
        shown = page(dora.get(f"{at}/change/"))
        assert "/deactivate/" in shown
        assert "/activate/" not in shown
        dora.post(f"{at}/deactivate/", {"reason": "receiver moves"})
        (off,) = endpoints(people)
        assert (off.is_active, off.disabled_reason) == (False, "receiver moves")
        assert dora.get(f"{at}/deactivate/").status_code == 403
        dora.post(f"{at}/activate/")
        assert endpoints(people)[0].is_active is True
        assert audited(people.company.id, "events.webhook.change") == 3

    def test_gets_a_new_secret(self, people: Cast, dora: Client, endpoint: WebhookEndpoint) -> None:
        at = f"{LIST}{endpoint.id}/rotate-secret/"
        assert not SECRET.search(page(dora.get(at)))
        assert endpoints(people)[0].secret_version == 1
        assert SECRET.search(page(dora.post(at)))
        assert endpoints(people)[0].secret_version == 2

    def test_is_removed_and_then_only_looked_at(
        self, people: Cast, dora: Client, endpoint: WebhookEndpoint
    ) -> None:
        at = f"{LIST}{endpoint.id}"
        assert dora.post(f"{at}/remove/").status_code == 302
        assert endpoints(people) == []
        shown = page(dora.get(f"{at}/change/"))
        assert "rotate-secret" not in shown
        assert dora.post(f"{at}/activate/").status_code == 403

    def test_is_changed_by_nobody_else(self, people: Cast, endpoint: WebhookEndpoint) -> None:
        for user in (people.alice, people.bob):
            client = staff(user)
            assert client.get(f"{LIST}{endpoint.id}/change/").status_code == 200
            for verb in ("deactivate", "rotate-secret", "remove"):
                assert client.post(f"{LIST}{endpoint.id}/{verb}/", {"reason": "x"}).status_code == 403
            assert client.post(f"{LIST}create/").status_code == 403
        assert endpoints(people)[0].secret_version == 1


class TestLog:
    @pytest.fixture
    def delivery(self, people: Cast, endpoint: WebhookEndpoint) -> UUID:
        queued = queue_delivery(people.company.id)
        let_it_have_failed(queued, status=503, duration_ms=1234)
        return queued.id

    def test_shows_what_was_sent_and_sends_it_again(self, people: Cast, dora: Client, delivery: UUID) -> None:
        assert str(delivery) in page(dora.get(f"{LOG}?q={delivery}"))
        assert "0 results" in page(dora.get(f"{LOG}?q=nothing"))
        shown = page(dora.get(f"{LOG}{delivery}/change/"))
        assert ">503<" in shown.replace(" ", "").replace("\n", "")
        assert "1,234" in shown
        assert dora.post(f"{LOG}{delivery}/resend/").status_code == 302

        @transactional
        def state() -> str:
            return str(WebhookDelivery.objects.get().state)

        with scope([people.company.id]):
            assert state() == "queued"
