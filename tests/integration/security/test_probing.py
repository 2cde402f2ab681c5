# SPDX-License-Identifier: Apache-2.0
"""Names of another company's objects answer like names of nothing: status, headers and words are the same.

Source: OWASP API Security Top 10 (2023), API1 broken object level authorization.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.http import HttpResponse

from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.services.create_accounts import create_accounts
from apps.accounting.services.open_fiscal_years import open_fiscal_years
from cortex.policy.routes import all_routes
from cortex.tenancy.companies import company_by_code
from tests.architecture.test_routes import answered_methods
from tests.factories.books import CONSOLE
from tests.factories.people import let_in
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.calls import admin_row
from tests.integration.security.matrix.cast import Who
from tests.integration.security.scenery import Scenery

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]
OWN, NOWHERE = "RIVAL", "NONE"
ROLES = ("accountant", "administrator", "controller")
PLACES = ("api/v1/", "books/", "accounts/companies/")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Policies have versions, which are no company's.
NO_OBJECTS = {"company_code", "number"}
# What the platform offers to whoever answers for any company, or to everybody.
OF_NO_COMPANY = ("api/v1/plugins/versions/", "api/v1/plugins/keys/", "api/v1/marketplace/plugins/")
ROWS_OF_NO_COMPANY = {"plugins.pluginversion", "plugins.trustedkey", "plugins.pluginswitch"}
ROW = re.compile(r"^admin/(\w+)/(\w+)/<path:object_id>/")
# Names that people give; all others are ids that the program gave.
GIVEN = {"account_code": "Assets:Nothing", "period_code": "2032-01", "username": "zz-absent"}
THEIRS = {"account_code": "Assets:Secrets", "period_code": "2031-01"}
# What belongs to one request and not to the object, in headers and in the bodies of pages.
OF_THE_REQUEST = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|nonce-?[=\"']*[\w+/=-]+|csrf\w*\W+value=\"\w+\"|csrftoken=\w+"
)
# Names differ in length, pages expire at once, and cookies hold what is said next: texts are compared. What
# is left of the caller's own rate depends on the pace of the calls.
UNCOMPARED = {"Content-Length", "Date", "Expires", "RateLimit", "Set-Cookie", "traceparent"}

# A page about an account that the chart does not have complains about its code.
NOT_FOUND = {403, 404, 405, 422}
Answer = tuple[int, dict[str, str], str]


@pytest.fixture(scope="module")
def theirs(scenery: Scenery) -> Mapping[str, str]:
    """Return what names objects of the other company; some of it is there alone."""
    company_id = scenery.stage.company_id
    with scenery.stage.own.entered():
        secrets = AccountDraft(code=THEIRS["account_code"], name="Secrets", type="asset")
        create_accounts(company_id=company_id, drafts=[secrets], created_by=CONSOLE)
        open_fiscal_years(company_id=company_id, days=[date(2031, 1, 1)], opened_by=CONSOLE)
    return {**scenery.stage.values, **THEIRS}


@pytest.fixture(scope="module")
def attacker(scenery: Scenery) -> Who:
    """Return somebody who may do everything in a company of their own, and in the administration for it."""
    outsider = scenery.stage.users["outsider"]
    let_in(company_id=company_by_code(code=OWN).id, user_id=outsider.id, roles=ROLES)
    return Who(session=scenery.stage.who["outsider"].session)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One call, and what it is asked about: that alone may differ in the answer."""

    call: Call
    asked: tuple[str, ...]

    def answer(self, who: Who, scenery: Scenery) -> Answer:
        """Return status, headers and body without what belongs to the request."""
        # What the page before had to say is no part of this answer.
        who.session.cookies.pop("messages", None)
        answer = self.call.made_by(who, scenery.stage)
        headers = {name: self._plain(told) for name, told in answer.headers.items() if name not in UNCOMPARED}
        return answer.status_code, headers, self._plain(_text(answer))

    def _plain(self, text: str) -> str:
        for name in self.asked:
            for written in {name, quote(name), quote(name, safe="")}:
                # A number stands in many places; in these it is the row's.
                around = ("/{}/", "“{}”") if name.isdecimal() else ("{}",)
                for place in around:
                    text = text.replace(place.format(written), "…")
        return OF_THE_REQUEST.sub("…", text)


def _text(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
    return content.decode(errors="replace")


def probes(code: str, values: Mapping[str, str], *, of_all: bool = False) -> Iterator[Probe]:
    """Yield every operation on an object, or every operation in a company, with these names for objects."""
    for route in all_routes():
        names = PARAMETER.findall(route.path)
        wanted = "company_code" in names if of_all else set(names) - NO_OBJECTS
        if not wanted or not route.path.startswith(PLACES) or route.path.startswith(OF_NO_COMPANY):
            continue
        known = {name: values.get(name) or GIVEN.get(name) or str(uuid4()) for name in names}
        known["company_code"] = code
        path = PARAMETER.sub(lambda found, known=known: known[found[1]], route.path)
        words = PARAMETER.sub(r"{\1}", route.path)
        for method in sorted(answered_methods(route) | {"GET"}):
            asked = tuple(known[name] for name in names)
            yield Probe(call=Call(method, f"/{path}", f"{method} /{words}"), asked=asked)


def rows(scenery: Scenery, *, are_there: bool) -> Iterator[Probe]:
    """Yield the pages of rows in the administration: of those that are there, or of none."""
    for route in all_routes():
        found = ROW.match(route.path)
        label = f"{found[1]}.{found[2]}" if found and admin_row(found) else None
        key = scenery.stage.row_of(label) if label and label not in ROWS_OF_NO_COMPANY else None
        if key is not None:
            shown = key if are_there else "999999" if key.isdecimal() else str(uuid4())
            path = route.path.replace("<path:object_id>", shown)
            for method in ("GET", "POST"):
                yield Probe(call=Call(method, f"/{path}", f"{method} {route.path}"), asked=(shown,))


def differing(found: Iterable[Probe], blank: Iterable[Probe], who: Who, scenery: Scenery) -> list[Any]:
    """Return the calls whose answers tell what is there from what is not, with what they say."""
    pairs = [
        (there.call.name, there.answer(who, scenery), nothing.answer(who, scenery))
        for there, nothing in zip(found, blank, strict=True)
    ]
    return [(name, *_apart(there, nothing)) for name, there, nothing in pairs if there != nothing]


def _apart(there: Answer, nothing: Answer) -> list[Any]:
    """Return where they differ: both statuses, headers of the one alone, and the first words that differ."""
    headers = there[1].items() ^ nothing[1].items()
    words = [pair for pair in zip(there[2].split(), nothing[2].split(), strict=False) if pair[0] != pair[1]]
    return [there[0], nothing[0], sorted(headers), words[:3]]


class TestObjectsOfAnotherCompany:
    def test_answer_like_objects_of_nothing(
        self, scenery: Scenery, theirs: Mapping[str, str], attacker: Who
    ) -> None:
        found = differing(probes(OWN, theirs), probes(OWN, {}), attacker, scenery)
        assert found == [], "\n".join(map(str, found))

    def test_are_not_found(self, scenery: Scenery, theirs: Mapping[str, str], attacker: Who) -> None:
        reading = [probe for probe in probes(OWN, theirs) if probe.call.method == "GET"]
        found = {probe.call.name: probe.answer(attacker, scenery)[0] for probe in reading}
        assert found
        assert [name for name, status in found.items() if status not in NOT_FOUND] == []

    def test_are_all_known_to_this_test(self, theirs: Mapping[str, str]) -> None:
        """A new kind of object must be on the stage, or its routes are probed with names of nothing only."""
        named = {
            name
            for route in all_routes()
            if route.path.startswith(PLACES)
            for name in PARAMETER.findall(route.path)
        }
        assert named <= theirs.keys()


class TestRowsOfAnotherCompany:
    def test_answer_like_rows_of_nothing(self, scenery: Scenery, attacker: Who) -> None:
        there, nothing = rows(scenery, are_there=True), rows(scenery, are_there=False)
        found = differing(there, nothing, attacker, scenery)
        assert found == [], "\n".join(map(str, found))


class TestCompaniesOfOthers:
    def test_answer_like_companies_of_nothing(
        self, scenery: Scenery, theirs: Mapping[str, str], attacker: Who
    ) -> None:
        there, nothing = (
            probes(scenery.stage.own.code, theirs, of_all=True),
            probes(NOWHERE, theirs, of_all=True),
        )
        found = differing(there, nothing, attacker, scenery)
        assert found == [], "\n".join(map(str, found))
