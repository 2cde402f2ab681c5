# SPDX-License-Identifier: Apache-2.0
"""The policy of docs/people.md asks for a second factor of everybody who works in the books."""

import re

import pytest
from django.test import Client

from cortex.identity.second_factors.stored import factors_of
from cortex.people.obligations import must_have_second_factor
from cortex.policy import active
from cortex.policy.engine import PolicyEngine
from cortex.policy.packaged import packaged_text
from cortex.policy_versions.findings import findings_of
from tests.factories.people import Cast, cast, member
from tests.factories.sessions import sign_in, with_factor
from tools.checks.tracked import ROOT

pytestmark = pytest.mark.django_db
BOOKS, ENROL = "/books/DEMO/", "/accounts/second-factor/add/"


def text_of_the_documentation() -> str:
    """Return the policies as they stand there, after those that the program brings along."""
    (told,) = re.findall(r"```cedar\n(.+?)```", (ROOT / "docs" / "people.md").read_text(), re.DOTALL)
    return f"{packaged_text()}\n{told}"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    found = cast()
    engine = PolicyEngine(text_of_the_documentation(), version=1)
    monkeypatch.setattr(active.ACTIVE, "engine", lambda: engine)
    return found


def test_may_come_into_force() -> None:
    assert findings_of(text_of_the_documentation()) == []


def test_binds_whoever_works_in_the_books_and_nobody_who_only_looks(people: Cast) -> None:
    bound = {role: member(people.company, name=role, role=role) for role in ("clerk", "accountant")}
    bound["controller"] = people.alice
    assert {role: must_have_second_factor(user=user) for role, user in bound.items()} == {
        "clerk": True,
        "accountant": True,
        "controller": True,
    }
    assert not must_have_second_factor(user=people.bob)


def test_opens_the_books_to_a_controller_with_a_factor_alone(people: Cast) -> None:
    assert not factors_of(user_id=people.alice.id)
    browser = sign_in(Client(), people.alice, methods=["pwd"])
    assert browser.get(BOOKS).headers["Location"].startswith(ENROL)
    with_factor(people.alice)
    assert sign_in(Client(), people.alice).get(BOOKS).status_code == 200
