# SPDX-License-Identifier: Apache-2.0
"""Type by type and door by door: a row that policies hide is answered as one that is not there.

A type whose lists are filtered needs a line in `DOORS`, which says what doors it has.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from cortex.identity.models import User
from cortex.ids import uuid7
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.filters.columns import registered_columns
from cortex.policy.packaged import packaged_text
from tests.factories.books import CONSOLE, Books, open_books
from tests.factories.people import let_in, person
from tests.factories.sessions import sign_in
from tests.integration.cortex.policy.filters.planted_rows import MODELS, Planting

ABSENT = "01900000-0000-7000-8000-000000000000"
API = "/api/v1/companies/DEMO/"
# Leaves of the log have tests of their own: they are found by the object that they are about.
ELSEWHERE = {"Audit::Entry"}
OF_THE_ANSWER = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|nonce-?[=\"']*[\w+/=-]+|value=\"\w{64}\""
)


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where rows of a type are met. `{}` stands for the row's name: its id, unless `named_by` says otherwise.

    `writes` are (method, path, body); `{of}` is the endpoint of a delivery.
    """

    admin: str
    lists: tuple[str, ...] = ()
    one: tuple[str, ...] = ()
    writes: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    completed_in: str = ""
    named_by: str = "id"
    absent: str = ABSENT
    exports: tuple[str, ...] = ()


_DIGEST = {"digest": "0" * 64, "reason": "No"}
DOORS: Mapping[str, Doors] = {
    "Accounting::Account": Doors(
        admin="accounting/account",
        lists=(f"{API}accounts",),
        one=(f"{API}accounts/{{}}",),
        writes=(("PATCH", f"{API}accounts/{{}}", {"name": "Another"}),),
        completed_in="accounting.account.parent",
        named_by="code",
        absent="Nothing:Here",
        exports=(f"{API}reports/general-ledger?account={{}}",),
    ),
    "Accounting::FiscalPeriod": Doors(
        admin="accounting/fiscalperiod",
        lists=(f"{API}periods", "/books/DEMO/periods/"),
        writes=tuple(
            ("POST", f"{API}periods/{{}}:{verb}", {"reason": "The month is over"})
            for verb in ("open", "close", "lock")
        ),
        named_by="code",
        absent="2031-01",
    ),
    "Accounting::JournalEntry": Doors(
        admin="accounting/journalentry",
        lists=(f"{API}journal-entries?limit=200", "/books/DEMO/entries/"),
        one=(
            f"{API}journal-entries/{{}}",
            f"{API}journal-entries/{{}}/audit-leaves",
            "/books/DEMO/entries/{}/",
        ),
        writes=(("POST", f"{API}journal-entries/{{}}:reverse", {"accounting_date": "2026-09-01"}),),
    ),
    "Cortex::Proposal": Doors(
        admin="approvals/proposal",
        lists=(f"{API}approvals?limit=200", "/books/DEMO/approvals/"),
        one=(f"{API}approvals/{{}}", "/books/DEMO/approvals/{}/"),
        writes=(
            ("POST", f"{API}approvals/{{}}:approve", {"digest": "0" * 64}),
            ("POST", f"{API}approvals/{{}}:reject", _DIGEST),
            ("POST", f"{API}approvals/{{}}:withdraw", {}),
            ("POST", f"{API}approvals/{{}}/comments", {"text": "Why?"}),
        ),
    ),
    "Events::HeldDelivery": Doors(
        admin="events/helddelivery",
        lists=(f"{API}held-deliveries?limit=200",),
        writes=tuple(("POST", f"{API}held-deliveries/{{}}:{verb}", {}) for verb in ("retry", "discard")),
    ),
    "Events::WebhookDelivery": Doors(
        admin="events/webhookdelivery",
        lists=(f"{API}webhooks/{{of}}/deliveries?limit=200",),
        one=(f"{API}webhooks/{{of}}/deliveries/{{}}",),
        writes=(("POST", f"{API}webhooks/{{of}}/deliveries/{{}}:resend", {}),),
    ),
    "Events::WebhookEndpoint": Doors(
        admin="events/webhookendpoint",
        lists=(f"{API}webhooks?limit=200",),
        one=(f"{API}webhooks/{{}}", f"{API}webhooks/{{}}/deliveries"),
        writes=(
            *(
                ("POST", f"{API}webhooks/{{}}:{verb}", {})
                for verb in ("activate", "deactivate", "rotate-secret")
            ),
            ("DELETE", f"{API}webhooks/{{}}", {}),
        ),
    ),
    "Jobs::Job": Doors(
        admin="jobs/job", one=("/api/v1/jobs/{}",), writes=(("POST", "/api/v1/jobs/{}:cancel", {}),)
    ),
    # Changes of a member are asked of the verb; `/members/…` is tried beside the doors of members.
    "People::Membership": Doors(
        admin="identity/membership",
        lists=(f"{API}members", "/accounts/companies/DEMO/members/"),
        named_by="user.username",
        absent="nobody",
    ),
}


class House:
    """A company in which one row of each type is hidden from Carol, and from nobody else."""

    def __init__(self) -> None:
        self.books: Books = open_books()
        self.carol, self.alice = (self._person(name) for name in ("carol", "alice"))
        people = [self.carol.id, self.alice.id]
        Planting(books=self.books, people=people, posters=[CONSOLE], size=9).plant()
        self.hidden: dict[str, Any] = {}
        with self.books.entered():
            for about in DOORS:
                rows = MODELS[about]._default_manager.filter(company_id=self.books.company_id)
                rows = rows.exclude(**_TOO_NEEDED.get(about, {}))
                # Of the entries one that is no reversal and has none: both name each other.
                self.hidden[about] = rows.order_by("-id")[5 if about == "Accounting::JournalEntry" else 0]
                self.hidden[about].named = _named(self.hidden[about], DOORS[about].named_by)
        self.clients = {user: sign_in(_browser(), user) for user in (self.carol, self.alice)}

    def policies(self) -> str:
        """Return forbids by which Carol does not see these rows."""
        return "\n".join(
            f'@id("house.hidden_{number}") @title("Hidden") forbid (principal == '
            f'Cortex::User::"{self.carol.id}", action in Cortex::Action::"read", resource is {about})'
            f' when {{ resource == {about}::"{row.id}" }};'
            for number, (about, row) in enumerate(self.hidden.items())
        )

    def name(self, about: str) -> str:
        return str(self.hidden[about].named)

    def path(self, about: str, path: str, name: str) -> str:
        """Fill a path with the row's name, or another one."""
        of = self.hidden[about].endpoint_id if about == "Events::WebhookDelivery" else UUID(int=0)
        return path.replace("{of}", str(of)).replace("{}", name)

    def asked(
        self, user: User, path: str, method: str = "GET", body: Any = None, **headers: str
    ) -> HttpResponse:
        """Return the answer of a door; redirects of the administration are followed."""
        headers = {"Idempotency-Key": str(uuid7()), **headers}
        client = self.clients[user]
        if method == "GET":
            return client.get(path, headers=headers, follow=True)
        return client.generic(method, path, _json(body), content_type="application/json", headers=headers)

    def _person(self, name: str) -> User:
        user = person(name)
        let_in(company_id=self.books.company_id, user_id=user.id, roles=["administrator", "controller"])
        User.objects.filter(id=user.id).update(is_staff=True)
        return User.objects.get(id=user.id)


_TOO_NEEDED: Mapping[str, Mapping[str, Any]] = {
    "People::Membership": {"user__username__in": ("carol", "alice")},
}


def _named(row: Any, path: str) -> str:
    for part in path.split("."):
        row = getattr(row, part)
    return str(row)


def _browser() -> Client:
    return Client(raise_request_exception=False)


def _json(body: Any) -> str:
    return json.dumps(body)


@pytest.fixture
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House()
    engine = PolicyEngine(packaged_text() + house.policies(), version=0)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
    return house


def told(answer: HttpResponse, *names: str) -> tuple[int, str]:
    """Return status and words of an answer, without the name that was asked for and what is its own."""
    text = answer.content.decode()
    for name in names:
        text = text.replace(name, "NAME")
    return answer.status_code, OF_THE_ANSWER.sub("…", text)


class TestDoors:
    def test_are_written_down_for_every_type_whose_lists_are_filtered(self) -> None:
        assert DOORS.keys() | ELSEWHERE == {table.entity_type for table in registered_columns()}

    def test_list_all_but_the_hidden(self, house: House) -> None:
        for about, doors in DOORS.items():
            name = house.name(about)
            for path in (house.path(about, each, name) for each in doors.lists):
                seen, hidden = (house.asked(user, path) for user in (house.alice, house.carol))
                assert (path, seen.status_code, hidden.status_code) == (path, 200, 200)
                assert (path, name in seen.content.decode()) == (path, True)
                text = hidden.content.decode()
                assert (
                    path,
                    text[max(text.find(name) - 60, 0) : text.find(name)] if name in text else "",
                ) == (path, "")

    def test_answer_for_the_hidden_as_for_nothing(self, house: House) -> None:
        for about, doors in DOORS.items():
            name = house.name(about)
            for path in (*doors.one, *doors.exports):
                for tag in ({}, {"If-None-Match": "*"}):
                    hidden = house.asked(house.carol, house.path(about, path, name), **tag)
                    absent = house.asked(house.carol, house.path(about, path, doors.absent), **tag)
                    assert told(hidden, name) == told(absent, doors.absent), path
                    assert hidden.status_code in (404, 422), path
                    assert "ETag" not in hidden.headers
                assert house.asked(house.alice, house.path(about, path, name)).status_code == 200

    def test_refuse_to_change_the_hidden_as_what_is_not_there(self, house: House) -> None:
        for about, doors in DOORS.items():
            name = house.name(about)
            for method, path, body in doors.writes:
                # With a guessed tag, with any, and with none: it must not be told whether one fits.
                for tag in ({"If-Match": '"guessed"'}, {"If-Match": "*"}, {}):
                    hidden = house.asked(house.carol, house.path(about, path, name), method, body, **tag)
                    absent = house.asked(
                        house.carol, house.path(about, path, doors.absent), method, body, **tag
                    )
                    assert told(hidden, name) == told(absent, doors.absent), (method, path, tag)
                    assert hidden.status_code in (400, 403, 404, 428), (method, path, tag)
            with house.books.entered():
                row = MODELS[about]._default_manager.get(id=house.hidden[about].id)
            assert _columns(row) == _columns(house.hidden[about]), about

    def test_of_the_administration_show_count_and_complete_all_but_the_hidden(self, house: House) -> None:
        for about, doors in DOORS.items():
            self._shows_no_row(house, about)
            if doors.completed_in:
                app, model, field = doors.completed_in.split(".")
                name = house.name(about)
                words = f"app_label={app}&model_name={model}&field_name={field}&term={name}"
                seen, hidden = (
                    house.asked(user, f"/admin/autocomplete/?{words}") for user in (house.alice, house.carol)
                )
                assert (name in seen.content.decode(), name in hidden.content.decode()) == (True, False)

    @staticmethod
    def _shows_no_row(house: House, about: str) -> None:
        base, row = f"/admin/{DOORS[about].admin}/", house.hidden[about]
        seen, hidden = (house.asked(user, base) for user in (house.alice, house.carol))
        if about == "Cortex::Proposal":  # those of companies are in the books; here are the platform's
            assert (seen.status_code, hidden.status_code) == (403, 403)
        else:
            assert (base, seen.status_code, hidden.status_code) == (base, 200, 200)
            counts = [answer.context["cl"].result_count for answer in (seen, hidden)]
            assert (base, counts[0] - counts[1]) == (base, 1)
        for look in ("change", "history", "delete"):
            found, absent = (
                told(house.asked(house.carol, f"{base}{key}/{look}/"), str(key)) for key in (row.id, ABSENT)
            )
            assert (base, look, found) == (base, look, absent)


def _columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
