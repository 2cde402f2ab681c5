# SPDX-License-Identifier: Apache-2.0
"""Pages by key stay true while rows arrive, and cursors cannot be made up."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cortex.ports.registry import get
from cortex.ports.storage import Storage
from tests.factories.people import Cast, cast
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
NOTES = "/api/v1/companies/DEMO/notes"


@pytest.fixture
def people(settings: Settings) -> Cast:
    settings.ROOT_URLCONF = "tests.integration.cortex.api.routes"
    return cast()


@pytest.fixture
def alice(people: Cast) -> Client:
    client = Client()
    sign_in(client, people.alice)
    return client


def store(people: Cast, *names: str) -> None:
    for name in names:
        get(Storage).put(company_id=people.company.id, name=name, content=b"")


def page(client: Client, **parameters: object) -> dict:  # type: ignore[type-arg]
    return client.get(NOTES, parameters).json()


def names(found: dict) -> list[str]:  # type: ignore[type-arg]
    return [item["name"] for item in found["items"]]


class TestPages:
    def test_follow_each_other_without_gap_or_overlap_among_equal_keys(
        self, alice: Client, people: Cast
    ) -> None:
        store(people, "a", "b", "b", "b", "c")
        seen, cursor = [], ""
        for _ in range(3):
            found = page(alice, limit=2, cursor=cursor)
            seen += [item["id"] for item in found["items"]]
            cursor = found["next_cursor"]
        assert cursor is None
        assert len(seen) == len(set(seen)) == 5

    def test_do_not_shift_when_rows_arrive_before_them(self, alice: Client, people: Cast) -> None:
        store(people, "b", "c", "d")
        first = page(alice, limit=2)
        store(people, "a")
        assert names(page(alice, limit=2, cursor=first["next_cursor"])) == ["d"]

    def test_have_no_next_when_the_last_row_is_shown(self, alice: Client, people: Cast) -> None:
        store(people, "a", "b")
        assert page(alice, limit=2)["next_cursor"] is None

    @pytest.mark.parametrize("limit", ["0", "201", "-1", "two", "1.0", "²"])
    def test_refuse_a_limit_out_of_range(self, alice: Client, limit: str) -> None:
        assert page(alice, limit=limit)["code"] == "api.limit_must_be_in_range"

    def test_refuse_a_changed_cursor(self, alice: Client, people: Cast) -> None:
        store(people, "a", "b")
        cursor = page(alice, limit=1)["next_cursor"]
        changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
        assert page(alice, limit=1, cursor=changed)["code"] == "api.cursor_must_be_ours"

    def test_refuse_a_cursor_of_other_filters(self, alice: Client, people: Cast) -> None:
        store(people, "a", "b")
        cursor = page(alice, limit=1)["next_cursor"]
        assert page(alice, limit=1, cursor=cursor, name="b")["code"] == "api.cursor_must_be_ours"
