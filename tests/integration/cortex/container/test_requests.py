# SPDX-License-Identifier: Apache-2.0
"""Every request has a scope of its own, and it closes however the request ends."""

import threading
from http import HTTPStatus
from uuid import UUID

import pytest
import structlog.testing
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from pytest_django.fixtures import Settings

from cortex.container.override import override
from cortex.container.scopes import current_scope
from cortex.ports.authorizer import Authorizer, Decision
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from tests.factories.people import Cast, cast
from tests.factories.sessions import sign_in
from tests.integration.cortex.container.lamps import Lamp, lit


@pytest.fixture
def client(lamps: None, settings: Settings) -> Client:
    settings.ROOT_URLCONF = "tests.integration.cortex.container.routes"
    return Client(raise_request_exception=False)


def burning() -> list[bool]:
    """Return, for every lamp that was lit, whether it burns; nothing may be left open here."""
    assert current_scope() is None
    return [lamp.is_burning for lamp in lit]


class TestRequest:
    def test_shares_one_adapter_and_closes_it(self, client: Client) -> None:
        assert client.get("/page").content == b"True"
        assert burning() == [False]

    def test_has_another_than_the_next_one(self, client: Client) -> None:
        client.get("/page")
        client.get("/page")
        assert burning() == [False, False]

    @pytest.mark.parametrize("path", ["/refused", "/broken", "/api/v1/lamps/refused", "/api/v1/lamps/broken"])
    def test_closes_it_when_the_view_fails(self, client: Client, path: str) -> None:
        assert client.get(path).status_code >= HTTPStatus.BAD_REQUEST
        assert burning() == [False]

    def test_closes_it_when_nobody_answers_for_the_failure(self, client: Client) -> None:
        client.raise_request_exception = True
        with pytest.raises(RuntimeError):
            client.get("/broken")
        assert burning() == [False]

    def test_of_the_api_has_one_too(self, client: Client) -> None:
        assert client.get("/api/v1/lamps/good").json() == {"is_burning": True}
        assert burning() == [False]

    def test_shares_none_with_another_thread(self, client: Client) -> None:
        names: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: names.append(Client().get("/together").content)) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(names)) == 2
        assert burning() == [False, False]


class TestStreamedResponse:
    def test_keeps_its_scope_until_the_last_piece_was_sent(self, client: Client) -> None:
        response = client.get("/streamed")
        assert b"".join(response) == b"True True True "
        assert burning() == [False]

    def test_closes_its_scope_when_the_reader_has_gone(self, client: Client) -> None:
        response = client.get("/streamed")
        assert next(iter(response)) == b"True "
        response.close()
        assert burning() == [False]

    def test_that_nobody_closed_is_closed_before_the_next_request(self, client: Client) -> None:
        forgotten = client.get("/streamed")
        with structlog.testing.capture_logs() as told:
            client.get("/page")
        assert [line["event"] for line in told].count("scope_left_open") == 1
        assert burning() == [False, False]
        assert forgotten.streaming


class TestAsynchronousServer:
    @pytest.mark.parametrize("path", ["/page", "/broken", "/streamed", "/api/v1/lamps/good"])
    def test_closes_scopes_too(self, client: Client, path: str) -> None:
        @async_to_sync
        async def read() -> bytes:
            response = await AsyncClient(raise_request_exception=False).get(path)
            return b"".join(response)

        assert (b"False" not in read(), burning()) == (True, [False])


class AllowsByLamplight:
    """Allows everything, and needs a lamp to read by."""

    def decide(self, *, principal: Principal, action: str, company_id: UUID | None) -> Decision:
        return Decision(get(Lamp).is_burning, "there is light")

    def require(self, *, principal: Principal, action: str, company_id: UUID | None) -> None:
        assert get(Lamp).is_burning


@pytest.mark.django_db
class TestProgram:
    @pytest.fixture
    def people(self, lamps: None) -> Cast:
        return cast()

    @pytest.mark.parametrize("path", ["/books/DEMO/", "/api/v1/companies/DEMO/accounts"])
    def test_gives_its_pages_and_its_api_a_scope(self, people: Cast, path: str) -> None:
        client = Client(raise_request_exception=False)
        sign_in(client, people.alice)
        with override(Authorizer, AllowsByLamplight()):
            client.get(path)
            assert burning() == [False]
        client.get(path)
        assert len(lit) == 1
